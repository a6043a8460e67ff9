"""The golden record of every customer, field by field, each with where it comes from."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from xingke.identity.chinese.columns import codes, text_column
from xingke.identity.golden.claims import Claims, Floats, Ints, claims_of
from xingke.identity.golden.labels import Labels, labels_of, plain
from xingke.identity.golden.places import places_of
from xingke.identity.golden.slips import families_of
from xingke.identity.golden.trust import REGISTERS, trust_of
from xingke.identity.golden.voting import Survivor, survivors, survivors_by_family
from xingke.schema.column import ColumnType
from xingke.schema.golden import GOLDEN_RECORD
from xingke.schema.trade.identity import SYSTEMS

_DIGITS = 4
KINDS = {"outlet": "outlet", "person": "consumer"}
_AS_COMPARED: Mapping[str, tuple[str, str | None]] = {
    "phone": ("phone", "phone_ok"),
    "licence_no": ("licence", "licence_ok"),
    "uscc": ("uscc", "uscc_ok"),
    "id_number": ("id_number", "id_ok"),
    "email": ("email", None),
    "open_id": ("open_id", None),
    "county": ("area", None),
}
"""Fields that are written as they are compared, and the flag of their checks."""
_TYPED = frozenset({"phone", "licence_no"})
"""Numbers that people type, and slip."""
_CONVERTED: Mapping[ColumnType, Callable[[str], Any]] = {ColumnType.INTEGER: int, ColumnType.DAY: date.fromisoformat}
_AS_THEY_COME = ("market_type", "org_path", "grade", "licence_status", "licence_valid_until")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of all customers, in their order."""

    values: list[Any]
    origins: list[dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Records:
    """Records that were put together.

    Parameters
    ----------
    raw, normalised
        The same records, as they came and in normal form.
    customer
        By record the place of its customer among `customers` of them.
    system
        By record its place in `SYSTEMS`.
    day
        By record when it was last changed, in days since 1970; 0 for unknown.
    formats
        By word, as `labels.plain` brings it, the format of the trade that it means; empty where the trade has no list.
    """

    raw: pa.Table
    normalised: pa.Table
    customer: Ints
    customers: int
    system: Ints
    day: Ints
    formats: Mapping[str, str]


def records_of(
    raw: pa.Table, normalised: pa.Table, customer: Ints, customers: int, formats: Mapping[str, Sequence[str]] | None = None
) -> Records:
    """The records with their systems and days.

    Parameters
    ----------
    formats
        By format of the trade the words that mean it.
    """
    meant = {plain(word): label for label, words in (formats or {}).items() for word in (label, *words)}
    system = np.asarray(pc.fill_null(pc.index_in(raw["system"], value_set=pa.array(SYSTEMS)), 0).to_numpy(), dtype=np.int64)
    day = pc.fill_null(normalised["updated_day"].cast(pa.int32()), 0).to_numpy().astype(np.int64)
    return Records(raw, normalised, customer, customers, system, day, meant)


def golden_records(records: Records, customer_id: Ints, *, kind: str) -> pa.Table:
    """The golden record of every customer.

    Parameters
    ----------
    customer_id
        By place of the customer.

    Returns
    -------
    pa.Table
        `schema.golden.GOLDEN_RECORD`, by `customer_id`. The provenance says for each field `system`, `source_id`, `rule`, `agree` (systems
        that say the value), `of` (records that say any), `others` (other values) and `confidence`, and holds no value.
    """
    fields = {name: maker(records, kind) for name, maker in _makers().items()}
    columns: dict[str, Any] = {name: field.values for name, field in fields.items()}
    columns["customer_id"] = customer_id
    columns["kind"] = [KINDS[kind]] * records.customers
    columns["display_name"] = _shown(fields, kind, customer_id)
    columns["records"] = np.bincount(records.customer, minlength=records.customers)
    said = {name: field.origins for name, field in fields.items()}
    columns["provenance"] = [
        json.dumps({name: origins[row] for name, origins in said.items() if origins[row]}, ensure_ascii=False, separators=(",", ":"))
        for row in range(records.customers)
    ]
    arrays = [pa.array(columns[column.name], column.type.arrow, from_pandas=True) for column in GOLDEN_RECORD.columns]
    return pa.Table.from_arrays(arrays, schema=GOLDEN_RECORD.arrow_schema).sort_by("customer_id")


def format_labels(records: Records) -> Labels:
    """The label of every customer, and what the codes of the systems mean."""
    claims = claims_of(records.customer, records.system, text_column(records.raw, "format"))
    return labels_of(claims, records.customers, len(SYSTEMS), records.formats)


Maker = Callable[[Records, str], Field]


def _makers() -> dict[str, Maker]:
    makers: dict[str, Maker] = {"name": _name, "owner_name": _owner, "address": _address, "format": _format, "registered_on": _registered}
    for name, (compared, check) in _AS_COMPARED.items():
        makers[name] = _compared(name, compared, check)
    for name in _AS_THEY_COME:
        makers[name] = _plain(name)
    return makers


def _voted(records: Records, name: str, claims: Claims, convert: Callable[[str], Any] = str) -> Field:
    found = survivors(claims, records.customers, trust=trust_of(name, SYSTEMS), day=records.day, registers=_registers(name))
    return _field(records, claims, found, convert)


def _voted_by_family(records: Records, name: str, claims: Claims, compared: pa.Array, family: pa.Array) -> Field:
    """A value without a sound (digits, a sign, a character that no dictionary reads) is a family of its own."""
    place, families = codes(pc.coalesce(family, compared))
    return _by_family(records, name, claims, place[claims.row], families)


def _by_family(records: Records, name: str, claims: Claims, family: Ints, families: Sequence[str]) -> Field:
    trust = trust_of(name, SYSTEMS)
    found = survivors_by_family(claims, family, families, records.customers, trust=trust, day=records.day, registers=_registers(name))
    return _field(records, claims, found, str)


def _registers(name: str) -> list[int]:
    return [SYSTEMS.index(system) for system in REGISTERS.get(name, ())]


def _field(records: Records, claims: Claims, found: Survivor, convert: Callable[[str], Any]) -> Field:
    forms = [convert(form) for form in claims.forms]
    values = [forms[claims.form[claim]] if claim >= 0 else None for claim in found.claim.tolist()]
    return Field(values, _origins(records, claims, found))


def _origins(records: Records, claims: Claims, found: Survivor) -> list[dict[str, Any] | None]:
    sources = records.raw["source_id"].to_pylist()
    figures = zip(
        found.claim.tolist(), found.agree.tolist(), found.said.tolist(), found.others.tolist(), found.confidence.tolist(), strict=True
    )
    return [
        None if claim < 0 else _origin(SYSTEMS[claims.system[claim]], sources[claims.row[claim]], agree, said, others, confidence)
        for claim, agree, said, others, confidence in figures
    ]


def _origin(system: str, source_id: str, agree: int, said: int, others: int, confidence: float) -> dict[str, Any]:
    rule = "only" if said == 1 else "unanimous" if not others else "agreement" if agree > 1 else "reliability"
    return {
        "system": system, "source_id": source_id, "rule": rule, "agree": agree, "of": said, "others": others,
        "confidence": round(confidence, _DIGITS),
    }  # fmt: skip


def _name(records: Records, kind: str) -> Field:
    if kind == "person":
        return _person(records, "name")
    written = _narrow(text_column(records.raw, "name"))
    compared = _flat(records.normalised["name"])
    claims = claims_of(records.customer, records.system, compared, written)
    return _voted_by_family(records, "name", claims, compared, _flat(records.normalised["core_sound"]))


def _owner(records: Records, kind: str) -> Field:
    if kind == "person":
        return _voted(records, "owner_name", claims_of(records.customer, records.system, text_column(records.raw, "owner_name")))
    return _person(records, "owner_name")


def _person(records: Records, column: str) -> Field:
    """A masked name survives only where nobody writes the whole one."""
    written = _narrow(text_column(records.raw, column))
    whole = pc.invert(records.normalised["is_masked"]).to_numpy(zero_copy_only=False)
    compared = _flat(records.normalised["person"])
    claims = claims_of(records.customer, records.system, compared, written, whole)
    return _voted_by_family(records, column, claims, compared, _flat(records.normalised["person_pinyin"]))


def _narrow(column: pa.Array) -> pa.Array:
    from xingke.identity.chinese.characters import half_width
    from xingke.identity.chinese.columns import distinct, spread

    place, values = distinct(column)
    return spread(place, [half_width(value) for value in values], pa.string())


def _flat(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks()


def _compared(name: str, compared: str, check: str | None) -> Maker:
    def make(records: Records, kind: str) -> Field:
        valid = None if check is None else records.normalised[check].to_numpy(zero_copy_only=False)
        claims = claims_of(records.customer, records.system, _flat(records.normalised[compared]), None, valid)
        if name not in _TYPED:
            return _voted(records, name, claims)
        family, families = families_of(claims)
        return _by_family(records, name, claims, family, families)

    return make


def _plain(name: str) -> Maker:
    kind_of = GOLDEN_RECORD.column(name).type
    convert = _CONVERTED.get(kind_of, str)

    def make(records: Records, kind: str) -> Field:
        return _voted(records, name, claims_of(records.customer, records.system, text_column(records.raw, name)), convert)

    return make


def _address(records: Records, kind: str) -> Field:
    """From its parts where they can be read; the address as most write it where they cannot."""
    from xingke.identity.chinese.characters import folded_all
    from xingke.identity.chinese.columns import distinct, spread

    place, values = distinct(text_column(records.raw, "address"))
    folded = spread(place, folded_all(values), pa.string())
    claims = claims_of(records.customer, records.system, folded, _narrow(text_column(records.raw, "address")))
    trust = trust_of("address", SYSTEMS)
    whole = _voted(records, "address", claims)
    parts = places_of(records.normalised, records.customer, records.system, records.customers, trust=trust, day=records.day)
    says = {
        (int(customer), claims.values[value]): row for row, (customer, value) in enumerate(zip(claims.customer, claims.value, strict=True))
    }
    sources = records.raw["source_id"].to_pylist()
    for customer, text in enumerate(parts.text):
        origin = whole.origins[customer]
        if text is None or origin is None:
            continue
        claim = says.get((customer, text))
        if claim is None:
            whole.origins[customer] = {**origin, "rule": "composed", "confidence": round(float(parts.confidence[customer]), _DIGITS)}
        elif text != whole.values[customer]:
            taken = {"system": SYSTEMS[claims.system[claim]], "source_id": sources[claims.row[claim]], "rule": "parts"}
            whole.origins[customer] = {**origin, **taken, "confidence": round(float(parts.confidence[customer]), _DIGITS)}
        whole.values[customer] = text
    return whole


def _format(records: Records, kind: str) -> Field:
    """A label of the trade's list; none where no record says one that is understood: the origin then names a record with its word."""
    claims = claims_of(records.customer, records.system, text_column(records.raw, "format"))
    found = labels_of(claims, records.customers, len(SYSTEMS), records.formats)
    chosen = found.chosen
    origins = _origins(records, claims, survivors(claims, records.customers, trust=trust_of("format", SYSTEMS), day=records.day))
    values = [found.names[label] if label >= 0 else None for label in chosen.tolist()]
    for customer, (origin, label) in enumerate(zip(origins, chosen.tolist(), strict=True)):
        if origin is not None:
            rule, sure = ("codebook", float(found.probability[customer, label])) if label >= 0 else ("not_in_list", 0.0)
            origins[customer] = {**origin, "rule": rule, "confidence": round(sure, _DIGITS)}
    return Field(values, origins)


def _registered(records: Records, kind: str) -> Field:
    """The earliest day that any system knows."""
    day = pc.fill_null(records.normalised["registered_day"].cast(pa.int32()), np.iinfo(np.int32).max).to_numpy().astype(np.int64)
    order = np.lexsort((records.system, day, records.customer))
    first = order[np.concatenate([[True], np.diff(records.customer[order]) != 0])] if order.size else order
    known = day[first] < np.iinfo(np.int32).max
    values: list[Any] = [None] * records.customers
    origins: list[dict[str, Any] | None] = [None] * records.customers
    sources = records.raw["source_id"].to_pylist()
    days = records.normalised["registered_day"].to_pylist()
    for row in first[known].tolist():
        customer = int(records.customer[row])
        values[customer] = days[row]
        origins[customer] = {"system": SYSTEMS[records.system[row]], "source_id": sources[row], "rule": "earliest", "agree": 1}
    return Field(values, origins)


def _shown(fields: Mapping[str, Field], kind: str, customer_id: Ints) -> list[str]:
    """The name for lists; of a person the surname alone."""
    names = fields["name"].values
    if kind == "person":
        return [f"{name[0]}**" if name else f"#{number}" for name, number in zip(names, customer_id.tolist(), strict=True)]
    return [name or f"#{number}" for name, number in zip(names, customer_id.tolist(), strict=True)]


__all__ = ["Floats", "Records", "format_labels", "golden_records", "records_of"]
