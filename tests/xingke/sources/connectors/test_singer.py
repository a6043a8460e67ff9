import json

import pytest

from tests.pulled import given, rows_of
from xingke.sources.connectors.singer import CONNECTOR, BadTap, singer_batches, singer_load

SCHEMA = {
    "type": "SCHEMA", "stream": "orders", "key_properties": ["id"],
    "schema": {"properties": {"id": {"type": "integer"}, "sum": {"type": ["null", "number"]}, "shop": {"type": ["null", "object"]}}},
}  # fmt: skip


def record(number, stream="orders", **more):
    return {"type": "RECORD", "stream": stream, "record": {"id": number, **more}}


def state(value):
    return {"type": "STATE", "value": {"at": value}}


def lines(*messages):
    return [json.dumps(message) + "\n" for message in messages]


def test_records_come_with_the_state_behind_them():
    tap = lines(SCHEMA, record(1, sum=1.50), record(2), state("a"), record(3), record(4), state("b"), record(5, shop={"name": "甲"}))
    batches = list(singer_batches(tap, batch_rows=2))
    assert [(batch.tables["orders"]["id"].to_pylist(), batch.state) for batch in batches] == [
        (["1", "2"], {"at": "a"}),
        (["3", "4"], {"at": "b"}),
        (["5"], {"at": "b"}),
    ]
    assert batches[0].tables["orders"].to_pylist()[0] == {"id": "1", "sum": "1.5"}
    assert batches[2].tables["orders"].to_pylist() == [{"id": "5", "sum": None, "shop.name": "甲"}]


def test_streams_are_kept_apart_and_a_new_version_is_passed_on():
    other = SCHEMA | {"stream": "shops"}
    tap = lines(SCHEMA, other, record(1), record(2, "shops"), {"type": "ACTIVATE_VERSION", "stream": "shops", "version": 7}, state("z"))
    (batch,) = singer_batches(tap)
    assert {name: table["id"].to_pylist() for name, table in batch.tables.items()} == {"orders": ["1"], "shops": ["2"]}
    assert batch.activated == {"shops"}


def test_a_load_counts_what_it_wrote_and_keeps_the_last_state():
    written = []
    tap = lines(SCHEMA, record(1), state("a"), record(None), {"type": "BATCH"}, record(2))
    result = singer_load(tap, write=written.append, batch_rows=1)
    assert (result.rows, result.rejected, result.state) == ({"orders": 2}, {"orders": 1}, {"at": "a"})
    assert len(written) == 2
    assert written[1].rejected["orders"][0].place == "line 4"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("hello", "line 2: not a Singer message: hello"),
        ("[]", "line 2: not a Singer message"),
        ('{"type": 7}', "line 2: not a Singer message"),
        ('{"type": "RECORD", "stream": "other", "record": {}}', "line 2: RECORD of stream 'other' comes before its SCHEMA"),
        ('{"type": "RECORD", "stream": "orders"}', "line 2: RECORD has no object 'record'"),
        ('{"type": "STATE"}', "line 2: STATE has no object 'value'"),
        ('{"type": "SCHEMA", "schema": {}}', "line 2: the SCHEMA is not complete"),
        ("[" * 100_000, "line 2: not a Singer message"),
    ],
)
def test_a_line_that_is_no_message_is_named(line, words):
    with pytest.raises(BadTap) as caught:
        list(singer_batches([*lines(SCHEMA), line]))
    assert str(caught.value).startswith(words)


def test_a_file_of_a_tap_is_a_source_that_is_read_once(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(lines(SCHEMA, record(1), record(2), state("a"))))
    settings = given(CONNECTOR, path=str(path))
    assert [(one.name, one.columns) for one in CONNECTOR.streams(settings)] == [("orders", ("id", "sum"))]
    batches = list(CONNECTOR.read(settings, "orders", None))
    assert [row["id"] for row in rows_of(batches)] == ["1", "2"]
    assert batches[-1].cursor["state"] == {"at": "a"}
    assert list(CONNECTOR.read(settings, "orders", batches[-1].cursor)) == []
