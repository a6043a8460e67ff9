"""One contract for every kind of system: a sample of each table becomes canonical rows without a loss, by three kinds of connector."""

import csv
import json
import sqlite3
import threading
from contextlib import closing
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pyarrow as pa
import pytest

from tests.pulled import given
from xingke.errors import UnknownName
from xingke.schema.intake import INTAKE_TABLES
from xingke.schema.trade.identity import SYSTEMS
from xingke.sources.connectors import Batch, database, file, http_json
from xingke.sources.connectors.mapped import mapped
from xingke.sources.systems import sample, source_report, system, systems
from xingke.sources.systems.registry import REFRESHES
from xingke.words import is_complete

DAY = date(2026, 6, 1)
TABLES_OF = [pytest.param(one, table, id=f"{one.name}.{table.name}") for one in systems() for table in one.tables]


@pytest.fixture(scope="module")
def interface():
    """An interface that answers with the rows it was given, at any address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = json.dumps({"rows": self.server.rows}, ensure_ascii=False).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Nothing is written."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def from_folder(rows, table, tmp_path, _interface):
    with (tmp_path / f"{table.name}.csv").open("w", encoding="gb18030", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(table.column_names)
        writer.writerows([["" if value is None else value for value in row.values()] for row in rows])
    return file.CONNECTOR, {"folder": str(tmp_path), "pattern": "*.csv", "settle_seconds": "0"}


def from_database(rows, table, tmp_path, _interface):
    names = ", ".join(f'"{name}"' for name in table.column_names)
    with closing(sqlite3.connect(tmp_path / "system.db")) as connection, connection:
        connection.execute(f'create table "{table.name}" ({names})')
        places = ", ".join("?" * len(table.column_names))
        connection.executemany(f'insert into "{table.name}" values ({places})', [tuple(row.values()) for row in rows])
    return database.CONNECTOR, {"url": f"sqlite:///{tmp_path}/system.db"}


def from_interface(rows, table, tmp_path, interface):
    interface.rows = rows
    return http_json.CONNECTOR, {"url": f"http://127.0.0.1:{interface.server_port}/{table.name}", "rows_path": "rows"}


WAYS = (from_folder, from_database, from_interface)


def test_the_twelve_kinds_of_system_are_there_and_two_more():
    assert [one.name for one in systems()[:12]] == list(SYSTEMS)
    assert [one.name for one in systems()[12:]] == ["social", "supply_chain"]
    with pytest.raises(UnknownName, match="did you mean 'ordering'"):
        system("ordring")


@pytest.mark.parametrize("one", systems(), ids=lambda one: one.name)
def test_each_says_what_it_brings_who_answers_for_it_and_how_often_it_has_news(one):
    assert is_complete(one.label)
    assert is_complete(one.brings)
    assert is_complete(one.owner)
    assert one.refresh in REFRESHES
    assert one.tables
    for table in one.tables:
        assert {*table.key, *filter(None, [table.cursor])} <= set(table.column_names)
        assert all(each.constants["system"] == one.system for each in table.mapping.tables)
        assert not any(each.missing for each in table.mapping.tables)


@pytest.mark.parametrize(("one", "table"), TABLES_OF)
def test_a_sample_is_the_same_bytes_for_the_same_seed_and_no_key_comes_twice(one, table):
    first = sample(table, seed=3)
    assert first.equals(sample(table, seed=3))
    if len(table.columns) > 1 and not table.rows:
        assert not first.equals(sample(table, seed=4))
    keys = list(zip(*(first[name].to_pylist() for name in table.key), strict=True))
    assert len(set(keys)) == first.num_rows


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize(("one", "table"), TABLES_OF)
def test_every_row_of_every_connector_becomes_a_canonical_row(one, table, way, tmp_path, interface):
    rows = sample(table, seed=11, rows=120)
    connector, settings = way(rows.to_pylist(), table, tmp_path, interface)
    applied, kept = mapped(table.mapping, table.name, connector.read(given(connector, **settings), table.name, None), as_of=DAY)
    assert [(line.rows_read, line.rows_loaded, line.quarantined, line.duplicates) for line in applied.tables] == [
        (rows.num_rows, rows.num_rows, 0, 0) for _ in table.mapping.tables
    ]
    for name in kept.tables():
        assert kept.whole(name).schema.names == list(INTAKE_TABLES[name].column_names)
        assert set(kept.whole(name)["system"].to_pylist()) == {one.system}


def test_a_run_over_all_systems_reports_each_source_and_no_row_is_lost():
    reports = [
        line for one in systems() for table in one.tables for line in source_report(one, table, [Batch(sample(table, seed=2))], as_of=DAY)
    ]
    assert {line.system for line in reports} == {one.name for one in systems()}
    assert sum(line.rows_wrong + line.duplicates + line.set_aside for line in reports) == 0
    assert sum(line.rows_read for line in reports) == sum(line.rows_loaded for line in reports) > 3_000


def test_a_broken_value_is_told_with_its_reason_and_the_others_are_loaded():
    one, table = system("ordering"), system("ordering").table("order")
    rows = sample(table, seed=2, rows=50).to_pylist()
    rows[3]["下单时间"], rows[4]["下单渠道"], rows[5]["订单号"] = "昨天", "鸽子", rows[6]["订单号"]
    (line,) = source_report(one, table, [Batch(pa.Table.from_pylist(rows))], as_of=DAY)
    assert (line.rows_read, line.rows_loaded, line.rows_wrong, line.duplicates) == (50, 47, 2, 1)


def test_no_sample_holds_a_number_that_somebody_could_have():
    """Numbers of the 1990000 and 1990001 blocks are invented; nothing else in a sample looks like a phone."""
    for one in systems():
        for table in one.tables:
            for column in sample(table, seed=5).columns:
                for value in column.drop_null().to_pylist():
                    digits = value.strip()
                    if len(digits) == 11 and digits.isdigit() and digits.startswith("1"):
                        assert digits[:7] in {"1990000", "1990001"}
