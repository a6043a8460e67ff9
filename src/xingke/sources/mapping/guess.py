"""A first mapping of a file: which tables its sheets fill, and from which columns, with the reason for each choice."""

import re
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from xingke.schema import Column, ColumnType
from xingke.schema.intake import INTAKE_TABLES
from xingke.sources.files import RawFile, RawSheet
from xingke.sources.mapping import shapes
from xingke.sources.mapping.amounts import Amount, amount_of
from xingke.sources.mapping.evidence import KEYS, LEAST, score
from xingke.sources.mapping.model import ColumnMap, Derived, Long, Mapping, TableMap, Transform, fingerprint_of
from xingke.sources.mapping.naming import by_name, normal_name
from xingke.sources.mapping.profile import SAMPLE_ROWS, Profile, profile_of
from xingke.sources.mapping.questions import Question, doubts_of
from xingke.sources.mapping.synonyms import CHOICES, CIGARETTE_UNITS, PIECES, TOTALS
from xingke.words import Words, both

SURE, LIKELY = 0.9, 0.7
CHINESE = re.compile(r"[\u4e00-\u9fff]")
FACTS = ("order_line", "touch", "stock_snapshot", "member_visit", "visit", "complaint", "product", "member", "source_record")
"""Tables that a spreadsheet of a firm is likely to hold; the others are chosen by hand."""

SYSTEM_OF = {
    "order_line": "ordering", "touch": "campaign", "stock_snapshot": "erp", "member_visit": "membership", "visit": "crm",
    "complaint": "customer_service", "product": "erp", "member": "membership", "source_record": "crm",
}  # fmt: skip
IDENTIFYING = ("name", "owner_name", "phone", "address", "licence_no", "uscc", "id_number", "email", "open_id", "county", "format")
NAMING = ("name", "phone", "licence_no", "owner_name", "email", "open_id", "uscc", "id_number")
SUMMARY_SHEET = re.compile(r"汇总|总览|统计|合计|总表|说明|封面|目录|须知|summary|overview|readme|cover", re.IGNORECASE)
BUYERS = re.compile(
    r"客|户|会员|顾|买家|收货|姓名|昵称|学员|学生|患者|病人|家长|单位|终端|网点|^店名|零售|付款|购货|公司|企业|name|customer|client|buyer|member"
)
"""How the names of those who buy are called; a shop named in a list of sales may be the one that sells."""

WHOLE_ORDER = {"product_key": "whole-order", "product_name": "整单"}
"""The product of an order that names none."""


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
    """A mapping with the reasons for it.

    Parameters
    ----------
    profiles
        By sheet and header what the values look like.
    questions
        What the file leaves open; somebody has to answer before anything is loaded.
    left_out
        Sheets of which nothing is loaded, such as a summary beside the detail.
    """

    mapping: Mapping
    choices: tuple[Choice, ...]
    profiles: dict[str, dict[str, Profile]]
    questions: tuple[Question, ...] = ()
    left_out: tuple[str, ...] = ()

    def choice(self, table: int, target: str) -> Choice | None:
        """The reason for one column."""
        return next((one for one in self.choices if one.table == table and one.target == target), None)


