"""Source records with everything about them brought into the form in which it is compared."""

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from xingke.identity.chinese import numbers
from xingke.identity.chinese.addresses import Address, Towns, address, town_stem
from xingke.identity.chinese.characters import folded_all
from xingke.identity.chinese.columns import distinct, fields, flags, spread, text_column
from xingke.identity.chinese.days import day
from xingke.identity.chinese.people import Person, person
from xingke.identity.chinese.phones import phone
from xingke.identity.chinese.pinyin import initials, pinyin, sound
from xingke.identity.chinese.shops import Shop, shop

_LEAST_SEEN = 3
"""A town is taken as known when this many different addresses name it with its kind."""


def normalise_records(records: pa.Table, *, kind: str = "outlet", towns: Towns | None = None) -> pa.Table:
    """The records in the form in which they are compared.

    Parameters
    ----------
    records
        Columns of `schema.intake.RECORD`, identifying values in clear; columns that are not there count as empty.
    kind
        `outlet`: `name` is a shop's and `owner_name` a person's. `person`: `name` is the person's.
    towns
        Towns by county (`towns_of`), to find one whose kind is left out; those that the records name themselves when not given.

    Returns
    -------
    pa.Table
        Grain and order of `records`. Texts are folded, and null instead of empty. `system`, `source_id`, `format`, `email`, `open_id`.
        Of the shop: `name`, `core`, `suffix`, `branch`, `former`, `name_district`, `core_pinyin`, `core_sound`, `core_initials`.
        Of the person: `person`, `surname`, `given`, `person_pinyin`, `is_masked`. Of the phone: `phone`, `phone_kind`, `phone_ok`.
        Of the address: `province`, `city`, `county`, `town`, `town_stem`, `road`, `village_group`, `number`, `annex`, `building`,
        `landmark`, `place` (road, group, number, annex), `area` (the county, by the system's code or by the address).
        Of numbers and days: `licence`, `licence_jumbled`, `licence_ok`, `uscc`, `uscc_ok`, `id_number`, `id_ok`, `registered_day`,
        `updated_day`.
    """
    columns: dict[str, pa.Array] = {name: text_column(records, name) for name in ("system", "source_id", "format", "open_id")}
    person_column = "owner_name" if kind == "outlet" else "name"
    columns |= _shops(text_column(records, "name") if kind == "outlet" else pa.nulls(records.num_rows, pa.string()))
    columns |= _people(text_column(records, person_column))
    columns |= _phones(text_column(records, "phone"))
    columns |= _addresses(text_column(records, "address"), text_column(records, "county"), towns)
    columns |= _licences(text_column(records, "licence_no"))
    for name, source, clean, check in (
        ("uscc", "uscc", numbers.uscc, numbers.uscc_is_valid), ("id", "id_number", numbers.id_number, numbers.id_is_valid),
    ):  # fmt: skip
        columns |= _checked(name, text_column(records, source), clean, check)
    columns["email"] = pc.utf8_lower(text_column(records, "email"))
    for name, source in (("registered_day", "registered_on"), ("updated_day", "updated_on")):
        place, values = distinct(text_column(records, source))
        columns[name] = spread(place, [day(value) for value in values], pa.date32())
    return pa.table(columns)


def towns_of(normalised: pa.Table) -> Towns:
    """The towns that normalised records name with their kind, by county; those seen in fewer than three places are left out."""
    counted = normalised.select(["county", "town", "place"]).group_by(["county", "town"]).aggregate([("place", "count_distinct")])
    found: dict[str, set[str]] = {}
    for row in counted.to_pylist():
        if row["county"] and row["town"] and row["place_count_distinct"] >= _LEAST_SEEN:
            found.setdefault(row["county"], set()).add(row["town"])
    return {county: frozenset(towns) for county, towns in found.items()}


