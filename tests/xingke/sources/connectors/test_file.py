import os

import pytest

from tests.pulled import given, rows_of
from xingke.sources.connectors.errors import SourceUnreachable
from xingke.sources.connectors.file import CONNECTOR, FileConnector


def put(path, text, at=1_000):
    path.write_text(text, encoding="utf-8")
    os.utime(path, (at, at))


@pytest.fixture
def settings(tmp_path):
    return given(CONNECTOR, folder=str(tmp_path), pattern="*.csv")


def test_each_file_is_read_once_and_again_when_it_changes(tmp_path, settings):
    put(tmp_path / "b.csv", "no,shop\n2,乙\n")
    put(tmp_path / "a.csv", "no,shop\n1,甲\n")
    put(tmp_path / "c.txt", "no,shop\n9,丙\n")
    batches = list(CONNECTOR.read(settings, "*.csv", None))
    assert [row["no"] for row in rows_of(batches)] == ["1", "2"]
    assert list(CONNECTOR.read(settings, "*.csv", batches[-1].cursor)) == []
    put(tmp_path / "b.csv", "no,shop\n2,乙\n3,丁\n", at=2_000)
    assert [row["no"] for row in rows_of(CONNECTOR.read(settings, "*.csv", batches[-1].cursor))] == ["2", "3"]


def test_a_cut_after_the_first_file_goes_on_with_the_second(tmp_path, settings):
    put(tmp_path / "a.csv", "no\n1\n")
    put(tmp_path / "b.csv", "no\n2\n")
    batches = list(CONNECTOR.read(settings, "*.csv", None))
    first = next(batch.cursor for batch in batches if batch.cursor)
    assert [row["no"] for row in rows_of(CONNECTOR.read(settings, "*.csv", first))] == ["2"]


def test_a_file_that_is_still_being_written_waits(tmp_path, settings):
    put(tmp_path / "a.csv", "no\n1\n", at=5_000)
    assert list(FileConnector(now=lambda: 5_010.0).read(settings, "*.csv", None)) == []
    assert len(rows_of(FileConnector(now=lambda: 5_031.0).read(settings, "*.csv", None))) == 1


def test_rows_that_cannot_be_taken_apart_are_kept_with_their_place(tmp_path, settings):
    put(tmp_path / "a.csv", "no,shop\n1,甲\n2,乙,more,still more\n3,丙\n")
    batches = list(CONNECTOR.read(settings, "*.csv", None))
    rejected = [one for batch in batches for one in batch.rejected]
    assert len(rows_of(batches)) + len(rejected) == 3
    assert [one.place for one in rejected] in ([], ["a.csv:3"])


def test_a_missing_folder_is_said_as_such(tmp_path):
    with pytest.raises(SourceUnreachable, match="there is no folder"):
        CONNECTOR.check(given(CONNECTOR, folder=str(tmp_path / "nowhere")))
