"""The stage: pack segments on the first run, then who entered, left and stayed; circles and versions."""

from dataclasses import replace as changed
from datetime import timedelta

import numpy as np
import pytest

from tests.xingke_web.audiences.conftest import AS_OF, trade
from xingke.expr import ConditionError
from xingke_web.accounts.facade import workspace_clock_set, workspace_info
from xingke_web.audiences.contracts import SegmentRefused
from xingke_web.audiences.facade import SegmentNotFound, segment_for, segment_members, segments_visible
from xingke_web.audiences.models import Segment, SegmentVersion, VersionImmutable
from xingke_web.audiences.population import population_of
from xingke_web.audiences.services import Draft, segment_change, segment_create, segment_retire
from xingke_web.loop.facade import run_loop

ORDERED = {"op": ">=", "attribute": "order_count_90d", "value": 1}


def create(analyst, name, condition, **values):
    population = population_of(analyst.viewer.workspace)
    draft = Draft(name, "", population.parsed(condition), **values)
    return segment_create(viewer=analyst.viewer, draft=draft, catalogue=population.catalogue)


def change(analyst, segment, condition, **values):
    population = population_of(analyst.viewer.workspace)
    draft = Draft(segment.name, "", population.parsed(condition), **values)
    return segment_change(viewer=analyst.viewer, segment=segment, draft=draft, catalogue=population.catalogue)


def members(lake, key):
    rows = lake.rows("select customer_id, entered_on, version from segment_membership where segment_key = $key order by 1", {"key": key})
    return {row["customer_id"]: (row["entered_on"], row["version"]) for row in rows}


def test_the_first_run_creates_the_segments_of_the_pack_with_their_members(lake, workspace):
    segments = Segment.objects.filter(workspace_id=workspace.id)
    assert segments.count() > 3
    assert all(segment.pack_declared and segment.is_refreshed and segment.name_en for segment in segments)
    for segment in segments:
        expected = segment_members(workspace, segment.key, None).tolist()
        assert sorted(members(lake, segment.key)) == expected
        assert segment.last_count == len(expected)


def test_whoever_stays_keeps_the_day_of_entry_and_the_changes_are_told(lake, analyst, workspace):
    segment = create(analyst, "近期订货", ORDERED)
    run_loop(workspace.slug)
    first = members(lake, segment.key)
    assert first
    assert {entered for entered, _ in first.values()} == {AS_OF}
    later = AS_OF + timedelta(days=60)
    workspace_clock_set(workspace.slug, later)
    run_loop(workspace.slug)
    second = members(lake, segment.key)
    expected = {row["customer_id"] for row in lake.rows("select customer_id from portrait where order_count_90d >= 1")}
    assert set(second) == expected
    stayed, left, entered = set(first) & set(second), set(first) - set(second), set(second) - set(first)
    assert stayed
    assert left
    assert all(second[number][0] == AS_OF for number in stayed)
    assert all(second[number][0] == later for number in entered)
    told = lake.rows("select customer_id, change from segment_change where segment_key = $key", {"key": segment.key})
    assert {row["customer_id"] for row in told if row["change"] == "left"} == left
    assert {row["customer_id"] for row in told if row["change"] == "entered"} == entered


def test_a_segment_of_segments_is_refreshed_after_those_it_refers_to(lake, analyst, workspace):
    base = create(analyst, "基础", ORDERED)
    both = {"op": "all", "of": [{"op": "segment", "key": base.key}, {"op": "=", "attribute": "value_tier", "value": "value"}]}
    built = create(analyst, "建在基础上", both)
    wanted = lake.rows("select customer_id from portrait join tier using (customer_id) where order_count_90d >= 1 and value_tier = 'value'")
    numbers = sorted(row["customer_id"] for row in wanted)
    assert segment_members(workspace, built.key, None).tolist() == numbers  # before any refresh: by the rules
    run_loop(workspace.slug)
    assert sorted(members(lake, built.key)) == numbers
    assert segment_members(workspace, built.key, None).tolist() == numbers


