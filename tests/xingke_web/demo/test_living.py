"""The demo closes the loop: the campaign is launched, the city lives on under it, and what comes of it is loaded as any other data."""

import json
from dataclasses import replace
from datetime import date

import pytest
from django.conf import settings as django_settings

from xingke_web.accounts.facade import workspace_info
from xingke_web.campaigns.facade import campaign_arms
from xingke_web.demo.build import DemoState, demo_build
from xingke_web.demo.living import city_lives_on
from xingke_web.demo.replay import launched_campaign
from xingke_web.demo.samples import CITY, SampleWorld
from xingke_web.demo.world import location_of
from xingke_web.loop.facade import lake_reader

SAMPLE = replace(
    CITY,
    as_of=date(2024, 7, 22),
    world=SampleWorld("xs", 7, live_weeks=3),
    campaign=replace(CITY.campaign, launched_on=date(2024, 7, 1), outcome_days=21),
)


@pytest.fixture
def home(db, tmp_path, monkeypatch):
    """An installation of its own."""
    monkeypatch.setenv("XINGKE_HOME", str(tmp_path))
    original = django_settings.XINGKE
    django_settings.XINGKE = replace(original, path=tmp_path)
    yield tmp_path
    django_settings.XINGKE = original


def build(home):
    told = []
    demo_build(DemoState(home / "demo.json"), SAMPLE, lambda words, done, total: told.append((words, done, total)))
    return told


@pytest.mark.slow
def test_city_lives_on_under_the_campaign_and_is_loaded_again(home):
    told = build(home)
    info = json.loads((location_of(SAMPLE) / "world.json").read_text())
    assert (info["weeks"], info["ends_on"]) == (33, "2024-07-22")
    reader = lake_reader(workspace_info(SAMPLE.slug))
    last = reader.query("select max(ordered_on) as last_on from order_line").to_pylist()[0]["last_on"]
    assert date(2024, 7, 15) <= last < date(2024, 7, 22)
    arms = campaign_arms(workspace_info(SAMPLE.slug).id, launched_campaign(SAMPLE).id).to_pylist()
    treated = {row["customer_id"] for row in arms if row["arm"] == "treated"}
    kept_out = {row["customer_id"] for row in arms if row["arm"] == "control"}
    courses = reader.query("select customer_id, attended_on from course where attended_on >= $day", {"day": date(2024, 7, 1)}).to_pylist()
    trained = {row["customer_id"] for row in courses}
    # The programme's course of its first week reaches the treated; the few others that any month has may be among the control group.
    assert len(trained & treated) > 0.9 * len(treated)
    assert len(trained & kept_out) < 0.2 * len(kept_out)
    assert told[-1][1:] == (1, 1)


@pytest.mark.slow
def test_what_was_built_and_lived_is_not_done_again(home):
    build(home)
    before = (location_of(SAMPLE) / "world.json").stat().st_mtime_ns
    assert build(home) == []
    assert (location_of(SAMPLE) / "world.json").stat().st_mtime_ns == before
    told = []
    city_lives_on(SAMPLE, SAMPLE.world, lambda words, done, total: told.append(done))
    assert told == []
    more = replace(SAMPLE, world=replace(SAMPLE.world, live_weeks=4))
    city_lives_on(more, more.world, lambda words, done, total: told.append(done))
    assert told == [4]
