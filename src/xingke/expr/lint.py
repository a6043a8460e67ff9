"""What keeps a query from meaning the same on every engine.

The portable subset, with the reason for each rule: a division by zero is infinite on DuckDB and an error on Spark; engine hashes
differ; ASOF joins and `mode` exist on one engine only; whatever depends on the order of equal rows, on chance or on the clock
cannot be repeated; and Spark computes a common table expression again for each reader, so that it should be a step.
"""

from collections.abc import Collection, Iterator

from sqlglot import exp

UNIQUE_SUFFIXES = ("_id", "_key", "_path")
UNIQUE_NAMES = frozenset({"line_no"})
ENGINE_HASHES = frozenset({"hash", "xxhash64", "murmur_hash", "farm_fingerprint", "md5_number", "md5_number_lower", "md5_number_upper"})
ORDER_DEPENDENT = (
    exp.First,
    exp.Last,
    exp.AnyValue,
    exp.RowNumber,
    exp.Ntile,
    exp.Lag,
    exp.Lead,
    exp.FirstValue,
    exp.LastValue,
    exp.NthValue,
)
WINDOW_ONLY = (exp.RowNumber, exp.Ntile, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue)
VALUE_OF_ROW = (exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue)
APPROXIMATE = (exp.ApproxDistinct, exp.ApproxQuantile, exp.ApproxTopK)
CHANCE_OR_CLOCK = (exp.Rand, exp.Randn, exp.Uuid, exp.CurrentDate, exp.CurrentTimestamp, exp.CurrentTime, exp.CurrentDatetime)
CHANCE_OR_CLOCK_NAMES = frozenset(
    {"now", "today", "random", "gen_random_uuid", "get_current_timestamp", "transaction_timestamp", "shuffle"}
)
ARBITRARY_NAMES = frozenset({"arbitrary", "any_value", "first", "last"})


def portable_problems(tree: exp.Expr, *, unique: Collection[str] = ()) -> list[str]:
    """Sentences on what to change before the query may run; empty when it is portable.

    Parameters
    ----------
    unique
        Further columns that tell rows apart and may end a window order, beside those named `*_id`, `*_key`, `*_path` and `line_no`.
    """
    keys = UNIQUE_NAMES | frozenset(unique)
    problems: dict[str, None] = {}
    for node in tree.walk():
        for problem in _problems_of(node, keys):
            problems[f"{problem}: {_excerpt(node)}"] = None
    return list(problems)


def _problems_of(node: exp.Expr, keys: Collection[str]) -> Iterator[str]:
    if isinstance(node, exp.Div | exp.IntDiv | exp.Mod) and not _never_zero(node.expression):
        yield "divide through nullif(..., 0)"
    if isinstance(node, exp.Join):
        yield from _join_problems(node)
    if isinstance(node, exp.Func):
        yield from _function_problems(node)
    if isinstance(node, exp.Window):
        yield from _window_problems(node, keys)
    if isinstance(node, exp.ArrayAgg | exp.GroupConcat) and not (isinstance(node.this, exp.Order) and _is_total(node.this, keys)):
        yield "collect in an order that ends with a unique column"
    if isinstance(node, exp.Select) and node.args.get("limit") is not None:
        yield from _limit_problems(node, keys)
    if isinstance(node, exp.With):
        yield from _cte_problems(node)


def _join_problems(join: exp.Join) -> Iterator[str]:
    if join.method in ("ASOF", "POSITIONAL"):
        yield f"no {join.method.lower()} joins; join on equal keys and pick the row by a window"


def _function_problems(node: exp.Func) -> Iterator[str]:
    name = node.name.lower() if isinstance(node, exp.Anonymous) else node.sql_name().lower()
    if name in ENGINE_HASHES or isinstance(node, exp.StandardHash):
        yield "no engine hash; read the stored bucket column"
    if isinstance(node, exp.Mode) or name == "mode":
        yield "no mode(); count and take the first by an order with a tie-break"
    if isinstance(node, APPROXIMATE) or name.startswith("approx_"):
        yield "no approximate aggregate; engines approximate differently"
    if isinstance(node, CHANCE_OR_CLOCK) or name in CHANCE_OR_CLOCK_NAMES:
        yield "neither chance nor the clock; pass as_of or a seed in"
    if name in ARBITRARY_NAMES and not _in_window(node):
        yield "no value of an arbitrary row; take min, max or a window with a tie-break"


def _in_window(node: exp.Expr) -> bool:
    parent = node.parent
    while isinstance(parent, exp.IgnoreNulls | exp.RespectNulls | exp.Filter):
        parent = parent.parent
    return isinstance(parent, exp.Window)


def _window_problems(window: exp.Window, keys: Collection[str]) -> Iterator[str]:
    function = window.this.unnest() if isinstance(window.this, exp.Paren) else window.this
    while isinstance(function, exp.IgnoreNulls | exp.RespectNulls | exp.Filter):
        function = function.this
    order = window.args.get("order")
    spec = window.args.get("spec")
    counts_rows = isinstance(spec, exp.WindowSpec) and str(spec.args.get("kind")).upper() == "ROWS" and not _whole_partition(spec)
    if not isinstance(function, ORDER_DEPENDENT) and not counts_rows:
        return  # ranks and aggregates over all peers treat equal rows alike
    if order is None:
        yield "order the window"
    elif not _is_total(order, keys) and not _reads_its_order(function, order):
        yield "end the window's order with a unique column"


def _whole_partition(spec: exp.WindowSpec) -> bool:
    return str(spec.args.get("start")).upper() == "UNBOUNDED" and str(spec.args.get("end")).upper() == "UNBOUNDED"


def _reads_its_order(function: exp.Expr, order: exp.Order) -> bool:
    """A lag of the very column that is ordered by: equal rows have equal values, so their order does not matter."""
    return isinstance(function, VALUE_OF_ROW) and any(function.this == ordered.this for ordered in order.expressions)


def _is_total(order: exp.Order, keys: Collection[str]) -> bool:
    """Whether a column that tells rows apart is among the order, other than one the window is partitioned by."""
    window = order.parent if isinstance(order.parent, exp.Window) else None
    partition = {column.name for part in (window.args.get("partition_by") or [] if window else []) for column in part.find_all(exp.Column)}
    names = {ordered.this.name for ordered in order.expressions if isinstance(ordered.this, exp.Column)} - partition
    return any(name in keys or name.endswith(UNIQUE_SUFFIXES) for name in names)


def _limit_problems(select: exp.Select, keys: Collection[str]) -> Iterator[str]:
    order = select.args.get("order")
    if order is None or not _is_total(order, keys):
        yield "limit only what is in an order that ends with a unique column"


def _cte_problems(with_: exp.With) -> Iterator[str]:
    whole = with_.parent
    for cte in with_.expressions:
        reads = sum(1 for table in whole.find_all(exp.Table) if table.name == cte.alias and not table.db) if whole else 0
        if reads > 1:
            yield f"'{cte.alias}' is read {reads} times; make it a step"


def _never_zero(divisor: exp.Expr) -> bool:
    while isinstance(divisor, exp.Paren | exp.Cast | exp.Neg):
        divisor = divisor.this
    if isinstance(divisor, exp.Nullif):
        return True
    return isinstance(divisor, exp.Literal) and not divisor.is_string and float(divisor.name) != 0


def _excerpt(node: exp.Expr) -> str:
    text = node.sql("duckdb")
    return text if len(text) <= 80 else f"{text[:79]}…"
