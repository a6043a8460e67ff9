"""Each store forces what it writes, in an order that a power cut cannot turn into a loss."""

import os
import shutil
from pathlib import Path

import pyarrow as pa
import pytest

from tests.facts import NOW
from tests.forced import Forced, watched
from xingke.durable import make_folder, put_in_place, remove_folder, unfinished, whole_file, write_whole
from xingke.engine import Lake
from xingke.events.log import LogWriter
from xingke.events.seen import Seen, digest
from xingke.loop.pieces import PieceStore
from xingke.quality.held import QuarantineStore
from xingke.schema.findings import quarantine_of
from xingke.schema.intake import INTAKE_TABLES
from xingke.sources.connectors.spool import Spool


def nothing_lost(forced: Forced, *, but: tuple[str, ...] = ()) -> None:
    assert forced.moves
    assert [move for move in forced.moves if move[1]] == []
    assert [place for place in forced.unforced() if not place.startswith(but)] == []


def test_a_whole_file_is_forced_before_it_takes_its_name_and_its_folder_after(tmp_path: Path) -> None:
    with watched(tmp_path) as forced:
        write_whole(tmp_path / "CURRENT", b"1")
        write_whole(tmp_path / "CURRENT", b"2")
    assert (tmp_path / "CURRENT").read_bytes() == b"2"
    nothing_lost(forced)


def test_the_watch_sees_what_is_not_forced(tmp_path: Path) -> None:
    with watched(tmp_path) as forced:
        (tmp_path / "new").write_bytes(b"1")
        os.replace(tmp_path / "new", tmp_path / "name")
    assert forced.moves == [("name", ["new"])]
    assert forced.unforced() == [".", "name"]


def test_a_block_that_fails_leaves_what_was_there_and_no_rest(tmp_path: Path) -> None:
    write_whole(tmp_path / "rows", b"old")
    with pytest.raises(ValueError, match="closed"), whole_file(tmp_path / "rows") as file:
        file.close()
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("rows", b"old")]


def test_a_mode_is_that_of_the_first_moment(tmp_path: Path) -> None:
    with whole_file(tmp_path / "key", mode=0o600):
        [making] = tmp_path.iterdir()
        assert making.stat().st_mode & 0o777 == 0o600


def test_folders_are_named_on_the_disk_and_taken_away_at_once(tmp_path: Path) -> None:
    with watched(tmp_path) as forced:
        make_folder(tmp_path / "a" / "b" / "c")
        file = unfinished(tmp_path / "a" / "b" / "c" / "part")
        file.write_bytes(b"1")
        put_in_place(file, tmp_path / "a" / "b" / "c" / "part")
        nothing_lost(forced)
    assert remove_folder(tmp_path / "a" / "b")
    assert not remove_folder(tmp_path / "a" / "b")
    assert list((tmp_path / "a").iterdir()) == []


def test_a_folder_is_away_for_good_before_its_files_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "load" / "part").mkdir(parents=True)

    def refuses(path: Path) -> None:
        raise OSError(5, "the disk fails here")

    monkeypatch.setattr(shutil, "rmtree", refuses)
    with watched(tmp_path) as forced, pytest.raises(OSError, match="fails here"):
        remove_folder(tmp_path / "load")
    assert not (tmp_path / "load").exists()
    assert "." not in forced.unforced()


def test_a_snapshot_is_forced_before_the_pointer_moves(tmp_path: Path) -> None:
    root = tmp_path / "lakes" / "lake"
    lost_at_pointer = []
    with watched(tmp_path) as forced:
        move = forced.move

        def looked(source: object, target: object) -> None:
            if Path(str(target)).name == "CURRENT":
                # The folder of the lake itself names the file that is about to become CURRENT, and is forced after.
                lost_at_pointer.append([place for place in forced.unforced() if place != "lakes/lake"])
            move(source, target)

        forced.move = looked  # type: ignore[method-assign]  # looks at the moment of the move as well
        for value in (1, 2):
            with Lake(root).writer(now=NOW) as writer:
                writer.put("left_side", pa.table({"value": [value]}))
                writer.put("right_side", pa.table({"value": [value]}))
                writer.publish()
    assert lost_at_pointer == [[], []]
    nothing_lost(forced)


def test_a_load_is_forced_when_its_rows_are_said_to_be_stored(tmp_path: Path) -> None:
    with watched(tmp_path) as forced:
        store = PieceStore(tmp_path / "lake")
        for load in ("file-1", "file-2"):
            store.put(load, "order_line", INTAKE_TABLES["order_line"].arrow_schema.empty_table())
        nothing_lost(forced)
    assert store.drop("file-1")


def test_quarantined_rows_are_forced_whenever_they_are_written(tmp_path: Path) -> None:
    row = {"table": "customer", "file": "a.csv", "row": 1, "reason": "wrong_type", "record": "{}"}
    with watched(tmp_path) as forced:
        store = QuarantineStore(tmp_path / "lake")
        store.put("file-1", "customer", quarantine_of([row]))
        store.settle("file-1", "customer", waiting=quarantine_of(), left_out=quarantine_of([row]))
        nothing_lost(forced)
    assert store.drop("file-1")


def test_the_spool_forces_each_commit_and_its_own_name(tmp_path: Path) -> None:
    with watched(tmp_path) as forced:
        spool = Spool(tmp_path / "spool" / "c.sqlite3")
        spool.append([("1", b"{}", "")], now=NOW)
        with spool._open() as connection:
            assert connection.execute("pragma synchronous").fetchone() == (2,)
    assert {place for place in forced.unforced() if not place.startswith("spool/c.sqlite3")} <= {"spool"}


def test_an_acknowledged_block_and_the_ids_behind_it_are_forced(tmp_path: Path) -> None:
    root = tmp_path / "events"
    with watched(tmp_path) as forced:
        log = LogWriter(root)
        log.append(b"a block")
        # Where the log ends is found from its blocks again, so END may lag behind; locks hold nothing.
        assert [place for place in forced.unforced() if not place.endswith(("END", "LOCK"))] == ["events"]
        seen = Seen(root, memory_ids=4)
        seen.add([digest("shop", str(number)) for number in range(9)])
        frozen = seen.freeze(log.end)
        assert frozen is not None
        seen.adopt(frozen, seen.write(frozen))
        log.close()
    assert [move for move in forced.moves if move[1]] == []
    assert [place for place in forced.unforced() if "seen" in place] == []
