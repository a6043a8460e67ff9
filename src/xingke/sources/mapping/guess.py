"""A first mapping of a file: which tables its sheets fill, and from which columns, with the reason for each choice."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from xingke.schema import Column, ColumnType
from xingke.schema.intake import INTAKE_TABLES
from xingke.sources.files import RawFile, RawSheet
from xingke.sources.mapping.model import ColumnMap, Derived, Mapping, TableMap, Transform, fingerprint_of
from xingke.sources.mapping.profile import SAMPLE_ROWS, Profile, profile_of
from xingke.sources.mapping.synonyms import CHOICES, CIGARETTE_UNITS, PIECES, SYNONYMS, TOTALS
from xingke.words import Words, both

SURE, LIKELY = 0.9, 0.7
LEAST = 0.55
FACTS = ("order_line", "touch", "stock_snapshot", "member_visit", "visit", "complaint", "product", "member", "source_record")
"""Tables that a spreadsheet of a firm is likely to hold; the others are chosen by hand."""

SYSTEM_OF = {
    "order_line": "ordering", "touch": "campaign", "stock_snapshot": "erp", "member_visit": "membership", "visit": "crm",
    "complaint": "customer_service", "product": "erp", "member": "membership", "source_record": "crm",
}  # fmt: skip
KEYS = ("source_id", "customer_key", "product_key", "order_key", "licence_no", "uscc", "id_number", "outlet_key", "touch_id", "visit_key")
FACT_DAYS = ("ordered_on", "visited_on", "counted_on", "touched_on")
IDENTIFYING = ("name", "owner_name", "phone", "address", "licence_no", "uscc", "id_number", "email", "open_id", "county", "format")


@dataclass(frozen=True, slots=True)
class Choice:
    """Why a column of the file became a canonical one.

    Parameters
    ----------
    confidence
        0..1; `SURE` and above needs no look, below `LIKELY` it does.
    """

    table: int
    target: str
    source: str
    confidence: float
    reason: Words


@dataclass(frozen=True, slots=True)
class Guess:
    """A mapping with the reasons for it; `profiles[sheet][header]` is what the values look like."""

    mapping: Mapping
    choices: tuple[Choice, ...]
    profiles: dict[str, dict[str, Profile]]

    def choice(self, table: int, target: str) -> Choice | None:
        """The reason for one column."""
        return next((one for one in self.choices if one.table == table and one.target == target), None)


def profiles_of(raw: RawFile) -> dict[str, dict[str, Profile]]:
    """What the values of every column look like."""
    found = {}
    for sheet in raw.sheets:
        head = sheet.head(SAMPLE_ROWS)
        found[sheet.name] = {name: profile_of(name, head[name].to_pylist()) for name in sheet.header}
    return found


def guess(raw: RawFile, *, units: str = "pieces") -> Guess:
    """Guess the mapping of a file by the names of its columns and by their values.

    Parameters
    ----------
    units
        `cigarettes` counts 件 as 50 条, as that trade does; otherwise each unit is one piece.
    """
    profiles = profiles_of(raw)
    tables: list[TableMap] = []
    choices: list[Choice] = []
    for sheet in raw.sheets:
        for table, reasons in _sheet(sheet, profiles[sheet.name], units):
            choices += [replace(one, table=len(tables)) for one in reasons]
            tables.append(replace(table, sheet=sheet.name if len(raw.sheets) > 1 else ""))
    mapping = Mapping(tuple(_one_system(tables)), raw.path.stem, fingerprint_of([(one.name, one.header) for one in raw.sheets]), TOTALS)
    return Guess(mapping, tuple(choices), profiles)


def table_guess(sheet: RawSheet, table: str, profiles: dict[str, Profile], *, units: str = "pieces") -> tuple[TableMap, list[Choice]]:
    """The best columns for one given table."""
    declared = INTAKE_TABLES[table]
    scored = sorted(
        (
            (*_score(column, table, profile), column, profile)
            for column in declared.columns
            if column.name != "system"
            for profile in profiles.values()
        ),
        key=lambda one: (-one[0], declared.column_names.index(one[2].name), sheet.header.index(one[3].name)),
    )
    taken: dict[str, Choice] = {}
    used: set[str] = set()
    columns: dict[str, ColumnMap] = {}
    for confidence, reason, column, profile in scored:
        if confidence < LEAST or column.name in taken or profile.name in used:
            continue
        taken[column.name] = Choice(0, column.name, profile.name, confidence, reason)
        used.add(profile.name)
        columns[column.name] = ColumnMap(column.name, (profile.name,), transforms_for(column, profile, units))
    ordered = tuple(columns[name] for name in declared.column_names if name in columns)
    whole = completed(TableMap(table, ordered, {"system": SYSTEM_OF.get(table, "crm")}))
    return (_kind_of(whole, profiles) if table == "source_record" else whole), list(taken.values())


def _sheet(sheet: RawSheet, profiles: dict[str, Profile], units: str) -> list[tuple[TableMap, list[Choice]]]:
    """The table that fits best, and the records of customers in the same rows."""
    tried = [table_guess(sheet, name, profiles, units=units) for name in FACTS]
    main, reasons = max(tried, key=lambda one: (_worth(one[0], one[1], profiles), -FACTS.index(one[0].table)))
    found = [(main, reasons)]
    if main.table != "source_record" and (main.column("customer_key") or _customer_of(main)):
        record, why = table_guess(sheet, "source_record", profiles, units=units)
        spare = {one.source[0] for one in main.columns} - {"customer_key"}
        known = [one for one in record.columns if one.target in IDENTIFYING and one.source[0] not in spare]
        if any(one.target in ("name", "phone", "licence_no", "owner_name", "email", "open_id") for one in known):
            found.append(_companion(main, known, why, profiles))
    return found


def _companion(main: TableMap, known: list[ColumnMap], why: list[Choice], profiles: dict[str, Profile]) -> tuple[TableMap, list[Choice]]:
    key = main.column("customer_key")
    source = [replace(key, target="source_id")] if key else []
    derived = () if key else tuple(replace(one, target="source_id") for one in main.derived if one.target == "customer_key")
    record = TableMap("source_record", (*source, *known), {"system": main.constants["system"]}, derived, folds=True)
    if derived:
        record = replace(record, derived=(Derived("source_id", "keyed_hash", _named_by(record)),))
    chosen = {one.target for one in known}
    return _kind_of(record, profiles), [one for one in why if one.target in chosen]


def _customer_of(main: TableMap) -> bool:
    return any(one.target == "customer_key" for one in main.derived)


def _worth(table: TableMap, reasons: Sequence[Choice], profiles: dict[str, Profile]) -> float:
    """How much of a sheet a table explains: less than nothing where columns are lacking, little where its key repeats in the file."""
    declared = table.declared
    facts = sum(one.confidence for one in reasons)
    if table.missing:
        return facts * 0.1 - len(table.missing)
    needed = [one for one in reasons if declared.column(one.target).required]
    worth = facts + (1.0 * len(needed) if declared.day else 0.6 * len(needed)) + (0.5 if table.table == "source_record" else 0.0)
    keys = [one.source for one in reasons if one.target in declared.key]
    repeats = not declared.day and bool(keys) and all(profiles[name].distinct < 0.6 for name in keys)
    return worth * 0.3 if repeats else worth


def completed(table: TableMap) -> TableMap:
    """Columns that can be made from those that are there."""
    derived: list[Derived] = []
    have = table.filled
    names = table.declared.column_names

    def make(target: str, rule: str, *of: str) -> None:
        if target in names and target not in have and target not in {one.target for one in derived}:
            derived.append(Derived(target, rule, of))

    for target, source in _PAIRS:
        if source in have:
            make(target, "day_of" if target.endswith("_on") else "start_of", source)
    made = have | {one.target for one in derived}
    if table.table == "order_line":
        if "product_key" not in have and "product_name" in have:
            make("product_key", "copy", "product_name")
        if "customer_key" in have and "ordered_on" in made:
            make("order_key", "joined", "customer_key", "ordered_on")
    if table.table == "touch" and {"customer_key", "touched_at"} <= made:
        make("touch_id", "joined", "customer_key", "touched_at", "kind")
    if table.table == "source_record" and "source_id" not in have and _named_by(table):
        make("source_id", "keyed_hash", *_named_by(table))
    return replace(table, derived=tuple(derived))


_PAIRS = (
    ("touched_on", "touched_at"), ("touched_at", "touched_on"), ("visited_on", "visited_at"), ("visited_at", "visited_on"),
    ("opened_on", "opened_at"), ("opened_at", "opened_on"),
)  # fmt: skip


def _named_by(table: TableMap) -> tuple[str, ...]:
    """By what a customer without a number is known: the phone, or the name with the address."""
    have = {one.target for one in table.columns}
    return (
        ("phone",)
        if "phone" in have
        else ("name",)
        if "name" in have and "address" not in have
        else ("name", "address")
        if "name" in have
        else ()
    )


def _kind_of(table: TableMap, profiles: dict[str, Profile]) -> TableMap:
    """Customers with licences or grades are outlets, others with names of firms are firms; of the rest nothing is said."""
    if "kind" in table.filled:
        return table
    named = table.column("name")
    kind = "outlet" if table.filled & {"licence_no", "grade"} else ""
    if not kind and named is not None and profiles[named.source[0]].share("firm") >= 0.6:
        kind = "account"
    return replace(table, constants={**table.constants, "kind": kind}) if kind else table


def _one_system(tables: list[TableMap]) -> list[TableMap]:
    """Sheets of one file speak of the same customers by the same numbers, so they are of one system: the one that lists the customers."""
    lists = [one for one in tables if one.table in ("member", "source_record") and not one.folds]
    system = next((one.constants["system"] for one in lists if one.table == "member"), lists[0].constants["system"] if lists else "")
    if not system:
        return tables
    return [replace(one, constants={**one.constants, "system": system}) for one in tables]


def transforms_for(column: Column, profile: Profile, units: str = "pieces") -> tuple[Transform, ...]:
    """The steps that the values of a column call for."""
    if column.choices or column.name in CHOICES:
        words = {text: value for text, value in CHOICES.get(column.name, {}).items() if value in column.choices}
        return (Transform("choice", {"map": words}),) if words else ()
    if column.name == "phone":
        return (Transform("phone"),)
    if column.name in KEYS:
        return (Transform("code"),)
    if column.type in (ColumnType.DAY, ColumnType.INSTANT) and profile.day_form != "ymd":
        return (Transform("date", {"form": profile.day_form}),)
    if column.name == "registered_on":
        return (Transform("date", {"form": profile.day_form} if profile.day_form != "ymd" else {}),)
    if column.type is ColumnType.INTEGER and profile.units:
        return (_units(profile.units, units),)
    return ()


def _units(found: tuple[str, ...], units: str) -> Transform:
    known = [unit for unit in found if unit in (CIGARETTE_UNITS if units == "cigarettes" else PIECES)]
    if units == "cigarettes":
        return Transform("units", {"base": "条", "factors": dict(CIGARETTE_UNITS)})
    return Transform("units", {"base": known[0] if known else found[0], "factors": dict.fromkeys(known or found[:1], "1")})


def _score(column: Column, table: str, profile: Profile) -> tuple[float, Words]:
    by_name, word = _by_name(column, table, profile.name)
    fits, kind = _by_content(column, profile)
    if not profile.filled and by_name < 0.99:
        return 0.0, both("", "")
    if by_name >= 0.99:
        if fits < 0.2 and profile.filled:
            return 0.5, both(f"列名是「{word}」，但内容不像", f"called '{word}', but its values do not look like it")
        return 0.95 + 0.04 * fits, both(f"列名「{word}」", f"called '{word}'")
    if kind and fits >= 0.8 and by_name < LEAST:
        return 0.72, both(f"内容像{kind['zh']}", f"values look like {kind['en']}")
    score = by_name * (0.75 + 0.25 * fits) if fits >= 0.2 else by_name * 0.5
    return score, both(f"列名接近「{word}」", f"named much like '{word}'")


def _by_name(column: Column, table: str, header: str) -> tuple[float, str]:
    from rapidfuzz import fuzz

    plain = normal_name(header)
    last = normal_name(header.rpartition("/")[2]) if "/" in header else plain
    best, word = 0.0, ""
    for rank, synonym in enumerate(_words(column.name, table)):
        normal = normal_name(synonym)
        if normal in (plain, last):
            return 1.0 - rank * 1e-4, synonym
        long_enough = len(normal) >= 2 and (len(normal) >= 4 or not normal.isascii())
        near = 0.86 if long_enough and (plain.endswith(normal) or last.endswith(normal)) else 0.0
        near = max(near, 0.74 if long_enough and (normal in plain) else 0.0)
        ratio = fuzz.ratio(plain, normal) / 100
        near = max(near, ratio * 0.9 if ratio >= 0.8 and len(normal) >= 3 else 0.0)
        if near > best:
            best, word = near, synonym
    return best, word


@cache
def _words(name: str, table: str) -> tuple[str, ...]:
    column = INTAKE_TABLES[table].column(name)
    return (*SYNONYMS.get(name, "").split(), column.label["zh"], column.label["en"], name)


@cache
def normal_name(header: str) -> str:
    """A header without its unit in brackets, blanks, signs and case: 金额（元） and 金额 are one name."""
    plain = unicodedata.normalize("NFKC", header).casefold()
    plain = re.sub(r"\(.*?\)|\[.*?\]|【.*?】", "", plain) or plain
    return re.sub(r"[\s_\-:*#.·/]+", "", plain)


_LOOKS: dict[str, tuple[str, Words]] = {
    "phone": ("mobile", both("手机号", "mobile numbers")),
    "licence_no": ("licence", both("12 位许可证号", "licence numbers of 12 digits")),
    "uscc": ("uscc", both("统一社会信用代码", "unified social credit codes")),
    "id_number": ("id_number", both("身份证号", "identity numbers")),
    "email": ("email", both("邮箱", "mail addresses")),
    "address": ("address", both("地址", "addresses")),
    "owner_name": ("person", both("人名", "names of persons")),
    "name": ("firm", both("店名", "names of shops")),
}


def _by_content(column: Column, profile: Profile) -> tuple[float, Words | None]:
    """How well the values fit, 0..1, and what they alone say where that is enough to tell."""
    if column.name in _LOOKS:
        kind, words = _LOOKS[column.name]
        share = profile.share(kind)
        if column.name in ("name", "owner_name"):
            return max(share, 0.0 if profile.share("number") > 0.5 or profile.share("day") > 0.5 else 0.6), words if share > 0.8 else None
        return (max(share, 0.4) if column.name in ("phone", "licence_no") else max(share, 0.3)), words
    if column.type is ColumnType.DAY or column.type is ColumnType.INSTANT:
        share = profile.share("day")
        if column.type is ColumnType.INSTANT and not profile.share("clock"):
            share *= 0.7
        return share, both("日期", "days") if column.name in FACT_DAYS and not profile.share("number") > 0.8 else None
    if column.type in (ColumnType.MONEY, ColumnType.NUMBER):
        return profile.share("number") * (0.3 if profile.share("mobile") > 0.5 else 1.0), None
    if column.type is ColumnType.INTEGER:
        return max(profile.share("integer"), profile.share("number") * 0.8, 0.9 if profile.units else 0.0), None
    if column.choices:
        values = {*CHOICES.get(column.name, {}), *column.choices}
        return (sum(sample.casefold() in values for sample in profile.samples) / len(profile.samples) if profile.samples else 0.0), None
    if column.name in KEYS:
        return (0.2 if profile.share("day") > 0.9 and not profile.share("integer") else 0.8), None
    return 0.7, None
