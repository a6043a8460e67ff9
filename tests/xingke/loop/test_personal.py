"""Finding, erasing and sealing again what a lake and its pieces hold about persons."""

from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from xingke.engine import Lake
from xingke.loop.personal import erase_in_lake, erase_in_pieces, person_of, reseal_lake, reseal_pieces, rows_about
from xingke.loop.pieces import PieceStore
from xingke.privacy import DataKey, KeySet, Vault
from xingke.schema import TABLES, TRACKED_EVENT
from xingke.schema.golden import IDENTITY_TABLES
from xingke.schema.intake import RECORD

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SECRETS = ("王秀英", "13812345621", "星城市江北区人民路18号", "330106198001011234")
KEYS = KeySet.fresh()


def table(declared, rows):
    full = [{**dict.fromkeys(declared.column_names), **row} for row in rows]
    fields = [pa.field(field.name, field.type) for field in declared.arrow_schema]
    return pa.Table.from_pylist(full, schema=pa.schema(fields))


def record(key, *, name=SECRETS[0], phone=SECRETS[1], system="crm"):
    return {"system": system, "source_id": key, "name": name, "phone": phone, "address": SECRETS[2], "id_number": SECRETS[3]}


@pytest.fixture
def vault():
    return Vault(KEYS)


@pytest.fixture
def lake(tmp_path, vault):
    """Customer 1 (two records, one holder), customer 2 with the same name and another phone."""
    lake = Lake(tmp_path)
    with lake.writer(now=NOW) as writer:
        rows = [record("a"), record("b", system="pos"), record("z", phone="13900000000")]
        writer.put("source_record", vault.seal_table(table(RECORD, rows), RECORD))
        writer.put("base_source_record", vault.seal_table(table(RECORD, rows[:1]), RECORD))
        link = IDENTITY_TABLES["identity_link"]
        links = [("crm", "a", 1), ("pos", "b", 1), ("crm", "z", 2)]
        pairs = [{"system": s, "source_id": k, "customer_id": c, "cluster": "x", "rule": "r"} for s, k, c in links]
        writer.put("identity_link", table(link, pairs))
        owner, outlet, customer = TABLES["owner"], TABLES["outlet"], TABLES["customer"]
        owners = [{"owner_id": 7, "name": SECRETS[0], "phone": SECRETS[1]}, {"owner_id": 8, "name": "李四", "phone": "13700000000"}]
        writer.put("owner", vault.seal_table(table(owner, owners), owner))
        outlets = [{"outlet_id": 1, "owner_id": 7, "address": SECRETS[2]}, {"outlet_id": 2, "owner_id": 8, "address": "别处"}]
        writer.put("outlet", vault.seal_table(table(outlet, outlets), outlet))
        writer.put("customer", table(customer, [{"customer_id": n, "source_key": str(n), "display_name": f"店{n}"} for n in (1, 2)]))
        events = [{"customer_id": n, "happened_on": date(2026, 2, 1), "event_id": str(n), "properties": "{}"} for n in (1, 2)]
        writer.put("tracked_event", table(TRACKED_EVENT, events))
        writer.publish()
    return lake


def on_disk(root):
    return b"".join(path.read_bytes() for path in root.rglob("*") if path.is_file())


def opened(lake, vault, name, declared):
    import pyarrow.parquet as pq

    rows = pa.concat_tables([pq.read_table(path, partitioning=None) for path in lake.current().files(name)])
    return vault.open_table(rows, declared).to_pylist()


def test_a_person_is_found_by_links_and_by_the_holder(lake):
    person = person_of(lake.current(), 1)
    assert person.records == {("crm", "a"), ("pos", "b")}
    assert person.owners == {7}


def test_everything_held_about_a_person_is_shown_opened(lake, vault):
    held = rows_about(lake.current(), person_of(lake.current(), 1), vault)
    assert {name: len(rows) for name, rows in held.items()} == {"base_source_record": 1, "outlet": 1, "owner": 1, "source_record": 2}
    assert held["owner"][0]["phone"] == SECRETS[1]


