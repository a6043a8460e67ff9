"""The reference page of the synthetic worlds says what the code says, and its pictures can be drawn again."""

import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tools.world_page import CITY_TABLES, FIRM_TABLES, FIRMS, blocks
from tools.world_pictures.__main__ import PICTURES
from tools.world_pictures.look import Look
from tools.world_pictures.svg import Picture, Plot, round_ticks
from xingke.simulate import world_hash, world_make, world_rows

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/reference/world.md"
LARGEST_BYTES = 60_000


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    out = tmp_path_factory.mktemp("page") / "xs"
    world_make(size="xs", seed=7, out=out)
    return out


@pytest.mark.parametrize("name", blocks())
def test_page_holds_the_tables_as_the_code_gives_them(name):
    assert blocks()[name] in PAGE.read_text(encoding="utf-8")


def hash_on_page(label):
    return re.search(rf"^\| {label} \|.*`([0-9a-f]{{12}})` \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)[1]


def test_hash_on_the_page_is_that_of_the_world(city):
    """The generator has changed: make the worlds of the page anew, and put their figures and hashes on it."""
    assert world_hash(city)[:12] == hash_on_page("`xs`, seed 7")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_hash_of_two_thousand_outlets_on_the_page_is_that_of_the_world(tmp_path):
    world_make(size="m", seed=7, out=tmp_path / "m")
    assert world_hash(tmp_path / "m")[:12] == hash_on_page("`m`, seed 7")


def test_page_lists_the_tables_that_a_city_has(city):
    assert set(world_rows(city)) == set(CITY_TABLES)


@pytest.mark.parametrize("kind", FIRMS)
def test_page_lists_the_tables_that_a_firm_has(kind, tmp_path):
    world_make(size="xs", seed=7, out=tmp_path / kind, kind=kind)
    assert set(world_rows(tmp_path / kind)) == {name for name, firms in FIRM_TABLES.items() if kind in firms}


def test_every_picture_is_drawn_from_a_small_city(city, tmp_path):
    look = Look(city)
    for name, draw in PICTURES.items():
        path = tmp_path / f"{name}.svg"
        draw(look).save(path)
        text = path.read_text(encoding="utf-8")
        assert ElementTree.fromstring(text).tag.endswith("svg"), name  # noqa: S314 - written a line above
        assert "nan" not in text, name
        assert text.count("<text") > 8, name


def test_page_shows_every_picture_and_they_are_small():
    text = PAGE.read_text(encoding="utf-8")
    for name in PICTURES:
        assert f"(../images/world/{name}.svg)" in text
        assert (ROOT / f"docs/images/world/{name}.svg").stat().st_size < LARGEST_BYTES, name


@pytest.mark.parametrize("highest", [0.7, 3.0, 19.0, 42.0, 128.0, 980.0])
def test_ticks_are_few_and_reach_above_the_highest(highest):
    ticks = round_ticks(highest)
    assert 4 <= len(ticks) <= 7
    assert ticks[-2] < highest <= ticks[-1]


def test_labels_at_the_end_of_lines_do_not_meet(tmp_path):
    picture = Picture("标题", "Title", source="")
    Plot(picture, 0, 0, 100, 200, 0, 1, 0, 1).end_labels([(0.5, "a", ""), (0.51, "b", ""), (0.49, "c", ""), (0.0, "d", "")])
    picture.save(tmp_path / "labels.svg")
    tree = ElementTree.parse(tmp_path / "labels.svg")  # noqa: S314 - written a line above
    heights = sorted(float(node.attrib["y"]) for node in tree.iter("{http://www.w3.org/2000/svg}text") if node.text in set("abcd"))
    assert len(heights) == 4
    assert min(below - above for above, below in pairwise(heights)) >= 15
    assert heights[-1] <= 204