def test_a_changed_rule_is_a_new_version_and_old_ones_are_kept_as_they_were(lake, analyst):
    segment = create(analyst, "甲", ORDERED)
    same = change(analyst, segment, ORDERED)
    assert same.version == 1
    later = change(analyst, segment, {**ORDERED, "value": 2})
    assert later.version == 2
    said = list(SegmentVersion.objects.filter(segment=segment).order_by("version").values_list("said_zh", "condition"))
    assert [condition["value"] for _, condition in said] == [1, 2]
    assert "≥ 1" in said[0][0]
    with pytest.raises(VersionImmutable):
        SegmentVersion.objects.filter(segment=segment).first().save()
    with pytest.raises(VersionImmutable):
        SegmentVersion.objects.filter(segment=segment).first().delete()


def test_a_circle_is_refused_at_the_place_that_closes_it(lake, analyst):
    first = create(analyst, "一", ORDERED)
    second = create(analyst, "二", {"op": "segment", "key": first.key})
    with pytest.raises(ConditionError) as refused:
        change(analyst, first, {"op": "all", "of": [ORDERED, {"op": "not", "of": {"op": "segment", "key": second.key}}]})
    assert refused.value.path == "$.of[1].of.key"
    assert Segment.objects.get(pk=first.pk).condition == ORDERED


def test_what_others_rely_on_is_neither_retired_nor_made_a_draft(lake, analyst):
    first = create(analyst, "一", ORDERED)
    second = create(analyst, "二", {"op": "segment", "key": first.key})
    with pytest.raises(SegmentRefused, match="二"):
        segment_retire(viewer=analyst.viewer, segment=first)
    with pytest.raises(SegmentRefused):
        change(analyst, first, ORDERED, state=Segment.State.DRAFT)
    segment_retire(viewer=analyst.viewer, segment=second)
    assert segment_retire(viewer=analyst.viewer, segment=first).state == Segment.State.RETIRED
    assert first.key not in {info.key for info in segments_visible(analyst.viewer)}


def test_names_are_taken_once(lake, analyst):
    create(analyst, "同名", ORDERED)
    with pytest.raises(SegmentRefused, match="同名"):
        create(analyst, " 同名 ", ORDERED)
    with pytest.raises(SegmentRefused):
        create(analyst, " ", ORDERED)


def test_the_facade_counts_within_the_scope(lake, analyst, marketer, workspace):
    segment = create(analyst, "近期订货", ORDERED)
    assert segment_for(analyst.viewer, segment.key).count is None
    run_loop(workspace.slug)
    counted = lake.rows(
        "select org_path from segment_membership join customer using (customer_id) where segment_key = $key", {"key": segment.key}
    )
    inside = [row for row in counted if row["org_path"].startswith("/ia/polk/")]
    assert segment_for(analyst.viewer, segment.key).count == len(counted)
    assert segment_for(marketer.viewer, segment.key).count == len(inside) < len(counted)
    found = segment_members(workspace_info(workspace.slug), segment.key, "/ia/polk")
    assert len(found) == len(inside)
    assert np.all(np.diff(found) > 0)
    with pytest.raises(SegmentNotFound):
        segment_for(analyst.viewer, "nothing_like_it")


def test_a_rule_whose_attribute_is_gone_keeps_its_members_and_the_run_goes_on(lake, analyst, workspace):
    segment = create(analyst, "甲", ORDERED)
    run_loop(workspace.slug)
    before = members(lake, segment.key)
    Segment.objects.filter(pk=segment.pk).update(condition={**ORDERED, "attribute": "no_such_tag"}, version=2)
    finished = run_loop(workspace.slug)
    facts = next(stage["facts"] for stage in finished.stages if stage["label"]["en"] == "Refresh segments")
    assert facts["failed"] == 1
    assert members(lake, segment.key) == before
    assert not Segment.objects.get(pk=segment.pk).is_refreshed


def test_a_run_with_fewer_customers_loses_their_membership(lake, load, workspace, analyst):
    segment = create(analyst, "全部", {"op": "all", "of": []})
    run_loop(workspace.slug)
    whole = trade()
    assert len(members(lake, segment.key)) == 80
    fewer = {row["customer_id"] for row in whole.customers[:70]}
    kept = changed(
        whole,
        customers=whole.customers[:70],
        lines=tuple(row for row in whole.lines if row["customer_id"] in fewer),
        touches=tuple(row for row in whole.touches if row["customer_id"] in fewer),
    )
    load(kept)
    assert len(members(lake, segment.key)) == 70