def test_an_erased_person_is_gone_from_every_table_and_the_others_stay(lake, vault):
    person = person_of(lake.current(), 1)
    with lake.writer(now=NOW) as writer:
        erased = erase_in_lake(writer, person, now=NOW)
        writer.publish()
    assert erased == {"source_record": 12, "owner": 2, "outlet": 1, "customer": 1, "tracked_event": 1}
    records = {row["source_id"]: row for row in opened(lake, vault, "source_record", RECORD)}
    assert records["a"]["phone"] is records["b"]["name"] is None
    assert records["z"]["name"] == SECRETS[0]
    assert [row["name"] for row in opened(lake, vault, "owner", TABLES["owner"])] == ["****", "李四"]
    assert [row["display_name"] for row in opened(lake, vault, "customer", TABLES["customer"])] == ["****", "店2"]
    assert [row["customer_id"] for row in opened(lake, vault, "tracked_event", TRACKED_EVENT)] == [2]


def test_erasing_twice_changes_nothing_more(lake):
    person = person_of(lake.current(), 1)
    with lake.writer(now=NOW) as writer:
        erase_in_lake(writer, person, now=NOW)
        before = {name: version.directory for name, version in writer.tables.items()}
        assert erase_in_lake(writer, person, now=NOW) == {}
        assert {name: version.directory for name, version in writer.tables.items()} == before


def test_older_snapshots_go_at_once_when_the_past_is_forgotten(lake, tmp_path, vault):
    person = person_of(lake.current(), 1)
    with lake.writer(now=NOW) as writer:
        erase_in_lake(writer, person, now=NOW)
        writer.publish()
        assert len(list(tmp_path.glob("source_record/v=*"))) == 2
        assert lake.forget_past() == 1
    assert len(list(tmp_path.glob("source_record/v=*"))) == 1
    assert [path.name for path in (tmp_path / "snapshots").iterdir()] == [lake.current_name()]


def test_a_holder_of_two_outlets_is_not_erased_with_one_of_them(lake, vault):
    with lake.writer(now=NOW) as writer:
        outlet = TABLES["outlet"]
        rows = [{"outlet_id": n, "owner_id": 7, "address": SECRETS[2]} for n in (1, 2)]
        writer.put("outlet", vault.seal_table(table(outlet, rows), outlet))
        writer.publish()
    assert person_of(lake.current(), 1).owners == frozenset()


def test_nothing_identifying_lies_readable_in_lake_or_pieces(lake, tmp_path, vault):
    store = PieceStore(tmp_path, vault)
    store.put("load-1", "source_record", table(RECORD, [record("a")]))
    stored = on_disk(tmp_path)
    for secret in SECRETS:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
            assert secret.encode(encoding) not in stored


def test_pieces_lose_the_person_too(lake, tmp_path, vault):
    store = PieceStore(tmp_path, vault)
    store.put("load-1", "source_record", table(RECORD, [record("a"), record("z")]))
    person = person_of(lake.current(), 1)
    assert erase_in_pieces(store, person) == {"load-1": 4}
    first, second = store.read("load-1", "source_record").to_pylist()
    assert (first["phone"], second["phone"]) == (None, SECRETS[1])
    assert erase_in_pieces(store, person) == {}


def test_after_a_rotation_everything_moves_to_the_new_key_and_readers_never_stop(lake, tmp_path, vault):
    store = PieceStore(tmp_path, vault)
    store.put("load-1", "source_record", table(RECORD, [record("a")]))
    rotated = Vault(KeySet((DataKey.fresh(), *KEYS.data), KEYS.blind))
    with lake.writer(now=NOW) as writer:
        assert reseal_lake(writer, rotated, now=NOW) == 4
        writer.publish()
        lake.forget_past()
    assert reseal_pieces(PieceStore(tmp_path, rotated), rotated) == 1
    only_new = Vault(KeySet((rotated._keys.data[0],), KEYS.blind))
    assert opened(lake, only_new, "source_record", RECORD)[0]["phone"] == SECRETS[1]
    assert PieceStore(tmp_path, only_new).read("load-1", "source_record")["phone"].to_pylist() == [SECRETS[1]]
    with lake.writer(now=NOW) as writer:
        assert reseal_lake(writer, rotated, now=NOW) == 0
    assert reseal_pieces(PieceStore(tmp_path, rotated), rotated) == 0
