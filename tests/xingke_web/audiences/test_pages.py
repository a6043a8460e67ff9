"""The list, the members with their export, the overlap, and the tag catalogue: their numbers are those of SQL in the scope."""

import csv
import io
import re
from itertools import pairwise
from pathlib import Path

import polib
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xingke.tags import Grain
from xingke_web.audiences.menu import rule_tags
from xingke_web.audiences.models import Segment
from xingke_web.audiences.population import population_for
from xingke_web.audiences.tagging import bin_edges, histogram_of, inputs_of, tag_rows
from xingke_web.audit.models import AuditEntry
from xingke_web.customers.facade import customer_for
from xingke_web.loop.facade import tag_library

CATALOGUE = Path(__file__).resolve().parents[3] / "src/xingke_web/audiences/locale/zh_Hans/LC_MESSAGES/django.po"
POLK = "select customer_id from customer where starts_with(org_path, '/ia/polk/')"


@pytest.fixture
def big(lake, workspace):
    """The segment of the pack with the most members."""
    return Segment.objects.filter(workspace_id=workspace.id).order_by("-last_count").first()


def test_the_list_shows_counts_of_the_scope(analyst, marketer, url, lake, big):
    everything = analyst.client.get(url("segments/")).content.decode()
    inside = lake.value(f"select count(*) from segment_membership where segment_key = $key and customer_id in ({POLK})", {"key": big.key})
    part = marketer.client.get(url("segments/")).content.decode()
    for text, count in ((everything, big.last_count), (part, inside)):
        line = text[text.index(f"/segments/{big.key}/") :]
        assert re.search(r'class="xk-right"[^>]*>(?:<[^>]+>)*\s*([\d,]+)', line)[1] == f"{count:,}"
    assert inside < big.last_count


def test_the_list_is_searched_and_split_by_state(analyst, url, lake, big):
    found = analyst.client.get(url("segments/"), {"q": big.name}).content.decode()
    assert found.count("data-row") == 1
    assert "data-row" not in analyst.client.get(url("segments/"), {"q": "no such words"}).content.decode()
    assert "data-row" not in analyst.client.get(url("segments/"), {"state": "draft"}).content.decode()


def test_the_list_before_any_data_and_with_bounded_queries(analyst, url, workspace):
    assert analyst.client.get(url("segments/")).status_code == 200
    for tail in ("segments/new/", "tags/", "tags/order_count_90d/"):
        answer = analyst.client.get(url(tail))
        assert answer.status_code == 200
        assert "还没有导入数据" in answer.content.decode()


def test_the_list_asks_a_bounded_number_of_times(analyst, url, lake):
    with CaptureQueriesContext(connection) as queries:
        analyst.client.get(url("segments/"))
    assert len(queries) <= 14


def test_two_segments_overlap_as_sql_says(analyst, url, lake, workspace):
    first, second = Segment.objects.filter(workspace_id=workspace.id).order_by("-last_count")[:2]
    shared = lake.value(
        "select count(*) from segment_membership a join segment_membership b using (customer_id)"
        " where a.segment_key = $first and b.segment_key = $second",
        {"first": first.key, "second": second.key},
    )
    page = analyst.client.get(url("segments/"), {"a": first.key, "b": second.key}).content.decode()
    numbers = re.findall(r'class="xk-num">([\d,]+)<', page[page.index('id="overlap"') :])
    assert numbers == [f"{first.last_count:,}", f"{second.last_count:,}", f"{shared:,}"]


def test_members_and_their_export_stay_within_the_scope(analyst, marketer, url, lake, big):
    expected = {
        str(row["customer_id"])
        for row in lake.rows(
            f"select customer_id from segment_membership where segment_key = $key and customer_id in ({POLK})", {"key": big.key}
        )
    }
    page = marketer.client.get(url(f"segments/{big.key}/members/")).content.decode()
    assert page.count("data-row") == min(len(expected), 50)
    answer = marketer.client.post(url(f"segments/{big.key}/export/"), {"purpose": "analysis"})
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {line[1] for line in lines[1:-1]} == expected
    assert marketer.user.username in lines[-1][0]
    entry = AuditEntry.objects.get(name="segment.exported")
    assert entry.facts["count"] == len(expected)
    assert entry.facts["scope"] == "/ia/polk"


@pytest.mark.parametrize(
    ("who", "seen", "exported"),
    [
        ("admin", 200, 200),
        ("analyst", 200, 200),
        ("marketer", 200, 200),
        ("approver", 200, 200),
        ("customer_manager", 403, 403),
        ("retailer", 403, 403),
    ],
)
def test_roles(who, seen, exported, request, url, lake, big):
    client = request.getfixturevalue(who).client
    for tail in ("segments/", f"segments/{big.key}/", f"segments/{big.key}/members/", "tags/", "tags/order_count_90d/"):
        assert client.get(url(tail)).status_code == seen
    assert client.post(url(f"segments/{big.key}/export/"), {"purpose": "analysis"}).status_code == exported


