"""The city of the demo, in its smallest size: made once, loaded as any source is, and what was planted in it is found."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from xingke.extensions import pack
from xingke.words import is_complete
from xingke_web.accounts.facade import membership_set, user_create, viewer_of_member, workspace_create, workspace_info
from xingke_web.demo.build import samples_here
from xingke_web.demo.samples import CITY, SAMPLES, SampleWorld
from xingke_web.demo.world import world_offer, world_ready
from xingke_web.insight.figures import cockpit_figures
from xingke_web.insight.findings import findings_of
from xingke_web.insight.periods import choose
from xingke_web.loop.facade import run_loop

AS_OF = date(2024, 7, 1)
FOUND = []


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("worlds") / "xingcheng-xs"
    world_ready(SampleWorld("xs", 7), place, lambda words, done, total: FOUND.append((words["zh"], done, total)))
    return place


@pytest.fixture
def city(db, tmp_path, world):
    """A workspace with the city in it."""
    original = django_settings.XINGKE
    django_settings.XINGKE = replace(original, path=tmp_path)
    info = workspace_create(slug=CITY.slug, name=CITY.name, pack=CITY.pack, currency=CITY.currency, as_of=AS_OF, is_sample=True)
    run_loop(info.slug, source=CITY.source_here(), location=world)
    yield workspace_info(CITY.slug)
    django_settings.XINGKE = original


def test_the_city_comes_first_and_says_that_it_is_synthetic():
    assert SAMPLES[0] is CITY
    assert samples_here()[0] is CITY
    assert "合成" in CITY.name["zh"]
    assert "合成" in CITY.note["zh"]
    assert "synthetic" in CITY.note["en"]
    assert all(is_complete(sample.note) and is_complete(sample.name) for sample in SAMPLES)
    assert len({sample.slug for sample in SAMPLES}) == len(SAMPLES)


def test_every_sample_names_an_installed_source_and_pack():
    for sample in SAMPLES:
        assert sample.source_here().pack == sample.pack == pack(sample.pack).name


def test_the_world_is_made_once_and_tells_how_far_it_is(world):
    assert FOUND[-1][1:] == (30, 30)
    told, stamp = len(FOUND), (world / "world.json").stat().st_mtime_ns
    world_ready(SampleWorld("xs", 7), world, lambda words, done, total: FOUND.append(()))
    assert (len(FOUND), (world / "world.json").stat().st_mtime_ns) == (told, stamp)


def test_nothing_is_offered_to_the_data_page_before_the_world_is_there(tmp_path, monkeypatch):
    monkeypatch.setenv("XINGKE_HOME", str(tmp_path))
    monkeypatch.setenv("XINGKE_WORLD", "")  # so that what is set below is forgotten afterwards
    monkeypatch.delenv("XINGKE_WORLD")
    world_offer(CITY)
    assert CITY.source_here().default_location() is None
    (tmp_path / "worlds").mkdir()
    world_ready(SampleWorld("xs", 7), tmp_path / "worlds" / CITY.world.folder, lambda words, done, total: None)
    world_offer(CITY)
    assert CITY.source_here().default_location() == tmp_path / "worlds" / CITY.world.folder


def test_what_was_planted_in_the_city_is_found_on_the_cockpit(city):
    user_create(username="analyst", display_name="周岚", password="a long enough passphrase")
    membership_set("analyst", city.slug, role="analyst", org_path="/")
    viewer = viewer_of_member("analyst", city.slug)
    chosen = choose({"period": "month", "against": "prev"}, as_of=AS_OF)
    figures = cockpit_figures(city, scope_path="/", chosen=chosen)
    (route,) = figures.happenings.routes
    # The planted route fails in weeks 14 to 21 of the world, the planted manager leaves in week 8 without a word.
    assert date(2024, 3, 4) <= route.from_on <= date(2024, 3, 18)
    assert date(2024, 4, 15) <= route.until_on <= date(2024, 5, 6)
    assert route.share < 0.75 < route.other_share
    assert figures.happenings.left_alone.left_on == date(2024, 1, 29)
    assert figures.happenings.stocked_up.outlets > 0
    names = {finding.name for finding in findings_of(viewer, figures, chosen, lambda kind, **what: kind)}
    assert {f"route:{route.route}", "left_alone", "stocked_up"} <= names
