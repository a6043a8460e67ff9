"""An empty shelf is known within a quarter of an hour."""

import json
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given as of_any
from hypothesis import strategies as st

from xingke.schema.intake import INTAKE_TABLES
from xingke.sources.connectors.mapped import mapped
from xingke.sources.connectors.payload import spooled
from xingke.sources.connectors.spool import Spool
from xingke.sources.systems import system
from xingke.sources.systems.iot import stock_outs

START = datetime(2026, 3, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
POLL_MINUTES = 5


def readings(*rows):
    """Minute, product and stock of one shop's sensor."""
    made = [
        {"system": "iot", "customer_key": "K1", "reading_key": number, "product_key": product, "read_at": START + minute * MINUTE,
         "read_on": (START + minute * MINUTE).date(), "stock_cartons": stock}
        for number, (minute, product, stock) in enumerate(rows)
    ]  # fmt: skip
    return pa.Table.from_pylist(made, schema=INTAKE_TABLES["iot_reading"].arrow_schema)


def empty(found):
    return {row["product_key"]: round((row["empty_since"] - START) / MINUTE) for row in found.to_pylist()}


def test_a_shelf_is_empty_from_its_first_nothing_until_something_is_there():
    feed = readings((0, "P1", 5), (10, "P1", 0), (20, "P1", 0), (5, "P2", 0), (15, "P2", 3), (30, "P3", 0), (1, "P4", 2))
    assert empty(stock_outs(feed, START + 25 * MINUTE)) == {"P1": 10}
    assert empty(stock_outs(feed, START + 12 * MINUTE)) == {"P1": 10, "P2": 5}
    assert empty(stock_outs(feed, START + 31 * MINUTE)) == {"P1": 10, "P3": 30}
    assert stock_outs(feed.slice(0, 0), START).num_rows == 0


@of_any(st.lists(st.tuples(st.integers(0, 200), st.sampled_from("ABC"), st.integers(0, 2)), max_size=40, unique_by=lambda row: row[:2]))
def test_it_says_the_same_as_looking_at_each_shelf(rows):
    feed = readings(*rows)
    for at in (0, 100, 200):
        expected = {}
        for product in "ABC":
            known = sorted(row for row in rows if row[1] == product and row[0] <= at)
            run = [minute for minute, _, stock in known[max((i for i, row in enumerate(known) if row[2]), default=-1) + 1 :]]
            if run:
                expected[product] = run[0]
        assert empty(stock_outs(feed, START + at * MINUTE)) == expected


@pytest.mark.parametrize("emptied_at", [61, 64, 65, 69])
def test_an_empty_shelf_is_detected_within_fifteen_minutes_through_spool_and_mapping(tmp_path, emptied_at):
    """A sensor sends each change at once; the connection is pulled every five minutes."""
    spool, table, pieces, cursor = Spool(tmp_path / "iot.spool"), system("iot").table("reading"), [], None
    sent = {60: 4, emptied_at: 0}
    for minute in range(60, 90):
        if minute in sent:
            body = {
                "seq": minute,
                "shop": "K00001",
                "sku": "P0001",
                "read_at": (START + minute * MINUTE).isoformat(),
                "stock": sent[minute],
            }
            spool.append([(str(minute), json.dumps(body).encode(), "")], now=START + minute * MINUTE)
        if minute % POLL_MINUTES:
            continue
        for batch in spooled(spool, cursor, ""):
            cursor = batch.cursor
            pieces.append(mapped(table.mapping, table.name, [batch], as_of=START.date())[1].whole("iot_reading"))
        if pieces and stock_outs(pa.concat_tables(pieces), START + minute * MINUTE).num_rows:
            assert minute - emptied_at <= 15
            return
    pytest.fail("the empty shelf was never seen")