@dataclass(frozen=True, slots=True)
class _Guessed:
    """One table of a sheet, with the reasons and what is open about it."""

    table: TableMap
    reasons: list[Choice]
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a guess starts from.

    Parameters
    ----------
    units, kind, system
        As `guess` takes them.
    texts
        What stands beside the tables of a file: its name, that of the sheet, titles.
    """

    units: str = "pieces"
    kind: str = ""
    system: str = ""
    texts: tuple[str, ...] = field(default=())


def profiles_of(raw: RawFile) -> dict[str, dict[str, Profile]]:
    """What the values of every column look like."""
    found = {}
    for sheet in raw.sheets:
        head = sheet.head(SAMPLE_ROWS)
        found[sheet.name] = {
            name: profile_of(name, [None if cell == name else cell for cell in head[name].to_pylist()]) for name in sheet.header
        }  # a header that comes again is no value
    return found


def guess(raw: RawFile, *, units: str = "pieces", kind: str = "", system: str = "") -> Guess:
    """Guess the mapping of a file by the names of its columns and by their values.

    Parameters
    ----------
    units
        `cigarettes` counts 件 as 50 条, as that trade does; otherwise each unit is one piece.
    kind
        What the customers of the trade are where a file says nothing of it, such as `outlet`.
    system
        The system whose numbers the file uses, where that is known.
    """
    profiles = profiles_of(raw)
    sheets: list[tuple[RawSheet, list[_Guessed]]] = []
    for sheet in raw.sheets:
        asked = _Asked(units, kind, system, (*sheet.above, sheet.name, raw.path.stem))
        sheets.append((sheet, _sheet(sheet, profiles[sheet.name], asked)))
    kept, left_out = _sheets_kept(sheets)
    tables: list[TableMap] = []
    choices: list[Choice] = []
    questions: list[Question] = []
    for sheet, found in kept:
        for one in found:
            choices += [replace(reason, table=len(tables)) for reason in one.reasons]
            questions += [replace(question, table=len(tables)) for question in one.questions]
            tables.append(replace(one.table, sheet=sheet.name if len(raw.sheets) > 1 else ""))
    mapping = Mapping(
        tuple(_one_system(tables, system)), raw.path.stem, fingerprint_of([(one.name, one.header) for one in raw.sheets]), TOTALS
    )
    if not any(one.code == "year" for one in questions):  # without a year no row could be read
        questions += doubts_of(mapping, raw)
    return Guess(mapping, tuple(choices), profiles, tuple(questions), left_out)


def _sheets_kept(sheets: list[tuple[RawSheet, list[_Guessed]]]) -> tuple[list[tuple[RawSheet, list[_Guessed]]], tuple[str, ...]]:
    """The sheets that are loaded: where one is whole, those that lack columns and summaries beside its detail are not."""
    whole = [one for one in sheets if not one[1][0].table.missing]
    if not whole or len(sheets) == 1:
        return sheets, ()
    detail = [one for one in whole if not SUMMARY_SHEET.search(one[0].name)]
    kept = detail or whole
    lines = [one for one in kept if one[1][0].table.table == "order_line"]
    with_products = [one for one in lines if not _is_whole_order(one[1][0].table)]
    if with_products and len(with_products) < len(lines):  # the orders beside their lines
        kept = [one for one in kept if one not in lines or one in with_products]
    names = {one[0].name for one in kept}
    return kept, tuple(sheet.name for sheet, _ in sheets if sheet.name not in names)


def _is_whole_order(table: TableMap) -> bool:
    return table.constants.get("product_key") == WHOLE_ORDER["product_key"]


def table_guess(sheet: RawSheet, table: str, profiles: dict[str, Profile], *, units: str = "pieces") -> tuple[TableMap, list[Choice]]:
    """The best columns for one given table."""
    found = _table(sheet, table, profiles, _Asked(units))
    return found.table, found.reasons


def _table(sheet: RawSheet, table: str, profiles: dict[str, Profile], asked: _Asked) -> _Guessed:
    declared = INTAKE_TABLES[table]
    scored = sorted(
        (
            (*score(column, table, profile), column, profile)
            for column in declared.columns
            if column.name != "system" and not (table == "order_line" and column.name == "amount_yuan")
            for profile in profiles.values()
        ),
        key=lambda one: (-one[0], declared.column_names.index(one[2].name), sheet.header.index(one[3].name)),
    )
    taken: dict[str, Choice] = {}
    used: set[str] = set()
    columns: dict[str, ColumnMap] = {}
    amount = _amount(profiles, table)
    if amount is not None:
        scored = [(amount.confidence, amount.reason, declared.column("amount_yuan"), profiles[amount.header]), *scored]
    for confidence, reason, column, profile in scored:
        if confidence < LEAST or column.name in taken or profile.name in used:
            continue
        taken[column.name] = Choice(0, column.name, profile.name, confidence, reason)
        used.add(profile.name)
        columns[column.name] = ColumnMap(column.name, (profile.name,), transforms_for(column, profile, asked.units, asked.texts))
    ordered = tuple(columns[name] for name in declared.column_names if name in columns)
    plain = TableMap(table, ordered, {"system": asked.system or _system_for(table, sheet.header)})
    if table == "order_line":
        return _order_lines(sheet, plain, profiles, list(taken.values()), amount)
    whole = completed(plain)
    return _Guessed(_kind_of(whole, profiles, asked.kind) if table == "source_record" else whole, list(taken.values()))


def _system_for(table: str, header: Sequence[str]) -> str:
    is_till = table == "order_line" and any(re.search("小票|收银|机号|班次", name) for name in header)
    return "pos" if is_till else SYSTEM_OF.get(table, "crm")


def _amount(profiles: dict[str, Profile], table: str) -> Amount | None:
    """The amount of order lines; what quantity, price and order are is looked up by name, since they say which amount is that of a line."""
    if table != "order_line":
        return None
    lines = INTAKE_TABLES["order_line"]
    best = {
        target: max(profiles, key=lambda name: score(lines.column(target), table, profiles[name])[0], default="")
        for target in ("quantity_units", "order_key")
    }
    known = {target: name for target, name in best.items() if name and score(lines.column(target), table, profiles[name])[0] >= LEAST}
    return amount_of(profiles, quantity=known.get("quantity_units", ""), price=shapes.price_of(profiles), order=known.get("order_key", ""))


def _order_lines(sheet: RawSheet, table: TableMap, profiles: dict[str, Profile], reasons: list[Choice], amount: Amount | None) -> _Guessed:
    """Order lines with what their shape adds: lines of no product, weights, prices without amounts, groups, returns."""
    price, quantity = shapes.price_of(profiles), table.column("quantity_units")
    questions: list[Question] = []
    if amount is None and price and quantity is not None:
        product = ColumnMap("amount_yuan", (quantity.source[0], price), (Transform("times"),))
        table = replace(table, columns=(*table.columns, product))
        words = both(f"数量 × 「{price}」", f"quantity times '{price}'")
        reasons.append(Choice(0, "amount_yuan", price, LIKELY, words))
    line = table.column("line_no")
    if line is not None and _runs_through(profiles[line.source[0]]):
        table, reasons = table.without("line_no"), [one for one in reasons if one.target != "line_no"]
    table = _customer_by_phone(_without_names(table, profiles), profiles, reasons)
    if not sheet.has_merged and (groups := shapes.groups_of(sheet, profiles, table)):
        table = shapes.filled_down(table, groups)
    if amount is not None:
        if amount.repeats and (order := table.column("order_key")) is not None:
            table = _with_step(table, "amount_yuan", Transform("once", {"per": order.source[0]}))
            questions.append(_repeated(amount.header))
        if amount.rivals:
            questions.append(_rivals(amount))
        back = shapes.returned(profiles, amount.header)
        if back is not None:
            step = Transform("minus_where", {"column": back[0], "values": list(back[1])})
            table = _with_step(_with_step(table, "amount_yuan", step), "quantity_units", step)
        table = _with_states(table, profiles, questions)
    return _Guessed(completed(_with_constants(table)), reasons, tuple(questions))


def _with_constants(table: TableMap) -> TableMap:
    """A payment or an order without lines is one line: one unit of the whole order."""
    have = {one.target for one in table.columns}
    if not {"ordered_on", "amount_yuan"} <= have or not have & {"order_key", "customer_key"}:
        return table
    added = {} if "quantity_units" in have else {"quantity_units": "1"}
    if not have & {"product_key", "product_name"}:
        added |= WHOLE_ORDER
    return replace(table, constants={**table.constants, **added})


def _with_states(table: TableMap, profiles: dict[str, Profile], questions: list[Question]) -> TableMap:
    left_out = shapes.not_sold(profiles, has_refunds=bool(shapes.refund_of(profiles)))
    if not left_out:
        return table
    amount = table.column("amount_yuan")
    numbers = profiles[amount.source[0]].numbers() if amount else []
    rows = [
        place
        for place in range(len(numbers))
        if numbers[place] and any(profiles[header].cells[place] in values for header, values in left_out.items())
    ]
    if rows:
        questions.append(_states(left_out, len(rows)))
    return replace(table, leave_out=left_out)


def _runs_through(profile: Profile) -> bool:
    """Whether numbers run through the file rather than through each order."""
    return profile.distinct > 0.98 and len(profile.cells) > 1


def _without_names(table: TableMap, profiles: dict[str, Profile]) -> TableMap:
    """Customers known by what says who they are, a name or a telephone: a number is computed from it, since keys are not encrypted."""
    key = table.column("customer_key")
    if key is None:
        return table
    profile = profiles[key.source[0]]
    if profile.share("mobile") > 0.8:
        return _keyed(table, key, Transform("phone"))
    texts = [cell for cell in profile.cells if cell]
    named = sum(bool(CHINESE.search(cell)) for cell in texts)
    return _keyed(table, key) if named > 0.5 * len(texts) else table


def _keyed(table: TableMap, key: ColumnMap, *steps: Transform) -> TableMap:
    hashed = replace(key, transforms=(*steps, Transform("hashed")))
    return replace(table, columns=tuple(hashed if one is key else one for one in table.columns))


def _customer_by_phone(table: TableMap, profiles: dict[str, Profile], reasons: list[Choice]) -> TableMap:
    """Orders that name their customers by telephone alone: the number itself is not kept in the key."""
    if table.column("customer_key") is not None:
        return table
    record = INTAKE_TABLES["source_record"]
    for target in ("phone", "email", "name"):
        best = max(profiles.values(), key=lambda one: score(record.column(target), "source_record", one)[0], default=None)
        if best is None or score(record.column(target), "source_record", best)[0] < LIKELY or best.filled < 0.5:
            continue
        if any(best.name in one.source for one in table.columns) or best.different < min(3, len(best.cells)):
            continue
        steps = (*transforms_for(record.column(target), best), Transform("hashed"))
        reasons.append(
            Choice(0, "customer_key", best.name, LIKELY, both("由电话或姓名认出客户", "customers are known by telephone or name"))
        )
        return replace(table, columns=(ColumnMap("customer_key", (best.name,), steps), *table.columns))
    return table


def _with_step(table: TableMap, target: str, step: Transform) -> TableMap:
    columns = tuple(replace(one, transforms=(*one.transforms, step)) if one.target == target else one for one in table.columns)
    return replace(table, columns=columns)


def _sheet(sheet: RawSheet, profiles: dict[str, Profile], asked: _Asked) -> list[_Guessed]:
    """The table that fits best, and the records of customers in the same rows."""
    wide = shapes.months_of(sheet, profiles, asked.texts)
    if wide is not None:
        return _wide(sheet, profiles, asked, wide)
    tried = [_table(sheet, name, profiles, asked) for name in FACTS]
    best = max(tried, key=lambda one: (_worth(one.table, one.reasons, profiles), -FACTS.index(one.table.table)))
    orders = tried[FACTS.index("order_line")]
    if best.table.table in ("source_record", "product", "member") and _is_of_sales(orders, tried[FACTS.index("source_record")], profiles):
        best = orders
    if best.table.table == "source_record" and _has_only_codes(best):
        best = replace(best, table=_with_licence(best.table, profiles))
    best = replace(best, questions=(*best.questions, *_of_days(best.table, profiles)))
    return [best, *_refunds(best, profiles), *_companions(sheet, best, profiles, asked)]


def _of_days(table: TableMap, profiles: dict[str, Profile]) -> list[Question]:
    """What is open about the day of facts: the year, or the order of day and month."""
    column = table.column(table.declared.day or "")
    step = column.transform("date") if column else None
    if column is None or step is None:
        return []
    profile = profiles[column.source[0]]
    if step.options.get("form") == "md" and "year" not in step.options:
        return [_year(column.source)]
    return [_day_order(profile)] if profile.day_doubt else []


def _has_only_codes(found: _Guessed) -> bool:
    return found.table.column("licence_no") is None


def _with_licence(table: TableMap, profiles: dict[str, Profile]) -> TableMap:
    """A licence number by which customers are known is their licence number as well."""
    key = table.column("source_id")
    if key is None or table.column("licence_no") is not None or not _is_licence(key.source[0], profiles):
        return table
    return replace(table, columns=(*table.columns, replace(key, target="licence_no")))


def _is_licence(header: str, profiles: dict[str, Profile]) -> bool:
    column = INTAKE_TABLES["source_record"].column("licence_no")
    return by_name(column, "source_record", header)[0] >= 0.8 and profiles[header].share("licence") >= 0.8


def _is_of_sales(orders: _Guessed, record: _Guessed, profiles: dict[str, Profile]) -> bool:
    """Whether the rows are sales, though a list of customers would fit as well; a list has its customers once each."""
    have = {one.target: one for one in orders.reasons}
    amount, day = have.get("amount_yuan"), have.get("ordered_on")
    order = have.get("order_key")
    if order is not None and amount is not None and order.confidence >= 0.8:
        return True
    if amount is None or day is None or amount.confidence < LIKELY:
        return False
    key = record.table.column("source_id")
    named = [one for one in record.reasons if one.target in IDENTIFYING and one.confidence >= 0.8]
    once = key is None or profiles[key.source[0]].distinct >= 0.98
    has_goods = bool({"product_key", "product_name", "quantity_units"} & set(have))
    return has_goods or not (once and len(named) >= 2)


def _refunds(main: _Guessed, profiles: dict[str, Profile]) -> list[_Guessed]:
    if main.table.table != "order_line" or main.table.missing:
        return []
    header = shapes.refund_of(profiles)
    if not header or any(header in one.source for one in main.table.columns):
        return []
    reason = Choice(0, "amount_yuan", header, LIKELY, both("退款记为负数的一行", "a refund is a negative line"))
    return [_Guessed(shapes.refunds(main.table, header, profiles), [reason])]


def _companions(sheet: RawSheet, main: _Guessed, profiles: dict[str, Profile], asked: _Asked) -> list[_Guessed]:
    """The customers whom the rows of another table name."""
    table = main.table
    if table.table == "source_record" or not (table.column("customer_key") or _customer_of(table)):
        return []
    record = _table(sheet, "source_record", profiles, asked)
    key = table.column("customer_key")
    spare = {name for one in table.columns for name in one.source} - ({*key.source} if key and key.transform("hashed") else set())
    sellers = {one.source[0] for one in record.table.columns if one.target == "name" and not BUYERS.search(normal_name(one.source[0]))}
    known = [one for one in record.table.columns if one.target in IDENTIFYING and not set(one.source) & (spare | sellers)]
    if key is not None and _is_licence(key.source[0], profiles):
        known.append(ColumnMap("licence_no", key.source, (Transform("code"),)))
    if key is not None and by_name(INTAKE_TABLES["source_record"].column("open_id"), "source_record", key.source[0])[0] >= LIKELY:
        known.append(replace(key, target="open_id"))
    if not any(one.target in NAMING for one in known):
        return []
    if key is not None and (step := key.transform("fill_down")) is not None:  # what groups name once is named once for their customers too
        blank = [one for one in known if profiles[one.source[0]].filled < 0.95]
        known = [replace(one, transforms=(step, *one.transforms)) if one in blank else one for one in known]
    return [_Guessed(*_companion(table, known, record.reasons, profiles, asked.kind))]


def _wide(sheet: RawSheet, profiles: dict[str, Profile], asked: _Asked, wide: tuple[Long, dict[str, str], bool]) -> list[_Guessed]:
    """A column for each month: each cell of them is the sales of a customer in that month."""
    long, days, is_known = wide
    rest = {name: one for name, one in profiles.items() if name not in long.columns}
    narrow = replace(sheet, header=tuple(rest))
    lines = _table(narrow, "order_line", rest, asked)
    spare = ("ordered_on", "amount_yuan", "quantity_units", "order_key", "line_no", "discount_yuan")
    columns = tuple(one for one in lines.table.columns if one.target not in spare)
    is_units = any(re.search(r"销量|数量|订货量|[(（][条件箱]", text) for text in (*asked.texts, *long.columns))
    value = "quantity_units" if is_units else "amount_yuan"
    columns += (ColumnMap("ordered_on", (long.name,), (), days), ColumnMap(value, (long.value,)))
    constants = {"system": lines.table.constants["system"]}
    main = _Guessed(
        replace(completed(_with_constants(TableMap("order_line", columns, constants))), long=long),
        [one for one in lines.reasons if one.target not in spare],
        () if is_known else (_year(long.columns),),
    )
    found = _companions(narrow, main, rest, asked)
    return [main, *found]


def _companion(
    main: TableMap, known: list[ColumnMap], why: list[Choice], profiles: MappingOf[str, Profile], kind: str
) -> tuple[TableMap, list[Choice]]:
    key = main.column("customer_key")
    source = [replace(key, target="source_id")] if key else []
    derived = () if key else tuple(replace(one, target="source_id") for one in main.derived if one.target == "customer_key")
    record = TableMap(
        "source_record", (*source, *known), {"system": main.constants["system"]}, derived, folds=True, leave_out=main.leave_out
    )
    if derived:
        record = replace(record, derived=(Derived("source_id", "keyed_hash", _named_by(record)),))
    chosen = {one.target for one in known}
    return _kind_of(record, profiles, kind), [one for one in why if one.target in chosen]


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


def _kind_of(table: TableMap, profiles: MappingOf[str, Profile], usual: str = "") -> TableMap:
    """Customers with licences or grades are outlets, or what the trade sells to; others with names of firms are firms."""
    if "kind" in table.filled:
        return table
    named = table.column("name")
    kind = "outlet" if table.filled & {"licence_no", "grade"} else usual
    if not kind and named is not None and profiles[named.source[0]].share("firm") >= 0.6:
        kind = "account"
    return replace(table, constants={**table.constants, "kind": kind}) if kind else table


def _one_system(tables: list[TableMap], known: str) -> list[TableMap]:
    """Sheets of one file speak of the same customers by the same numbers, so they are of one system: the one that lists the customers."""
    if known:
        return [replace(one, constants={**one.constants, "system": known}) for one in tables]
    lists = [one for one in tables if one.table in ("member", "source_record") and not one.folds]
    system = next((one.constants["system"] for one in lists if one.table == "member"), lists[0].constants["system"] if lists else "")
    if not system:
        return tables
    return [replace(one, constants={**one.constants, "system": system}) for one in tables]


def transforms_for(column: Column, profile: Profile, units: str = "pieces", texts: Sequence[str] = ()) -> tuple[Transform, ...]:
    """The steps that the values of a column call for; `texts` may name the year of days without one."""
    if column.choices or column.name in CHOICES:
        words = {text: value for text, value in CHOICES.get(column.name, {}).items() if value in column.choices}
        return (Transform("choice", {"map": words}),) if words else ()
    if column.name == "phone":
        return (Transform("phone"),)
    if column.name in KEYS:
        return (Transform("code"),)
    if column.name == "registered_on" or (column.type in (ColumnType.DAY, ColumnType.INSTANT) and profile.day_form != "ymd"):
        return (_date(profile, texts),)
    if column.name == "discount_yuan":
        return (Transform("unsigned"),) if profile.share("negative") else ()
    if column.type is ColumnType.INTEGER:
        steps = (_units(profile.units, units),) if profile.units else ()
        is_weighed = column.name == "quantity_units" and units != "cigarettes" and _has_parts(profile)
        return (*steps, Transform("weighed")) if is_weighed else steps
    return ()


def _date(profile: Profile, texts: Sequence[str]) -> Transform:
    if profile.day_form == "ymd":
        return Transform("date")
    year = shapes.year_in(texts) if profile.day_form == "md" else None
    return Transform("date", {"form": profile.day_form, **({"year": str(year)} if year else {})})


def _has_parts(profile: Profile) -> bool:
    """Whether quantities are weights or other parts of a unit somewhere."""
    return bool(profile.share("fraction")) or any(re.match(r"^[+-]?\d*\.\d*[1-9]\d*\s*[^\d\s%]", text) for text in profile.cells if text)


def _units(found: tuple[str, ...], units: str) -> Transform:
    known = [unit for unit in found if unit in (CIGARETTE_UNITS if units == "cigarettes" else PIECES)]
    if units == "cigarettes":
        return Transform("units", {"base": "条", "factors": dict(CIGARETTE_UNITS)})
    return Transform("units", {"base": known[0] if known else found[0], "factors": dict.fromkeys(known or found[:1], "1")})


def _repeated(header: str) -> Question:
    return Question(
        "amount_repeats",
        both(
            f"「{header}」在同一单的每一行都相同，像是整单金额；按每单只计一次处理吗？",
            f"'{header}' is the same on every line of an order, as if it were that of the whole order; count it once for each order?",
        ),
        {"once": both("每单只计一次", "once for each order"), "every_line": both("每行都计", "on every line")},
        "once",
    )


def _rivals(amount: Amount) -> Question:
    columns = (amount.header, *amount.rivals)
    listed = "」「".join(columns)
    return Question(
        "amount",
        both(
            f"有几列都可能是金额：「{listed}」，数值并不相同；哪一列是顾客付的钱？",
            f"several columns may be the amount and differ: {', '.join(columns)}; which is what customers paid?",
        ),
        {name: both(f"「{name}」", f"'{name}'") for name in columns},
        amount.header,
    )


def _states(left_out: MappingOf[str, tuple[str, ...]], rows: int) -> Question:
    values = "、".join(value for found in left_out.values() for value in found)
    return Question(
        "not_sold",
        both(
            f"有 {rows:,} 行的状态或类型是「{values}」，金额不为零；不计入销售吗？",
            f"{rows:,} rows are marked '{values}' and have amounts; leave them out of the sales?",
        ),
        {"leave_out": both("不计入", "leave them out"), "load": both("照常载入", "load them")},
        "leave_out",
    )


def _day_order(profile: Profile) -> Question:
    words = {
        "yymd": both("年-月-日", "year, month, day"),
        "dmy": both("日-月-年", "day, month, year"),
        "mdy": both("月-日-年", "month, day, year"),
    }
    return Question(
        "day_order",
        both(
            f"「{profile.name}」的「{profile.samples[0]}」是按什么顺序写的？",
            f"in which order is '{profile.samples[0]}' of '{profile.name}' written?",
        ),
        {form: words[form] for form in (profile.day_form, *profile.day_doubt)},
        profile.day_form,
    )


def _year(columns: Sequence[str]) -> Question:
    return Question(
        "year",
        both(f"「{columns[0]}」等列没有写明年份；是哪一年？", f"columns such as '{columns[0]}' name no year; which year is it?"),
        {},
        "",
    )