def test_duplicate_and_retire(analyst, url, lake, big):
    analyst.client.post(url(f"segments/{big.key}/duplicate/"))
    copy = Segment.objects.exclude(key=big.key).get(condition=big.condition, pack_declared=False)
    assert copy.state == Segment.State.DRAFT
    analyst.client.post(url(f"segments/{copy.key}/retire/"))
    copy.refresh_from_db()
    assert copy.state == Segment.State.RETIRED
    assert AuditEntry.objects.filter(name="segment.retired").count() == 1


def test_the_catalogue_lists_every_tag_by_family(analyst, url, lake, workspace):
    library = tag_library(workspace.pack)
    first = library.tags[0]
    page = analyst.client.get(url("tags/"), {"family": first.family, "size": 100}).content.decode()
    assert page.count("data-row") == len(library.in_family(first.family))
    searched = analyst.client.get(url("tags/"), {"q": first.name}).content.decode()
    assert f"/tags/{first.name}/" in searched
    assert len(tag_rows(analyst.viewer, {})) == len(library)


def test_the_numbers_of_a_tag_are_those_of_sql_in_the_scope(marketer, lake):
    population = population_for(marketer.viewer)
    for name in ("amount_yuan_90d", "order_count_90d", "price_class_1_share_90d"):
        edges, counts, marks = histogram_of(population, tag_library(marketer.viewer.workspace.pack)[name])
        row = lake.rows(
            f"select count({name}) as n, median({name}::double) as middle, min({name})::double as low, max({name})::double as high"
            f" from portrait where customer_id in ({POLK})"
        )[0]
        assert sum(counts) == row["n"]
        assert marks["p50"] == pytest.approx(row["middle"])
        assert edges[0] == row["low"]
        assert edges[-1] >= row["high"]
        for place, (low, high) in enumerate(pairwise(edges)):
            last = "<=" if place == len(counts) - 1 else "<"
            inside = f"select count(*) from portrait where {name}::double >= {low!r} and {name}::double {last} {high!r}"
            assert counts[place] == lake.value(f"{inside} and customer_id in ({POLK})")


def test_bins_grow_where_few_large_values_would_hide_the_rest():
    even, grown = bin_edges(0, 50, 100, whole=False), bin_edges(0, 10, 10_000, whole=False)
    assert even == [5.0 * place for place in range(21)]
    assert grown[1] < 10 < grown[-2]
    assert grown == sorted(set(grown))
    assert bin_edges(3, 3, 3, whole=True) == [3, 4]
    whole = bin_edges(0, 1, 7, whole=True)
    assert whole == sorted(set(whole))
    assert all(edge == int(edge) for edge in whole)


def test_every_tag_has_a_page_in_both_languages(analyst, url, lake, workspace, settings):
    for tag in tag_library(workspace.pack).tags[::9]:
        assert analyst.client.get(url(f"tags/{tag.name}/")).status_code == 200
    analyst.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    english = analyst.client.get(url("tags/order_count_90d/")).content.decode()
    assert "How it is spread" in english
    assert analyst.client.get(url("tags/no_such_tag/")).status_code == 404


def test_a_tag_names_what_it_reads_and_leads_to_a_segment(analyst, url, lake, workspace):
    formula = next(tag for tag in tag_library(workspace.pack).tags if tag.grain is Grain.PORTRAIT)
    page = analyst.client.get(url(f"tags/{formula.name}/")).content.decode()
    inputs = inputs_of(formula, analyst.viewer)
    assert inputs
    assert all(address in page for _, address in inputs)
    link = re.search(r'href="([^"]*segments/new/\?condition=[^"]+)"', page)[1].replace("&amp;", "&")
    opened = analyst.client.get(link)
    assert opened.status_code == 200
    assert "xk-note-warn" not in opened.content.decode()


def test_a_segment_kept_as_tag_shows_on_the_customer_page_of_its_members(analyst, url, lake, big, rf):
    inside = lake.value("select min(customer_id) from segment_membership where segment_key = $key", {"key": big.key})
    outside = lake.value(
        "select min(customer_id) from customer anti join (from segment_membership where segment_key = $key) using (customer_id)",
        {"key": big.key},
    )
    request = rf.get("/")
    request.viewer = analyst.viewer
    assert rule_tags(request, customer_for(analyst.viewer, inside)) is None
    Segment.objects.filter(pk=big.pk).update(as_tag=True)
    shown = rule_tags(request, customer_for(analyst.viewer, inside))
    assert [tag["name"] for tag in shown["tags"]] == [big.name]
    assert rule_tags(request, customer_for(analyst.viewer, outside)) is None


def test_the_words_are_complete():
    po, mo = polib.pofile(str(CATALOGUE)), polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    assert po.percent_translated() == 100
    assert {(entry.msgid, entry.msgstr) for entry in mo} == {(entry.msgid, entry.msgstr) for entry in po}
    for entry in po:
        assert set(re.findall(r"%\(\w+\)s", entry.msgid)) == set(re.findall(r"%\(\w+\)s", entry.msgstr)), entry.msgid
