"""The list shows the customers of the scope as the lake has them: filters, sorting, pages, export, and the way to a segment."""

import csv
import io
import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from xingke.engine import LakeEmpty
from xingke.expr import from_json
from xingke_web.audit.models import AuditEntry
from xingke_web.customers.listing import CustomerList
from xingke_web.customers.views import listing
from xingke_web.loop.facade import catalogue_of, lake_reader

JOINED = "customer join portrait using (customer_id) join tier using (customer_id)"


def numbers(response):
    """The customers of the page in order, by their links."""
    return [int(found) for found in re.findall(r'<td>\s*<a href="/w/iowa/customers/(\d+)/"', response.content.decode())]


def total(response):
    return response.context["table"].total


def wanted(lake, where="true", order="amount_yuan_365d desc nulls last, customer_id", limit=25):
    return [row["customer_id"] for row in lake.rows(f"select customer_id from {JOINED} where {where} order by {order} limit {limit}")]


def test_the_list_is_that_of_the_lake(url, analyst, lake):
    page = analyst.client.get(url())
    assert total(page) == 62
    assert numbers(page) == wanted(lake)


@pytest.mark.parametrize(
    ("role", "where"),
    [
        ("analyst", "true"),
        ("marketer", "org_path = '/ia/polk' or org_path like '/ia/polk/%'"),
        ("approver", "org_path = '/ia/polk' or org_path like '/ia/polk/%'"),
        ("customer_manager", "org_path like '/ia/polk/ames%'"),
    ],
)
def test_each_role_sees_its_scope_in_rows_counts_tabs_and_exports(request, url, lake, role, where):
    person = request.getfixturevalue(role)
    expected = set(wanted(lake, where, limit=1000))
    page = person.client.get(url(), {"size": "100"})
    assert set(numbers(page)) == expected
    assert total(page) == len(expected)
    tabs = {str(tab["label"]): tab["count"] for tab in page.context["tabs"]}
    assert tabs[str(page.context["tabs"][0]["label"])] == str(len(expected))
    if person.viewer.can("export"):
        body = person.client.post(url("export/"), {"purpose": "analysis"}).content.decode("utf-8-sig")
        assert len(list(csv.reader(io.StringIO(body)))) == len(expected) + 2


def test_a_retailer_is_told_whom_to_ask_and_a_stranger_sees_404(url, retailer, stranger):
    assert retailer.client.get(url()).status_code == 403
    assert retailer.client.get(url("4/")).status_code == 403
    assert stranger.get(url()).status_code == 404


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ({"value_tier": "value"}, "value_tier = 'value'"),
        ({"rfm_level": "ordinary"}, "rfm_level = 'ordinary'"),
        ({"district": "Polk"}, "district = 'Polk'"),
        ({"format": "supermarket", "value_tier": "base"}, "format = 'supermarket' and value_tier = 'base'"),
        ({"overdue": "1"}, "cycle_ratio >= 1.5 and order_count_365d >= 4"),
        ({"view": "new"}, "is_new_90d"),
        ({"view": "overdue", "district": "Linn"}, "cycle_ratio >= 1.5 and order_count_365d >= 4 and district = 'Linn'"),
        ({"segment": "licence_to_check"}, "order_count_90d >= 1 and licence_status != 'valid'"),
        ({"q": "outlet 4"}, "display_name ilike '%outlet 4%'"),
        ({"q": "C12"}, "source_key like 'c12%'"),
        ({"q": "100%"}, "false"),
    ],
)
def test_filters_leave_exactly_the_matching_ones(url, analyst, lake, query, where):
    page = analyst.client.get(url(), {**query, "size": "100"})
    assert set(numbers(page)) == set(wanted(lake, where, limit=1000))


@pytest.mark.parametrize("column", ["amount_yuan_365d", "amount_growth_90d", "order_count_90d", "days_since_last_order", "cycle_ratio"])
@pytest.mark.parametrize("direction", ["", "-"])
def test_sorting_puts_missing_values_last_and_ties_by_number(url, analyst, lake, column, direction):
    page = analyst.client.get(url(), {"sort": direction + column, "col": ["name", column]})
    order = f"{column} {'desc' if direction else 'asc'} nulls last, customer_id"
    assert numbers(page) == wanted(lake, order=order)


def test_pages_together_hold_everybody_once(url, analyst):
    seen = [number for at in (1, 2, 3) for number in numbers(analyst.client.get(url(), {"page": at}))]
    assert len(seen) == len(set(seen)) == 62


