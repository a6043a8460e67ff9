"""The output of a tap that nobody here wrote, loaded stream by stream, with its state handed back."""

import json

import pytest

from xingke.sources.connectors.singer.messages import BadTap
from xingke_web.ingest.taps import tap_load
from xingke_web.loop.facade import pieces_of

CUSTOMERS = {
    "type": "SCHEMA",
    "stream": "customers",
    "key_properties": ["客户编号"],
    "schema": {"properties": {"客户编号": {"type": "string"}, "店名": {"type": "string"}, "联系电话": {"type": ["string", "null"]}}},
}


def lines(*messages: dict) -> list[str]:
    return [json.dumps(message, ensure_ascii=False) + "\n" for message in messages]


def customer(number: int) -> dict:
    record = {"客户编号": f"K{number:04d}", "店名": f"第{number}商店", "联系电话": f"1380013{number:04d}"}
    return {"type": "RECORD", "stream": "customers", "record": record}


@pytest.mark.django_db(transaction=True)
def test_each_stream_becomes_an_import_and_the_state_comes_back(workspace) -> None:
    state = {"type": "STATE", "value": {"bookmark": "2026-11-20"}}
    loaded = tap_load(lines(CUSTOMERS, *(customer(number) for number in range(40)), state), workspace=workspace)
    assert [kept.file_name for kept in loaded.imports] == ["customers.jsonl"]
    assert loaded.state == {"bookmark": "2026-11-20"}
    store = pieces_of(workspace)
    (load,) = [load for load in store.loads() if load.startswith(f"import-{loaded.imports[0].pk}")]
    rows = store.read(load, "source_record").to_pylist()
    assert len(rows) == 40
    assert (rows[3]["source_id"], rows[3]["name"], rows[3]["phone"]) == ("K0003", "第3商店", "13800130003")


@pytest.mark.django_db(transaction=True)
def test_what_is_no_message_stops_before_anything_is_loaded(workspace) -> None:
    before = pieces_of(workspace).loads()
    with pytest.raises(BadTap, match="line 2"):
        tap_load(["\n", "INFO started\n"], workspace=workspace)
    assert pieces_of(workspace).loads() == before
