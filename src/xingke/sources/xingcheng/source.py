"""A world as a source: the canonical tables first, then every other table that the folder has, each checked against its schema."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from xingke.schema import CUSTOMER, CUSTOMER_BUCKETS, ORG_UNIT, TOUCH, TRADE_TABLES, Table
from xingke.schema.findings import Finding, quarantine_of
from xingke.sources import reading
from xingke.sources.contract import DataNotFound, SourceTable
from xingke.sources.xingcheng import queries
from xingke.sources.xingcheng.checks import Known, good_rows, kept_rows, refused_rows
from xingke.sources.xingcheng.folder import CITY_KIND, ObservedTable, OtherKindOfWorld, World, kind_at, world_at
from xingke.sources.xingcheng.layout import Layout
from xingke.words import Words, both

PLACE_VARIABLE = "XINGKE_WORLD"
ROOT = "/all"
MASTERS = {"outlet": queries.OUTLET_CUSTOMERS, "member": queries.MEMBER_CUSTOMERS, "lead": queries.LEAD_CUSTOMERS}
"""Who the customers are, by the table that lists them, where the world has no customer table of its own."""


class WorldFolder:
    """The observed tables of a synthetic world.

    Parameters
    ----------
    pack
        The industry pack of such worlds.
    is_city
        Whether it reads the city or the worlds of firms.
    """

    kind = "files"
    currency = "CNY"

    def __init__(self, name: str, pack: str, *, is_city: bool, label: Words, note: Words) -> None:
        self.name, self.pack, self.is_city, self.label, self.note = name, pack, is_city, label, note

    def default_location(self) -> Path | None:
        """`$XINGKE_WORLD`, where a world of this kind lies there."""
        place = os.environ.get(PLACE_VARIABLE)
        kind = kind_at(Path(place)) if place else None
        return Path(place) if place and kind is not None and (kind == CITY_KIND) is self.is_city else None

    def tables(self, location: Path, *, as_of: date | None = None, connection: Any) -> Iterator[SourceTable]:
        """Organisation, customers, products, order lines, touches, then what else was observed.

        Raises
        ------
        TruthIsClosed
            The location is the truth of a world.
        DataNotFound, OtherKindOfWorld, UnfitFile
            There is no world that this source reads, or a file of it is not of its table.
        """
        world = world_at(location, source=self.name)
        if (world.kind == CITY_KIND) is not self.is_city:
            other = FIRM if self.is_city else CITY
            raise OtherKindOfWorld(path=location, kind=world.kind, source=other.name)
        yield from _Load(self.name, world, as_of, connection).tables()


class _Load:
    """One load of one world; keeps the keys that exist, for the tables that refer to them."""

    def __init__(self, source: str, world: World, as_of: date | None, connection: Any) -> None:
        self._source, self._world, self._as_of, self._connection = source, world, as_of, connection
        self._known: dict[str, pa.Table] = {}

    def tables(self) -> Iterator[SourceTable]:
        yield self._org_units()
        yield self._customers()
        if "product" in self._world.tables:
            yield self._held("product", "product_id")
        if "order_line" in self._world.tables:
            yield self._streamed(self._world.tables["order_line"])
        campaigns = self._held("campaign", "campaign_key") if "campaign" in self._world.tables else None
        if {"message", "response"} <= set(self._world.tables):
            yield self._touches()
        if campaigns is not None:
            yield campaigns
        if "staff" in self._world.tables:
            yield self._held("staff", "staff_id")
        for name in TRADE_TABLES:
            if name in self._world.tables and name not in ("campaign", "staff"):
                yield self._streamed(self._world.tables[name])

    def _org_units(self) -> SourceTable:
        strangers = self._world.strangers
        told = (
            (
                Finding(
                    "unknown_table",
                    "org_unit",
                    len(strangers),
                    both("目录不是已知的表，未读取", "folders that are no known table; not read"),
                    strangers[:5],
                ),
            )
            if strangers
            else ()
        )
        if "org_unit" in self._world.tables:
            return self._held("org_unit", "org_path", told)
        row = {"org_path": ROOT, "parent_path": None, "level": "company", "name": self._world.kind}
        units = pa.Table.from_pylist([row], schema=ORG_UNIT.arrow_schema)
        self._remember(units, "org_path")
        return _whole(ORG_UNIT, units, told)

    def _customers(self) -> SourceTable:
        """From the customer table where the world has one, from the first of the master lists otherwise."""
        if "customer" in self._world.tables:
            answer = self._held("customer", "customer_id")
            self._known["outlet_id"] = self._known["customer_id"].rename_columns(["outlet_id"])
            return answer
        found = next((name for name in MASTERS if name in self._world.tables), None)
        if found is None:
            raise DataNotFound(source=self._source, path=self._world.observed, expected=f"customer, {', '.join(MASTERS)}")
        layout = self._layout(self._world.tables[found])
        refused = self._refused(layout, named="customer")
        tables = {found: kept_rows(self._connection, layout, refused), "org_unit": self._kept("org_unit", ORG_UNIT)}
        asked: dict[str, object] = {"root": ROOT}
        if found == "outlet":
            tables |= {name: self._kept(name, TRADE_TABLES[name]) for name in ("licence", "grade_history")}
            asked = {"loaded_on": self._world.loaded_on}
        customers = reading.arrow(self._connection, MASTERS[found], asked, tables)
        self._remember(customers, "customer_id")
        self._known["outlet_id"] = self._known["customer_id"].rename_columns(["outlet_id"])
        return SourceTable(
            CUSTOMER, reading.batches(CUSTOMER, customers), refused, rows_read=layout.observed.rows, rows_loaded=customers.num_rows
        )

    def _touches(self) -> SourceTable:
        """Of the messages and responses that are good; the others are in the quarantine of their own tables."""
        named = {name: self._kept(name, TRADE_TABLES[name]) for name in ("campaign", "message", "response")}
        touches = reading.arrow(self._connection, queries.TOUCHES, {"buckets": CUSTOMER_BUCKETS}, named)
        return _whole(TOUCH, touches, ())

    def _held(self, name: str, key: str, findings: tuple[Finding, ...] = ()) -> SourceTable:
        """A table that others refer to: held whole, its keys remembered."""
        observed = self._world.tables[name]
        layout = self._layout(observed)
        refused = self._refused(layout)
        rows = kept_rows(self._connection, layout, refused)
        self._remember(rows, key)
        batches = reading.batches(observed.table, rows)
        return SourceTable(observed.table, batches, refused, rows_read=observed.rows, rows_loaded=rows.num_rows, findings=findings)

    def _streamed(self, observed: ObservedTable) -> SourceTable:
        layout = self._layout(observed)
        refused = self._refused(layout)
        batches = good_rows(self._connection, layout, refused)
        return SourceTable(observed.table, batches, refused, rows_read=observed.rows, rows_loaded=observed.rows - refused.num_rows)

    def _layout(self, observed: ObservedTable) -> Layout:
        return Layout(self._connection, observed)

    def _refused(self, layout: Layout, *, named: str = "") -> pa.Table:
        return refused_rows(self._connection, layout, known=Known(self._known), as_of=self._as_of, named=named)

    def _kept(self, name: str, table: Table) -> pa.Table:
        """The good rows of a table; none where the world does not have it."""
        observed = self._world.tables.get(name)
        if observed is None:
            return table.arrow_schema.empty_table()
        layout = self._layout(observed)
        return kept_rows(self._connection, layout, self._refused(layout))

    def _remember(self, rows: pa.Table, key: str) -> None:
        self._known[key] = pa.table({key: pc.unique(rows[key])})


def _whole(table: Table, rows: pa.Table, findings: tuple[Finding, ...]) -> SourceTable:
    return SourceTable(
        table, reading.batches(table, rows), quarantine_of(), rows_read=rows.num_rows, rows_loaded=rows.num_rows, findings=findings
    )


CITY = WorldFolder(
    "xingcheng",
    "tobacco",
    is_city=True,
    label=both("星城（合成城市）", "Xingcheng (synthetic city)"),
    note=both(
        "合成数据：由 `xingke world make` 生成的一座城市，没有真实的人、店铺或交易。只读取可以观察到的部分；真相只有评分程序可以读取。",
        "Synthetic data: a city made by `xingke world make`, without any real person, shop or trade. Only what can be observed is read; "
        "the truth is open to the scorer alone.",
    ),
)

FIRM = WorldFolder(
    "xingcheng_firm",
    "retail",
    is_city=False,
    label=both("星城的小企业（合成）", "A firm of Xingcheng (synthetic)"),
    note=both(
        "合成数据：由 `xingke world make` 生成的门店、会馆或线索，没有真实的人或交易。真相只有评分程序可以读取。",
        "Synthetic data: shops, clubs or leads made by `xingke world make`, without any real person or trade. The truth is open to the "
        "scorer alone.",
    ),
)
