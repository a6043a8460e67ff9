"""A time with a zone becomes the business day, in whatever form a source hands it over."""

import json
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from xingke.sources.connectors.contract import Batch
from xingke.sources.connectors.mapped import mapped
from xingke.sources.connectors.rows import table_of_records
from xingke.sources.files import read_raw
from xingke.sources.mapping import apply, from_yaml

EVENING = datetime(2024, 1, 5, 23, 30, tzinfo=UTC)
MAPPING = """
tables:
- table: order_line
  constants: {system: pos}
  columns: {order_key: nr, customer_key: who, ordered_on: at, product_key: what, quantity_units: units, amount_yuan: yuan}
"""
ROW = {"nr": "A1", "who": "C1", "what": "x", "units": 1, "yuan": "3.5"}
SIXTH = [date(2024, 1, 6)]


def days(applied, sink):
    assert applied.quarantine.num_rows == 0
    return sink.whole("order_line")["ordered_on"].to_pylist()


@pytest.mark.parametrize(
    "at", [EVENING, EVENING.isoformat(), "2024-01-05T23:30:00Z", int(EVENING.timestamp()), int(EVENING.timestamp()) * 1000]
)
def test_of_databases_messages_and_interfaces(at):
    batch = Batch(table_of_records([{**ROW, "at": at}]))
    assert days(*mapped(from_yaml(MAPPING), "s", [batch], as_of=None)) == SIXTH


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Shanghai"])
@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_of_parquet(tmp_path, zone, unit):
    rows = pa.Table.from_pylist([{**ROW, "at": None}])
    at = pa.array([EVENING]).cast(pa.timestamp(unit, "UTC")).cast(pa.timestamp(unit, zone))
    pq.write_table(rows.set_column(rows.schema.get_field_index("at"), "at", at), tmp_path / "a.parquet")
    assert days(*apply(from_yaml(MAPPING), read_raw(tmp_path / "a.parquet"))) == SIXTH


def test_of_json(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps([{**ROW, "at": "2024-01-05T23:30:00Z"}]), encoding="utf-8")
    assert days(*apply(from_yaml(MAPPING), read_raw(tmp_path / "a.json"))) == SIXTH
