"""The pages of quality and the catalogue: what a pass found, who may see it, and what is used."""

from dataclasses import replace

import pytest
from django.conf import settings as django_settings

from tests.facts import random_facts
from xingke_web.accounts.facade import workspace_info
from xingke_web.ingest.assessing import NOW, POINT
from xingke_web.ingest.health import data_state
from xingke_web.ingest.quality import tables_quality
from xingke_web.ingest.uses import use_rate, use_register, uses_of
from xingke_web.loop.facade import lake_of, lake_reader, run_loop


@pytest.fixture
def ground(tmp_path, workspace):
    original = django_settings.XINGKE
    django_settings.XINGKE = replace(original, path=tmp_path)
    yield workspace_info(workspace.slug)
    django_settings.XINGKE = original


@pytest.fixture
def looked_at(ground, tmp_path):
    run_loop(ground.slug, source=random_facts(3, customers=40, as_of=ground.as_of), location=tmp_path)
    return ground


def test_a_pass_leaves_scores_and_findings_in_its_snapshot(looked_at):
    reader = lake_reader(looked_at)
    assert reader.has(NOW)
    assert reader.value(f"select count(distinct looked_at) from {POINT}") == 1
    tables = {table.name: table for table in tables_quality(looked_at)}
    assert tables["order_line"].rows > 0
    assert 0 < tables["order_line"].score <= 100
    run_loop(looked_at.slug)
    assert lake_reader(looked_at).value(f"select count(distinct looked_at) from {POINT}") == 2
    assert len({table.name: table for table in tables_quality(looked_at)}["order_line"].trend) == 2


@pytest.mark.parametrize("tail", ["quality/", "quality/order_line/", "catalogue/"])
def test_pages_open_for_those_who_may_see_data(looked_at, analyst, customer_manager, tail):
    assert analyst.client.get(f"/w/iowa/data/{tail}").status_code == 200
    assert customer_manager.client.get(f"/w/iowa/data/{tail}").status_code == 403


def test_before_the_first_pass_the_pages_say_what_to_do(ground, analyst):
    assert "还没有检查过任何表" in analyst.client.get("/w/iowa/data/quality/").content.decode()
    assert analyst.client.get("/w/iowa/data/catalogue/").status_code == 200
    assert analyst.client.get("/w/iowa/data/quality/order_line/").status_code == 404


def test_a_field_is_used_where_a_tag_is_made_of_it_or_an_application_says_so():
    uses = uses_of("wholesale")
    fields = {(use.table, use.column) for use in uses if use.kind == "tag"}
    assert {("order_line", "amount_yuan"), ("order_line", "order_id"), ("product", "category"), ("touch", "kind")} <= fields
    assert ("customer", "latitude") not in fields
    use_register("page", "a map", {"customer": ["latitude"]})
    assert ("customer", "latitude") in {(use.table, use.column) for use in uses_of("wholesale")}
    with pytest.raises(KeyError):
        use_register("page", "a map", {"customer": ["altitude"]})
    assert use_rate(uses, {"order_line": ["amount_yuan", "channel"]}).share == 0.5


def test_the_doctor_finds_a_file_of_the_lake_that_is_gone(looked_at):
    assert {topic: is_bad for topic, is_bad, _ in data_state(looked_at)}["lake"] is False
    version = lake_of(looked_at).current().tables["order_line"]
    (looked_at.lake_path / version.directory / version.files[0].path).unlink()
    (told,) = data_state(looked_at)
    assert told[:2] == ("lake", True)
    assert version.files[0].path in told[2]["zh"]
