"""Which collected fields are used: from the queries of tags and metrics, and from the condition trees of segments.

A field counts as used when something live reads it: a tag, a metric, the tiers, a segment of the pack, or a use that an application
declares. Keys that only join tables count where the query that joins them is live.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import sqlglot
from sqlglot import exp
from sqlglot.lineage import lineage

from xingke.engine.step import DIALECT
from xingke.metrics import GENERAL_METRICS
from xingke.schema import ORDER_LINE, PRODUCT, TABLES, TOUCH, TRACKED_EVENT
from xingke.tags import TagLibrary
from xingke.tags.grains import GRAIN_STEPS, PRODUCT_CODE
from xingke.tags.library import reads
from xingke.tags.tag import Grain
from xingke.tiers.build import TIER_TAGS

_FACT_TABLES: Final = {"order": ORDER_LINE, "touch": TOUCH}
"""Facts of conditions by their names in the trees."""
_LINES: Final = tuple((ORDER_LINE.name, name) for name in ("customer_id", "ordered_on"))
_PRODUCTS: Final = (*_LINES, (ORDER_LINE.name, "product_id"), (PRODUCT.name, "product_id"))
_KEYS: Final[Mapping[Grain, tuple[tuple[str, str], ...]]] = {
    Grain.ORDER: (*_LINES, (ORDER_LINE.name, "order_id")),
    Grain.GAP: _LINES,
    Grain.PRODUCT: _PRODUCTS,
    Grain.CLASS: _PRODUCTS,
    Grain.CATEGORY: _PRODUCTS,
    Grain.BRAND: _PRODUCTS,
    Grain.TOUCH: ((TOUCH.name, "customer_id"), (TOUCH.name, "touched_on")),
    Grain.EVENT: ((TRACKED_EVENT.name, "customer_id"), (TRACKED_EVENT.name, "happened_on")),
}
"""What the rows of a grain are grouped, joined and cut at `as_of` by."""


@dataclass(frozen=True, slots=True, order=True)
class FieldUse:
    """One use of one column.

    Parameters
    ----------
    kind
        `tag`, `metric`, `tier`, `segment`, `identity`, `page` or `rule`.
    name
        Of what uses it.
    """

    table: str
    column: str
    kind: str
    name: str


def tag_uses(library: TagLibrary) -> list[FieldUse]:
    """The fields that each tag is computed from, formulas over other tags included."""
    direct = {tag.name: _grain_fields(tag.grain, tag.sql) for tag in library.tags if tag.grain is not Grain.PORTRAIT}
    found = {name: set(fields) for name, fields in direct.items()}

    def fields_of(name: str) -> set[tuple[str, str]]:
        if name not in found:
            found[name] = set()
            found[name] = {field for read in reads(library[name]) for field in fields_of(read)}
        return found[name]

    return sorted(FieldUse(table, column, "tag", tag.name) for tag in library.tags for table, column in fields_of(tag.name))


def metric_uses() -> list[FieldUse]:
    """The fields behind the general metrics, which read whole orders."""
    return sorted(
        {
            FieldUse(table, column, "metric", metric.name)
            for metric in GENERAL_METRICS
            for table, column in _grain_fields(Grain.ORDER, metric.sql, ignore=("population",))
        }
    )


def tier_uses(library: TagLibrary) -> list[FieldUse]:
    """The fields behind the tags that tiers are made of, and the format that says who a customer's peers are."""
    wanted = set(TIER_TAGS)
    through = {FieldUse(use.table, use.column, "tier", "tier") for use in tag_uses(library) if use.name in wanted}
    return sorted({*through, FieldUse("customer", "format", "tier", "tier")})


def segment_uses(key: str, condition: Mapping[str, Any]) -> list[FieldUse]:
    """The fields of customers and facts that a condition names itself; tags in it have uses of their own."""
    found: set[FieldUse] = set()
    for node in _nodes(condition):
        fact = _FACT_TABLES.get(str(node.get("fact", node.get("event", ""))))
        names = {str(value) for name, value in node.items() if name in ("attribute", "name", "measure", "field") and isinstance(value, str)}
        tables = [fact, TABLES["customer"]] if fact else [TABLES["customer"]]
        for table in tables:
            found |= {FieldUse(table.name, name, "segment", key) for name in names if name in table.column_names}
    return sorted(found)


def _nodes(tree: Any) -> Iterable[Mapping[str, Any]]:
    if isinstance(tree, Mapping):
        yield tree
        for value in tree.values():
            yield from _nodes(value)
    elif isinstance(tree, list | tuple):
        for value in tree:
            yield from _nodes(value)


def _grain_fields(grain: Grain, sql: str, ignore: tuple[str, ...] = ()) -> set[tuple[str, str]]:
    columns = {column.name for column in sqlglot.parse_one(sql, read=DIALECT).find_all(exp.Column)} - set(ignore)
    return {field for name in columns for field in grain_sources(grain, name)} | set(_KEYS[grain])


@cache
def grain_sources(grain: Grain, column: str) -> frozenset[tuple[str, str]]:
    """The columns of canonical tables that one column of a grain comes from."""
    steps = {str(step.name): step.sql.replace("$as_of", "date '2000-01-01'") for step in (*GRAIN_STEPS.values(), PRODUCT_CODE)}
    schema = {table.name: {each.name: each.type.sql for each in table.columns} for table in TABLES.values()}
    own = str(grain.value)
    try:
        node = lineage(
            column, steps[own], schema=schema, sources={name: sql for name, sql in steps.items() if name != own}, dialect=DIALECT
        )
    except sqlglot.errors.SqlglotError:
        return frozenset()
    leaves = set()
    for each in node.walk():
        table = each.source if isinstance(each.source, exp.Table) else each.expression
        name = each.name.rpartition(".")[2]
        if isinstance(table, exp.Table) and table.name in TABLES and name in TABLES[table.name].column_names:
            leaves.add((table.name, name))
    return frozenset(leaves)
