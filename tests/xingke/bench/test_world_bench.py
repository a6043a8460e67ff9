import pytest

from xingke.bench.child import ChildFailed, run_child
from xingke.bench.world import world_bench
from xingke.errors import UnknownName


def test_an_unknown_size_is_refused_before_anything_is_made():
    with pytest.raises(UnknownName, match="did you mean 'xl'"):
        world_bench(size="xll")


def test_it_has_to_be_made_once_at_least():
    with pytest.raises(ValueError, match="1 or more"):
        world_bench(size="xs", repeats=0)


def test_a_process_that_fails_says_what_it_was_and_why(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ChildFailed, match=r"(?s)xingke.bench.world make xs 7 .* ended with code 1: .*WorldExists"):
        run_child("xingke.bench.world", "make", "xs", "7", str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