def _shops(column: pa.Array) -> dict[str, pa.Array]:
    place, values = distinct(column)
    found = [shop(text) for text in folded_all(values)]
    takes: dict[str, Callable[[Shop], Any]] = {
        "name": lambda one: one.name,
        "core": lambda one: one.core,
        "suffix": lambda one: one.suffix,
        "branch": lambda one: one.branch,
        "former": lambda one: one.former,
        "name_district": lambda one: one.district,
        "core_pinyin": lambda one: pinyin(one.core),
        "core_sound": lambda one: sound(one.core),
        "core_initials": lambda one: initials(one.core),
    }
    return fields(place, found, takes, {})


def _people(column: pa.Array) -> dict[str, pa.Array]:
    place, values = distinct(column)
    found = [person(text) for text in folded_all(values)]
    takes: dict[str, Callable[[Person], Any]] = {
        "person": lambda one: one.name,
        "surname": lambda one: one.surname,
        "given": lambda one: one.given,
        "person_pinyin": lambda one: one.pinyin,
    }
    masked = flags(place, [one is not None and one.is_masked for one in found])
    return {**fields(place, found, takes, {}), "is_masked": masked}


def _phones(column: pa.Array) -> dict[str, pa.Array]:
    place, values = distinct(column)
    found = [phone(text) for text in values]
    takes: dict[str, Callable[[Any], Any]] = {"phone": lambda one: one.number, "phone_kind": lambda one: one.kind}
    return {**fields(place, found, takes, {}), "phone_ok": flags(place, [one is not None and one.is_valid for one in found])}


def _licences(column: pa.Array) -> dict[str, pa.Array]:
    place, values = distinct(column)
    found = [numbers.licence(text) for text in values]
    takes: dict[str, Callable[[Any], Any]] = {"licence": lambda one: one.number, "licence_jumbled": lambda one: one.jumbled}
    return {**fields(place, found, takes, {}), "licence_ok": flags(place, [one is not None and one.is_valid for one in found])}


def _checked(name: str, column: pa.Array, clean: Callable[[str], str], check: Callable[[str], bool]) -> dict[str, pa.Array]:
    place, values = distinct(column)
    cleaned = [clean(value) for value in values]
    number = name if name != "id" else "id_number"
    return {
        number: spread(place, [one or None for one in cleaned], pa.string()),
        f"{name}_ok": flags(place, [check(one) for one in cleaned]),
    }


def _addresses(column: pa.Array, county: pa.Array, towns: Towns | None) -> dict[str, pa.Array]:
    place, values = distinct(column)
    folded = folded_all(values)
    found = [address(text, towns) for text in folded]
    if towns is None and (known := _towns_named(found)):
        found = [one if one.town or not one.county else address(text, known) for text, one in zip(folded, found, strict=True)]
    takes: dict[str, Callable[[Address], Any]] = {
        **{
            name: _taking(name)
            for name in ("province", "city", "county", "town", "road", "number", "annex", "building", "landmark", "place")
        },
        "village_group": lambda one: one.group,
        "town_stem": lambda one: town_stem(one.town),
    }
    columns = fields(place, found, takes, {})
    return {**columns, "area": _areas(county, columns["county"])}


def _areas(code: pa.Array, county: pa.Array) -> pa.Array:
    """The county that a record lies in: the address's, or the one that the system's code stands for in most other addresses."""
    pairs = pa.table({"code": code, "county": county}).drop_null()
    counted = (
        pairs.group_by(["code", "county"]).aggregate([([], "count_all")]).sort_by([("count_all", "descending"), ("county", "ascending")])
    )
    meaning: dict[str, str] = {}
    for row in counted.to_pylist():
        meaning.setdefault(row["code"], row["county"])
    place, values = distinct(code)
    return pc.coalesce(spread(place, [meaning.get(value, value) for value in values], pa.string()), county)


def _taking(name: str) -> Callable[[Address], Any]:
    return lambda one: getattr(one, name)


def _towns_named(found: list[Address]) -> Towns:
    seen: dict[tuple[str, str], int] = {}
    for one in found:
        if one.town and one.county:
            seen[one.county, one.town] = seen.get((one.county, one.town), 0) + 1
    known: dict[str, set[str]] = {}
    for (county, town), times in seen.items():
        if times >= _LEAST_SEEN:
            known.setdefault(county, set()).add(town)
    return {county: frozenset(towns) for county, towns in known.items()}
