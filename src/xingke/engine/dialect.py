"""From the canonical tree to the tree that Spark has to be given, where printing alone would change the meaning.

SQLGlot prints names and syntax right. What it leaves as it is, because it does not know the types, is rewritten here:

- `a / b` divides as floating point on DuckDB; Spark divides decimals as decimals and rounds.
- `avg` of a decimal is an exact sum divided once on DuckDB; Spark rounds it to four more digits.
- `date_diff('day', a, b)` counts days; Spark's form with a unit goes through instants.
- `quantile_cont` is a function of two arguments that Spark calls `percentile`.
- A day plus or minus a computed number of days: Spark's interval takes a literal only.

What cannot be rewritten without types is left to whoever writes a step: take `floor` before a cast to an integer (DuckDB rounds there,
Spark cuts off) and round numbers to places by `floor(x * 10 + 0.5) / 10` (the two round binary fractions differently).
"""

from collections.abc import Callable

from sqlglot import exp

from xingke.engine.step import NotPortable

SPARK = "spark"
DAY_UNITS = ("DAY", "DAYS")


def for_spark(tree: exp.Query) -> exp.Query:
    """The tree that means on Spark what the canonical one means on DuckDB; the given tree stays as it is.

    Raises
    ------
    NotPortable
        Two days are compared in a unit other than days.
    """
    copied = tree.copy()
    for kind, rewrite in REWRITES:
        for node in reversed(list(copied.find_all(kind))):  # what is inside first
            rewritten = rewrite(node)
            if rewritten is not node:
                _outermost(node).replace(rewritten)
    return copied


def _outermost(node: exp.Expr) -> exp.Expr:
    """An aggregate with its filter and its window around it."""
    while isinstance(node.parent, exp.Filter | exp.Window) and node.arg_key == "this":
        node = node.parent
    return node


def _double(node: exp.Expr) -> exp.Expr:
    return node if isinstance(node, exp.Cast) and node.is_type(exp.DataType.Type.DOUBLE) else exp.cast(node, "double")


def _division(node: exp.Expr) -> exp.Expr:
    if isinstance(node.this, exp.Cast) and node.this.is_type(exp.DataType.Type.DOUBLE):
        return node
    return exp.Div(this=_double(node.this.copy()), expression=node.expression.copy(), typed=False, safe=False)


def _mean(node: exp.Expr) -> exp.Expr:
    """An exact sum over a count, each with the filter and the window that the mean had."""

    def instead(aggregate: type[exp.Expr]) -> exp.Expr:
        whole = _outermost(node).copy()
        place = whole
        while isinstance(place, exp.Filter | exp.Window):
            place = place.this
        new = aggregate(this=node.this.copy())
        if place is whole:
            return new
        place.replace(new)
        return whole

    return exp.paren(
        exp.Div(this=_double(instead(exp.Sum)), expression=exp.Nullif(this=instead(exp.Count), expression=exp.Literal.number(0)))
    )


def _day_difference(node: exp.Expr) -> exp.Expr:
    unit = node.text("unit").lower() or "day"
    if unit != "day":
        raise NotPortable(name="date_diff", problems=[f"'{unit}' differs between engines; count days and divide"])
    days = exp.Anonymous(this="DATEDIFF", expressions=[node.this.copy(), node.expression.copy()])
    return exp.cast(days, "bigint")


def _quantile(node: exp.Expr) -> exp.Expr:
    if node.expression is None:
        return node
    return exp.Anonymous(this="PERCENTILE", expressions=[node.this.copy(), node.expression.copy()])


def _moved_day(node: exp.Expr) -> exp.Expr:
    """`day + interval (n) day`, with any other amount than a literal."""
    interval = node.expression
    if not isinstance(interval, exp.Interval) or isinstance(interval.this, exp.Literal) or interval.text("unit").upper() not in DAY_UNITS:
        return node
    name = "DATE_ADD" if isinstance(node, exp.Add) else "DATE_SUB"
    return exp.Anonymous(this=name, expressions=[node.this.copy(), exp.cast(interval.this.copy(), "int")])


REWRITES: tuple[tuple[type[exp.Expr], Callable[[exp.Expr], exp.Expr]], ...] = (
    (exp.DateDiff, _day_difference),
    (exp.PercentileCont, _quantile),
    (exp.Add, _moved_day),
    (exp.Sub, _moved_day),
    (exp.Div, _division),
    (exp.Avg, _mean),
)
"""In this order: a mean brings a division of its own, which needs no rewriting."""
