"""Pairs and records as the pages show them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from xingke.extensions import Pack
from xingke.words import Language
from xingke_web.customers.facade import CustomerInfo, customers_named
from xingke_web.identity.comparing import PERSONAL, Compared, compared, masked
from xingke_web.identity.contracts import RecordKey
from xingke_web.identity.models import ReviewPair
from xingke_web.identity.records import Record
from xingke_web.identity.words import FIELDS, field_label, review_label, system_label

VERDICT_ICONS = {"same": "circle-check", "close": "circle-dashed", "different": "circle-x", "one": "point", "none": ""}


@dataclass(frozen=True)
class PairRow:
    """A pair in the queue."""

    id: int
    left_name: str
    left_system: str
    right_name: str
    right_system: str
    probability: float
    weight: float
    waits: str
    why: str
    value: Decimal
    county: str
    decided_at: datetime | None
    decided_by: str
    reason: str


def pair_rows(pairs: Iterable[ReviewPair], workspace_id: int, language: Language) -> list[PairRow]:
    """Pairs with the names of their customers, which one query brings."""
    shown = list(pairs)
    numbers = {number for pair in shown for number in (pair.left_number, pair.right_number) if number is not None}
    named = customers_named(workspace_id, sorted(numbers))
    return [_row(pair, named, language) for pair in shown]


def _row(pair: ReviewPair, named: Mapping[int, CustomerInfo], language: Language) -> PairRow:
    decision = pair.decision
    return PairRow(
        id=pair.pk,
        left_name=name_of(pair.left_number, pair.left_key, named),
        left_system=system_label(pair.left_system, language),
        right_name=name_of(pair.right_number, pair.right_key, named),
        right_system=system_label(pair.right_system, language),
        probability=pair.probability,
        weight=pair.weight,
        waits=review_label(pair.reason, language) if pair.reason else "",
        why=field_label(pair.why, language) if pair.why else "",
        value=pair.value_yuan,
        county=pair.county,
        decided_at=decision.at if decision else None,
        decided_by=(decision.by.display_name if decision.by else "") if decision else "",
        reason=decision.reason if decision else "",
    )


def name_of(number: int | None, key: str, named: Mapping[int, CustomerInfo]) -> str:
    """The name of a customer; the key of its record where it has none yet."""
    return named[number].name if number is not None and number in named else key


@dataclass(frozen=True)
class FieldRow:
    """One field of two records."""

    field: str
    label: str
    compared: Compared
    icon: str
    personal: bool


def field_rows(left: Record | None, right: Record | None, *, kind: str, pack: Pack, language: Language, clear: bool) -> list[FieldRow]:
    """Every field that one of the records has, with what differs marked; personal values masked unless `clear`."""
    rows = []
    for field in FIELDS:
        texts = [shown_value(record, field, pack, language) for record in (left, right)]
        if not any(texts):
            continue
        personal = is_personal(field, kind)
        hidden = [masked(field, text) for text in texts] if personal and not clear else texts
        found = compared(texts[0], texts[1], left_shown=hidden[0], right_shown=hidden[1])
        rows.append(FieldRow(field, field_label(field, language), found, VERDICT_ICONS[found.verdict], personal))
    return rows


def is_personal(field: str, kind: str) -> bool:
    """Whether a value says who a person is; the name of a shop does not, the name of a consumer does."""
    return kind in ("consumer", "lead") if field == "name" else field in PERSONAL


def personal_fields(records: Iterable[Record | None], kind: str) -> frozenset[str]:
    """The fields whose personal values the records hold: what showing them in plain text shows."""
    return frozenset(field for record in records if record for field in FIELDS if is_personal(field, kind) and record.text(field))


def shown_value(record: Record | None, field: str, pack: Pack, language: Language) -> str:
    """A value in the words of the trade where it is a code."""
    text = record.text(field) if record else ""
    words = {"format": pack.formats, "market_type": pack.market_types}.get(field)
    return words[text][language] if words and text in words else text


@dataclass(frozen=True)
class RecordRow:
    """One record with all that its system says."""

    key: RecordKey
    side: str
    number: int | None
    system: str
    values: tuple[tuple[str, str], ...]
    rule: str
    probability: float | None


SHORT_FIELDS = ("name", "owner_name", "phone", "address", "licence_no", "county", "format")


def record_rows(
    records: Sequence[Record], *, sides: Mapping[int, str], kind: str, pack: Pack, language: Language, clear: bool
) -> list[RecordRow]:
    """Records for a table; `sides` says which customer is which."""
    rows = []
    for record in records:
        values = []
        for field in SHORT_FIELDS:
            text = shown_value(record, field, pack, language)
            values.append((field_label(field, language), masked(field, text) if is_personal(field, kind) and not clear else text))
        side = sides.get(record.number, "") if record.number is not None else ""
        system = system_label(record.key.system, language)
        rows.append(RecordRow(record.key, side, record.number, system, tuple(values), record.rule, record.probability))
    return rows
