"""From a condition to one set query, as a SQLGlot tree that DuckDB and Spark both run.

How null becomes two-valued logic: below `not` every comparison is wrapped in `coalesce(..., false)`; above it nothing is, since
`where` already treats null as false and bare comparisons can be pushed down into the Parquet scan.

Values reach the query as SQLGlot literals only; names come from the catalogue, never from the condition.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from sqlglot import exp

from xingke.engine.step import DIALECT
from xingke.expr.catalogue import Attribute, Catalogue, Fact, Measure
from xingke.expr.tree import (
    All,
    Any_,
    Between,
    Compare,
    Comparison,
    Condition,
    Contains,
    DaysAgo,
    Event,
    In,
    InSegment,
    Missing,
    Not,
    Scalar,
)
from xingke.schema import ColumnType

CUSTOMER = "customer"
CUSTOMER_ID = "customer_id"
UPPER_LATIN, LOWER_LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"

COMPARE: dict[Comparison, type[exp.Binary]] = {"=": exp.EQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}
MIRRORED: dict[Comparison, Comparison] = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
CAST_TYPES = {type_: exp.DataType.build(type_.sql, dialect="duckdb") for type_ in (ColumnType.MONEY, ColumnType.NUMBER, ColumnType.DAY)}


def compile_members(tree: Condition, catalogue: Catalogue, *, as_of: date, scope_path: str | None = None) -> exp.Select:
    """A query of the `customer_id` of every customer for whom the condition holds, in no particular order.

    Parameters
    ----------
    as_of
        The business day of the question; facts of that day and later are not seen.
    scope_path
        Only customers of this organisation unit and the units below it; None means all.

    Raises
    ------
    ConditionError
        The condition does not fit the catalogue.
    """
    query = MemberQuery(catalogue, as_of=as_of, scope_path=scope_path)
    return query.select(where=query.condition(tree), customer_id=True)


def compile_count(tree: Condition, catalogue: Catalogue, *, as_of: date, scope_path: str | None = None) -> exp.Select:
    """A query of one row, `customers`: for how many customers the condition holds."""
    query = MemberQuery(catalogue, as_of=as_of, scope_path=scope_path)
    return query.select(count_rows("customers"), where=query.condition(tree))


def compile_condition(tree: Condition, catalogue: Catalogue, *, as_of: date) -> exp.Expr:
    """The condition alone, true or false but never null, over columns named `table.column`.

    Raises
    ------
    ValueError
        The condition asks for events or segments, which need a query around them: use `MemberQuery`.
    """
    query = MemberQuery(catalogue, as_of=as_of)
    condition = query.condition(tree, two_valued=True)
    if query.needs_subqueries:
        raise ValueError("events and segments are subqueries; build the query with MemberQuery")
    return condition


def count_rows(name: str, where: exp.Expr | None = None) -> exp.Expr:
    """A count of the rows, or of those where a condition holds, under a name."""
    if where is None:
        return exp.alias_(exp.Count(this=exp.Star()), name, quoted=True)
    return exp.alias_(exp.Count(this=exp.Case().when(where, exp.Literal.number(1), copy=False)), name, quoted=True)


class MemberQuery:
    """A query over customers: ask for conditions and columns first, then `select` with all they need joined once.

    Every relation is joined by `customer_id` and holds at most one row a customer, so joins never multiply customers.
    """

    def __init__(self, catalogue: Catalogue, *, as_of: date, scope_path: str | None = None) -> None:
        self.catalogue = catalogue
        self.as_of = as_of
        self._scope = None if scope_path is None else scope_condition(scope_path)
        self._tables: dict[str, None] = {} if scope_path is None else {CUSTOMER: None}
        self._events: dict[tuple[str, int, tuple[Compare | In, ...]], dict[str, exp.Expr]] = {}
        self._segments: dict[str, str] = {}

    @property
    def needs_subqueries(self) -> bool:
        """Whether conditions so far ask for events or segments."""
        return bool(self._events or self._segments)

    def condition(self, tree: Condition, *, two_valued: bool = False) -> exp.Expr:
        """The boolean of a condition; without `two_valued` null stands for false, as `where` and `case when` read it."""
        return self._boolean(self.catalogue.check(tree), two_valued)

    def column(self, attribute: str) -> exp.Column:
        """The column of an attribute, its table joined."""
        return self._column(self.catalogue.attributes[attribute])

    def select(self, *projections: exp.Expr, where: exp.Expr, customer_id: bool = False) -> exp.Select:
        """The finished query; with `customer_id` that is its first column."""
        base = self._base()
        chosen = [_column(base, CUSTOMER_ID), *projections] if customer_id else list(projections)
        query = exp.select(*chosen, copy=False).from_(exp.table_(base, quoted=True), copy=False)
        for relation, name in self._joined(base):
            same = exp.EQ(this=_column(name, CUSTOMER_ID), expression=_column(base, CUSTOMER_ID))
            query = query.join(relation, on=same, join_type="left", copy=False)
        kept = [part for part in (self._scope, where) if part is not None and part != exp.true()]
        return query.where(*kept, copy=False) if kept else query

    def _base(self) -> str:
        """The table that decides who exists: `customer`, or alone a table that holds exactly the same customers."""
        complete = [table for table in self._tables if table in self.catalogue.complete]
        return complete[0] if complete and CUSTOMER not in self._tables else CUSTOMER

    def _joined(self, base: str) -> list[tuple[exp.Expr, str]]:
        tables: list[tuple[exp.Expr, str]] = [(exp.table_(name, quoted=True), name) for name in self._tables if name != base]
        events = [(self._event_rows(key, measures), self._event_alias(key)) for key, measures in self._events.items()]
        segments = [(_segment_rows(key), alias) for key, alias in self._segments.items()]
        named = [(exp.alias_(query.subquery(copy=False), alias, quoted=True, table=True), alias) for query, alias in events + segments]
        return tables + named

    def _column(self, attribute: Attribute) -> exp.Column:
        self._tables[attribute.table] = None
        return _column(attribute.table, attribute.column)

    def _boolean(self, tree: Condition, two_valued: bool) -> exp.Expr:
        match tree:
            case All(()):
                return exp.true()
            case All(of):
                return exp.and_(*(self._boolean(child, two_valued) for child in of), copy=False)
            case Any_(of):
                return exp.or_(*(self._boolean(child, two_valued) for child in of), copy=False)
            case Not(of):
                return exp.not_(self._boolean(of, True), copy=False)
            case Missing(attribute):
                return exp.Is(this=self.column(attribute), expression=exp.null())
            case InSegment(key):
                alias = self._segments.setdefault(key, f"in_segment_{len(self._segments) + 1}")
                return exp.not_(exp.Is(this=_column(alias, CUSTOMER_ID), expression=exp.null()), copy=False)
            case Event():
                return _settled(self._event(tree), two_valued)
            case _:
                known = self.catalogue.attributes[tree.attribute]
                return _settled(_test(tree, self._column(known), known.type, self.as_of), two_valued)

    def _event(self, node: Event) -> exp.Expr:
        fact = self.catalogue.facts[node.fact]
        measure = fact.measures[node.measure]
        key = (node.fact, node.within_days, node.where)
        self._events.setdefault(key, {})[node.measure] = _measure(fact, measure)
        number: exp.Expr = _column(self._event_alias(key), node.measure)
        type_ = fact.measure_type(measure)
        if measure.zero_when_none:
            number = exp.Coalesce(this=number, expressions=[literal(0, type_)])
        return COMPARE[node.compare](this=number, expression=literal(node.value, type_))

    def _event_alias(self, key: tuple[str, int, tuple[Compare | In, ...]]) -> str:
        return f"event_{list(self._events).index(key) + 1}"

    def _event_rows(self, key: tuple[str, int, tuple[Compare | In, ...]], measures: dict[str, exp.Expr]) -> exp.Select:
        """The measures of one fact in one window, one row a customer who has any."""
        name, within_days, where = key
        fact = self.catalogue.facts[name]
        day = _column(fact.table, fact.day_column)
        kept: list[exp.Expr] = [
            exp.GTE(this=day, expression=literal(self.as_of - timedelta(days=within_days), ColumnType.DAY)),
            exp.LT(this=day.copy(), expression=literal(self.as_of, ColumnType.DAY)),
        ]
        for item in where:
            attribute = fact.where[item.attribute]
            kept.append(_test(item, _column(fact.table, attribute.column), attribute.type, self.as_of))
        columns = [exp.alias_(measured, measure, quoted=True) for measure, measured in measures.items()]
        customer = _column(fact.table, CUSTOMER_ID)
        query = exp.select(customer, *columns, copy=False).from_(exp.table_(fact.table, quoted=True), copy=False)
        return query.where(*kept, copy=False).group_by(customer.copy(), copy=False)


def scope_condition(scope_path: str, *, table: str = CUSTOMER) -> exp.Expr:
    """Whether a row belongs to an organisation unit or one below it; the separator keeps `/ia/polk2` out of `/ia/polk`."""
    unit = scope_path.rstrip("/")
    if not scope_path:
        raise ValueError("an empty scope would show everything; pass None to say so")
    path = _column(table, "org_path")
    below = exp.StartsWith(this=path.copy(), expression=exp.Literal.string(f"{unit}/"))
    return exp.paren(exp.or_(exp.EQ(this=path, expression=exp.Literal.string(unit)), below, copy=False), copy=False)


def scope_sql(scope_path: str, *, table: str = CUSTOMER) -> str:
    """The same as SQL of the engine, for statements written by hand."""
    return scope_condition(scope_path, table=table).sql(DIALECT)


def literal(value: Scalar, type_: ColumnType) -> exp.Expr:
    """A typed value as a literal that both engines read with the same type; integers, texts and flags need no cast."""
    if type_ is ColumnType.FLAG:
        return exp.true() if value else exp.false()
    if type_ is ColumnType.TEXT:
        return exp.Literal.string(str(value))
    if type_ is ColumnType.INTEGER:
        return exp.Literal.number(int(value))  # type: ignore[arg-type]  # checked to be an int by the catalogue
    if type_ is ColumnType.MONEY:
        text = format(Decimal(str(value)), "f")
    else:
        text = value.isoformat() if isinstance(value, date) else repr(float(value))
    return exp.Cast(this=exp.Literal.string(text), to=CAST_TYPES[type_].copy())


def _test(node: Compare | In | Between | Contains | DaysAgo, column: exp.Expr, type_: ColumnType, as_of: date) -> exp.Expr:
    match node:
        case Compare(_, compare, value):
            return COMPARE[compare](this=column, expression=literal(value, type_))
        case In(_, values):
            return exp.In(this=column, expressions=[literal(value, type_) for value in values])
        case Between(_, low, high):
            return exp.Between(this=column, low=literal(low, type_), high=literal(high, type_))
        case Contains(_, value):
            piece = exp.Literal.string(value.translate(str.maketrans(UPPER_LATIN, LOWER_LATIN)))
            return exp.GT(this=exp.StrPosition(this=_folded(column), substr=piece), expression=exp.Literal.number(0))
        case DaysAgo(_, compare, days):
            # the day is compared instead of a difference of days, so that the Parquet scan can skip row groups by it
            day = literal(as_of - timedelta(days=days), ColumnType.DAY)
            return COMPARE[MIRRORED[compare]](this=column, expression=day)


def _folded(column: exp.Expr) -> exp.Expr:
    """Only A to Z change: what `lower` does to other letters differs between engines."""
    return exp.Anonymous(this="translate", expressions=[column, exp.Literal.string(UPPER_LATIN), exp.Literal.string(LOWER_LATIN)])


def _settled(test: exp.Expr, two_valued: bool) -> exp.Expr:
    return exp.Coalesce(this=test, expressions=[exp.false()]) if two_valued else test


def _measure(fact: Fact, measure: Measure) -> exp.Expr:
    if measure.kind == "count" or measure.column is None:
        return exp.Count(this=exp.Star())
    column = _column(fact.table, measure.column)
    match measure.kind:
        case "count_distinct":
            return exp.Count(this=exp.Distinct(expressions=[column]))
        case "sum":
            return exp.Sum(this=column)
        case "min":
            return exp.Min(this=column)
        case "max":
            return exp.Max(this=column)


def _segment_rows(key: str) -> exp.Select:
    """Members of one saved segment; distinct, so that a repeated row could never multiply customers."""
    table = "segment_membership"
    named = exp.EQ(this=_column(table, "segment_key"), expression=exp.Literal.string(key))
    members: Sequence[exp.Expr] = [_column(table, CUSTOMER_ID)]
    return exp.select(*members, copy=False).distinct(copy=False).from_(exp.table_(table, quoted=True), copy=False).where(named, copy=False)


def _column(table: str, name: str) -> exp.Column:
    return exp.column(name, table=table, quoted=True)
