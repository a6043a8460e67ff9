"""The customer list, read from the lake: customer, portrait and tier joined once, limited to the viewer's scope."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from sqlglot import exp

from xingke.engine import LakeReader
from xingke.expr import All, Catalogue, Condition, MemberQuery, count_rows
from xingke_web.accounts.contracts import Viewer
from xingke_web.customers.filters import View

READ: Final = (
    "display_name", "city", "district", "format", "value_tier", "rfm_level", "amount_yuan_365d", "amount_growth_90d", "amount_growth_365d",
    "order_count_90d", "order_count_365d", "days_since_last_order", "gap_days_median", "cycle_ratio", "favourite_category",
    "licence_status", "last_order_on",
)  # fmt: skip
SORTS: Final = {
    "name": "display_name",
    "value_tier": "value_tier",
    "rfm_level": "rfm_level",
    "amount_yuan_365d": "amount_yuan_365d",
    "amount_growth_90d": "amount_growth_90d",
    "order_count_90d": "order_count_90d",
    "days_since_last_order": "days_since_last_order",
    "cycle_ratio": "cycle_ratio",
    "favourite_category": "favourite_category",
    "city": "city",
    "district": "district",
}
_TIER_ORDER: Final = ("base", "potential", "value")


class CustomerList:
    """What one viewer may list, as of the business day of the workspace."""

    def __init__(self, reader: LakeReader, catalogue: Catalogue, viewer: Viewer) -> None:
        self._reader, self._catalogue = reader, catalogue
        self._as_of: date = viewer.workspace.as_of
        self._scope = viewer.scope_path
        self._own = viewer.customer_number

    def count(self, condition: Condition, *, search: str = "") -> int:
        """How many customers the condition and the search text leave."""
        query = self._query()
        return int(self._reader.value(query.select(count_rows("customers"), where=self._where(query, condition, search))))

    def counts(self, views: Sequence[View]) -> dict[str, int]:
        """How many customers each view holds, in one query."""
        query = self._query()
        counted = [count_rows(view.key, None if view.condition == All(()) else query.condition(view.condition)) for view in views]
        row = self._reader.rows(query.select(*counted, where=self._where(query, All(()), "")))[0]
        return {view.key: int(row[view.key]) for view in views}

    def rows(
        self, condition: Condition, *, search: str, sort: str, descending: bool, limit: int | None = None, offset: int = 0
    ) -> list[dict[str, Any]]:
        """One page of customers, or all of them without a limit; missing values come last, ties by customer number."""
        query = self._query()
        columns = [exp.alias_(query.column(name), name, quoted=True) for name in READ]
        key = exp.alias_(_column("source_key"), "source_key", quoted=True)
        ordered = query.select(key, *columns, where=self._where(query, condition, search), customer_id=True)
        ordered = ordered.order_by(*self._order(query, sort, descending), copy=False)
        if limit is not None:
            ordered = ordered.limit(limit, copy=False).offset(offset, copy=False)
        return [{**row, "number": row["customer_id"], "name": row["display_name"]} for row in self._reader.rows(ordered)]

    def _query(self) -> MemberQuery:
        return MemberQuery(self._catalogue, as_of=self._as_of, scope_path=self._scope)

    def _where(self, query: MemberQuery, condition: Condition, search: str) -> exp.Expr:
        parts = [query.condition(condition)]
        if self._own is not None:
            parts.append(exp.EQ(this=_column("customer_id"), expression=exp.Literal.number(self._own)))
        if search:
            parts.append(_found(search))
        kept = [part for part in parts if part != exp.true()]
        return exp.and_(*kept, copy=False) if kept else exp.true()

    def _order(self, query: MemberQuery, sort: str, descending: bool) -> list[exp.Expr]:
        by: exp.Expr = query.column(SORTS.get(sort, "amount_yuan_365d"))
        if sort == "value_tier":
            by = exp.Case(
                this=by, ifs=[exp.If(this=exp.Literal.string(name), true=exp.Literal.number(at)) for at, name in enumerate(_TIER_ORDER)]
            )
        return [exp.Ordered(this=by, desc=descending, nulls_first=False), exp.Ordered(this=_column("customer_id"), desc=False)]


def _found(search: str) -> exp.Expr:
    """The name holds the text, or the key of the source system begins with it; letters in either case."""
    text = exp.Literal.string(search.casefold())
    in_name = exp.Contains(this=exp.Lower(this=_column("display_name")), expression=text)
    key_begins = exp.StartsWith(this=exp.Lower(this=_column("source_key")), expression=text.copy())
    return exp.paren(exp.or_(in_name, key_begins, copy=False), copy=False)


def _column(name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True), table=exp.to_identifier("customer", quoted=True))
