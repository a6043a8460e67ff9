"""Readers see one snapshot, whole, whatever the writer does; what nobody names goes away."""

import json
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from tests.facts import NOW
from xingke.engine import Lake, LakeBusy, LakeEmpty, LakeReader, LakeTooNew, Snapshot


def publish(lake: Lake, value: int, *, rows: int = 3, minutes: int = 0) -> Snapshot:
    """Two tables that belong together: both say the same value in every row."""
    with lake.writer(now=NOW + timedelta(minutes=minutes)) as writer:
        for name in ("left_side", "right_side"):
            writer.put(name, pa.table({"value": pa.array([value] * rows, pa.int64())}))
        return writer.publish()


def values(snapshot: Snapshot) -> set[int]:
    """What the files of a snapshot hold."""
    import pyarrow.parquet as pq

    found: set[int] = set()
    for name in snapshot.tables:
        for file in snapshot.files(name):
            found.update(pq.read_table(file, partitioning=None)["value"].to_pylist())
    return found


def directories(lake: Lake) -> set[str]:
    return {str(path.relative_to(lake.root)) for path in lake.root.glob("*/v=*")}


def test_empty_lake_says_so(tmp_path: Path) -> None:
    with pytest.raises(LakeEmpty) as caught:
        Lake(tmp_path / "nowhere").current()
    assert "xingke run" in caught.value.text("zh")
    assert Lake(tmp_path).is_empty


def test_reader_pinned_before_a_publish_keeps_reading(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    pinned = publish(lake, 1)
    for value in range(2, 9):
        publish(lake, value)
    assert values(pinned) == {1}
    assert values(lake.current()) == {8}
    assert pinned.sequence + 7 == lake.current().sequence


def test_snapshots_beyond_the_retention_go_with_their_files(tmp_path: Path) -> None:
    lake = Lake(tmp_path, keep_snapshots=2, keep_for=timedelta(minutes=30))
    for step in range(6):
        publish(lake, step, minutes=20 * step)
    kept = sorted(path.name for path in (tmp_path / "snapshots").iterdir())
    assert kept == ["000005.json", "000006.json"]
    assert len(directories(lake)) == 4
    assert values(lake.current()) == {5}


def test_young_snapshots_stay_however_many_there_are(tmp_path: Path) -> None:
    lake = Lake(tmp_path, keep_snapshots=1, keep_for=timedelta(hours=1))
    pinned = publish(lake, 0)
    for step in range(1, 5):
        publish(lake, step, minutes=step)
    assert values(pinned) == {0}


def test_table_that_is_not_written_again_is_shared_by_later_snapshots(tmp_path: Path) -> None:
    lake = Lake(tmp_path, keep_snapshots=1, keep_for=timedelta(0))
    publish(lake, 1)
    for step in range(3):
        with lake.writer(now=NOW + timedelta(hours=2 + step)) as writer:
            writer.put("left_side", pa.table({"value": [step + 10]}))
            writer.publish()
    assert values(lake.current()) == {1, 12}


def test_unpublished_and_torn_versions_are_ignored_and_removed_by_the_next_writer(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    publish(lake, 1)
    with lake.writer(now=NOW) as writer:
        writer.put("left_side", pa.table({"value": [99]}))
    torn = tmp_path / "left_side" / "v=000009-deadbeef"
    torn.mkdir()
    (torn / "part-0.parquet").write_bytes(b"PAR1 half a file")
    (torn / "_manifest.json.0.tmp").write_text("{", encoding="utf-8")
    (tmp_path / "snapshots" / "000002.json.1.tmp").write_text("{", encoding="utf-8")
    assert values(lake.current()) == {1}
    assert LakeReader(lake).value("select sum(value) from left_side") == 3
    assert len(directories(lake)) == 4
    with lake.writer(now=NOW):
        pass
    assert len(directories(lake)) == 2
    assert list(tmp_path.rglob("*.tmp")) == []


def test_snapshot_written_before_the_pointer_moved_is_not_read(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    publish(lake, 1)
    pointer = (tmp_path / "CURRENT").read_bytes()
    publish(lake, 2)
    (tmp_path / "CURRENT").write_bytes(pointer)  # as a crash between the two writes leaves it
    assert values(lake.current()) == {1}
    publish(lake, 3)
    assert values(lake.current()) == {3}
    assert lake.current().sequence == 2


def test_collecting_never_takes_the_current_snapshot(tmp_path: Path) -> None:
    lake = Lake(tmp_path, keep_snapshots=1, keep_for=timedelta(0))
    publish(lake, 1)
    pointer = (tmp_path / "CURRENT").read_bytes()
    following = json.loads((tmp_path / "snapshots" / "000001.json").read_text(encoding="utf-8")) | {"sequence": 2}
    (tmp_path / "snapshots" / "000002.json").write_text(json.dumps(following), encoding="utf-8")
    assert (tmp_path / "CURRENT").read_bytes() == pointer
    lake.collect(now=NOW + timedelta(days=1))
    assert values(lake.current()) == {1}


def test_lake_of_a_newer_version_is_refused_for_reading_and_for_writing(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    publish(lake, 1)
    before = directories(lake)
    (tmp_path / "CURRENT").write_text(json.dumps({"format": 2, "snapshot": "000001.json"}), encoding="utf-8")
    with pytest.raises(LakeTooNew):
        lake.current()
    with pytest.raises(LakeTooNew), lake.writer(now=NOW):
        pytest.fail("the lake was opened for writing")
    assert directories(lake) == before


HOLD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from xingke.engine import Lake
with Lake(Path(sys.argv[1])).writer(now=datetime.now(UTC)):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_second_writing_process_is_told_that_the_lake_is_busy(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    publish(lake, 1)
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LakeBusy), lake.writer(now=NOW):
            pytest.fail("two writers at once")
        assert values(lake.current()) == {1}
        holder.kill()  # as kill -9: the lock dies with the process
        holder.wait()
    assert values(publish(lake, 2)) == {2}


def test_threads_reading_during_publishes_see_one_generation_each_time(tmp_path: Path) -> None:
    lake = Lake(tmp_path, keep_snapshots=3, keep_for=timedelta(seconds=0))
    publish(lake, 0)
    reader = LakeReader(lake, threads=1)
    seen: list[tuple[int, int]] = []
    failures: list[BaseException] = []
    over = threading.Event()
    sql = "select (select sum(value) from left_side) as l, (select sum(value) from right_side) as r"

    def read() -> None:
        last = -1
        try:
            while not over.is_set():
                row = reader.rows(sql)[0]
                assert row["l"] == row["r"]
                assert row["l"] >= last, "an older snapshot after a newer one"
                last = int(row["l"])
                seen.append((int(row["l"]), int(row["r"])))
        except BaseException as error:  # noqa: BLE001 - told to the main thread
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for value in range(1, 25):
        publish(lake, value)
    over.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len({left for left, _ in seen}) > 3