def test_an_unknown_filter_value_is_said_and_a_wild_page_number_is_harmless(url, analyst):
    page = analyst.client.get(url(), {"value_tier": "golden", "page": "99999999999999", "sort": "password"})
    assert page.status_code == 200
    assert "golden" in page.content.decode()


def test_the_export_is_exact_marked_and_runs_no_formula(url, analyst, lake):
    response = analyst.client.post(url("export/?district=Linn"), {"purpose": "analysis"})
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    header, body, mark = rows[0], rows[1:-1], rows[-1][0]
    expected = lake.rows(f"select source_key, amount_yuan_365d from {JOINED} where district = 'Linn'")
    keys, amounts = header.index("来源编号"), next(at for at, name in enumerate(header) if name.startswith("近 365 天"))
    assert {row[keys]: row[amounts] for row in body} == {row["source_key"]: str(row["amount_yuan_365d"]) for row in expected}
    assert "analyst" in mark
    assert "2024-07-01" in mark
    assert "区县: Linn" in mark
    assert "'=HYPERLINK(1)" in {row[0] for row in body}
    entry = AuditEntry.objects.get(name="customers.exported")
    assert entry.facts["count"] == len(body)
    assert entry.facts["scope"] == "/"


def test_only_chosen_rows_are_exported(url, analyst):
    body = analyst.client.post(url("export/"), {"query": "", "keys": ["4", "5"], "purpose": "service"}).content.decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(body)))) == 2 + 2


def test_a_customer_manager_may_not_export(url, customer_manager):
    assert customer_manager.client.post(url("export/"), {"purpose": "analysis"}).status_code == 403
    assert url("export/") not in customer_manager.client.get(url()).content.decode()


def test_columns_are_chosen_and_remembered(url, analyst):
    page = analyst.client.get(url(), {"col": ["name", "city", "last_order_on"]})
    assert [heading.column.name for heading in page.context["table"].headings] == ["name", "city", "last_order_on"]
    again = analyst.client.get(url())
    assert [heading.column.name for heading in again.context["table"].headings] == ["name", "city", "last_order_on"]


def test_what_is_shown_becomes_the_rule_of_a_new_segment(url, analyst, lake, monkeypatch):
    original = listing.reverse
    monkeypatch.setattr(
        listing, "reverse", lambda name, args=(): "/w/iowa/segments/new/" if name == "audiences:segment_new" else original(name, args=args)
    )
    answer = analyst.client.post(url("to-segment/"), {"query": "view=overdue&district=Polk&q=outlet", "all": "1"})
    assert urlsplit(answer["Location"]).path == "/w/iowa/segments/new/"
    condition = json.loads(parse_qs(urlsplit(answer["Location"]).query)["condition"][0])
    customers = CustomerList(lake_reader(analyst.viewer.workspace), catalogue_of(analyst.viewer.workspace), analyst.viewer)
    where = "cycle_ratio >= 1.5 and order_count_365d >= 4 and district = 'Polk' and display_name ilike '%outlet%'"
    assert customers.count(from_json(condition)) == len(wanted(lake, where, limit=1000))


def test_a_few_rows_picked_by_hand_are_no_rule(url, analyst):
    answer = analyst.client.post(url("to-segment/"), {"query": "", "keys": ["4"]}, follow=True)
    assert "客群是一条规则" in answer.content.decode()
    assert "62" in str(next(iter(answer.context["messages"])))


def test_a_page_costs_few_queries_whatever_its_size(url, analyst, django_assert_max_num_queries):
    analyst.client.get(url())
    for size in ("25", "100"):
        with django_assert_max_num_queries(8):
            analyst.client.get(url(), {"size": size})


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", ("网点", "价值型", "距上次订货天数")), ("en", ("Outlets", "Value tier", "Days since last order"))]
)
def test_both_languages(url, analyst, language, words):
    analyst.client.cookies["xingke_language"] = language
    body = analyst.client.get(url()).content.decode()
    assert all(word in body for word in words)


def test_htmx_gets_the_rows_alone(url, analyst):
    body = analyst.client.get(url(), headers={"HX-Request": "true"}).content.decode()
    assert body.lstrip().startswith('<div id="customer-rows"')


def test_without_data_the_page_says_how_to_begin(url, analyst, settings, tmp_path):
    from dataclasses import replace

    settings.XINGKE = replace(settings.XINGKE, path=tmp_path)
    with pytest.raises(LakeEmpty):
        _ = lake_reader(replace(analyst.viewer.workspace, lake_path=tmp_path / "lakes" / "iowa")).snapshot
    body = analyst.client.get(url()).content.decode()
    assert "还没有数据" in body
    assert "xingke run iowa" in body
