"""The 360-degree page: its numbers are those of an independent query, its scope holds, and other apps can add to it."""

from datetime import date
from decimal import Decimal

import pytest

from xingke.tiers import Boundary, Pyramid
from xingke_web.customers import timeline as timelines
from xingke_web.customers.facade import TimelineEntry, timeline_register
from xingke_web.customers.profile import Profile
from xingke_web.customers.rising import rise_of
from xingke_web.customers.views.detail import profile_of
from xingke_web.loop.facade import tier_scheme
from xingke_web.ui import panels

AS_OF = date(2024, 7, 1)
MANY = range(10, 40)


def profile(lake, number) -> Profile:
    return Profile(lake, tier_scheme("wholesale"), number, AS_OF)


@pytest.mark.parametrize("number", MANY)
def test_months_are_the_sums_of_the_order_lines(lake, number):
    rows = lake.rows(
        "select strftime(ordered_on, '%Y-%m') as month, sum(amount_yuan) as amount, count(distinct order_id) as orders from order_line "
        f"where customer_id = {number} and ordered_on >= date '2023-06-01' and ordered_on < date '2024-07-01' group by 1"
    )
    expected = {row["month"]: (row["amount"], row["orders"]) for row in rows}
    months = profile(lake, number).months
    assert [f"{month.first:%Y-%m}" for month in months] == [f"2023-{at:02d}" for at in range(6, 13)] + [
        f"2024-{at:02d}" for at in range(1, 7)
    ]
    assert {f"{month.first:%Y-%m}": (month.amount_yuan, month.orders) for month in months if month.orders} == expected
    assert not any(month.is_part for month in months)


@pytest.mark.parametrize("number", MANY)
def test_products_and_categories_add_up_to_the_amount_of_the_year(lake, number):
    shown = profile(lake, number)
    amount = lake.value(
        f"select coalesce(sum(amount_yuan), 0) from order_line where customer_id = {number} and ordered_on >= date '2023-07-02' "
        "and ordered_on < date '2024-07-01'"
    )
    assert sum((row["amount_yuan"] for row in shown.products), Decimal(0)) == amount == shown.row["amount_yuan_365d"]
    assert sum((one.amount_yuan for one in shown.top_categories(99)), Decimal(0)) == amount


def test_the_missing_amount_is_what_lifts_the_customer_over_the_line(lake):
    """Checked by ranking everybody again with the amount added, as the tier scheme does."""
    amounts = {
        row["customer_id"]: row["amount_yuan_365d"]
        for row in lake.rows("select customer_id, amount_yuan_365d from portrait where order_count_365d > 0")
    }
    tiers = {row["customer_id"]: row["value_tier"] for row in lake.rows("select customer_id, value_tier from tier")}
    pyramid = tier_scheme("wholesale").pyramid
    assert pyramid.boundary is Boundary.SHARE

    def rank(number, amount):
        return 1 + sum((-other, key) < (-amount, number) for key, other in amounts.items() if key != number)

    checked = 0
    for number, amount in amounts.items():
        rise = profile(lake, number).rise
        if tiers[number] == "value":
            assert rise.to is None
            continue
        share = pyramid.value_share + (pyramid.potential_share if tiers[number] == "base" else 0)
        limit = int((share * len(amounts)).to_integral_value("ROUND_HALF_UP"))
        assert rank(number, amount + rise.missing_yuan) <= limit
        assert rank(number, amount + rise.missing_yuan - Decimal("0.01")) > limit
        checked += 1
    assert checked > 20


def test_a_boundary_by_amount_needs_no_rank():
    pyramid = Pyramid(boundary=Boundary.AMOUNT, value_from_yuan=Decimal(1000), potential_from_yuan=Decimal(400))
    row = {"value_tier": "base", "amount_yuan_365d": Decimal("150.50"), "customer_id": 1}
    assert rise_of(row, pyramid, None).missing_yuan == Decimal("249.50")
    assert rise_of({**row, "value_tier": "potential", "amount_yuan_365d": Decimal(999)}, pyramid, None).missing_yuan == 1
    assert rise_of({**row, "value_tier": "value"}, pyramid, None).to is None


def test_the_radar_shows_own_peers_and_before(url, analyst, lake):
    radar = analyst.client.get(url("20/")).context["radar"]
    row = lake.rows("select * from tier where customer_id = 20")[0]
    before = lake.rows("select * from tier_before where customer_id = 20")[0]
    peers = lake.value(
        "select median(frequency_dimension) from tier join customer using (customer_id) "
        "where coalesce(format, '-') = (select coalesce(format, '-') from customer where customer_id = 20)"
    )
    assert list(radar.rows[0][1:]) == [row["frequency_dimension"], peers, before["frequency_dimension"]]
    assert len(radar.rows) == 6


def test_the_rank_counts_those_with_orders(lake):
    top = lake.value("select customer_id from tier where monetary_score > 0 and monetary_rank = 1")
    with_orders = lake.value("select count(*) from portrait where order_count_365d > 0")
    assert profile(lake, top).rank_share == 1 / with_orders
    assert profile(lake, 0).rank_share is None


@pytest.mark.parametrize(("role", "seen"), [("analyst", (4, 5, 6, 7)), ("approver", (4, 5)), ("customer_manager", (4,))])
def test_outside_the_scope_is_404_on_every_address(request, url, role, seen):
    client = request.getfixturevalue(role).client
    for number in (4, 5, 6, 7, 9999):
        for tail in ("", "timeline/", "tags/"):
            assert client.get(url(f"{number}/{tail}")).status_code == (200 if number in seen else 404), (number, tail)


@pytest.mark.parametrize("number", [0, 1, 2, 5, 6, 8, 9, 20, 60])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_kind_of_customer_has_a_page_in_both_languages(url, analyst, number, language):
    analyst.client.cookies["xingke_language"] = language
    page = analyst.client.get(url(f"{number}/"))
    assert page.status_code == 200
    assert ("动态时间线" if language == "zh-hans" else "Timeline") in page.content.decode()


def test_the_timeline_is_paged_filtered_and_newest_first(url, analyst, lake):
    orders = lake.value(
        "select count(*) from customer_order where customer_id = 7 and ordered_on >= date '2023-06-01' and ordered_on < date '2024-07-01'"
    )
    context = analyst.client.get(url("7/timeline/?kind=order")).context
    assert context["timeline_total"] == orders > 10
    days = [entry["on"] for at in range(1, context["timeline_pages"] + 1) for entry in _page(analyst, url, at)]
    assert len(days) == orders
    assert days == sorted(days, reverse=True)


def _page(person, url, at):
    return person.client.get(url(f"7/timeline/?kind=order&tpage={at}")).context["timeline"]


def test_other_apps_add_to_the_timeline_and_the_page(url, analyst, monkeypatch):
    monkeypatch.setattr(timelines, "_sources", dict(timelines._sources))
    monkeypatch.setattr(panels, "_panels", dict(panels._panels))

    def visits(viewer, customer):
        yield TimelineEntry(date(2024, 6, 30), "visit", "map-pin", f"Visit to {customer.name}")

    timeline_register(visits)
    facts = panels.Fact("stock", {"zh": "库存", "en": "Stock"})
    panels.register(
        "customer", panels.facts_panel("stock", title={"zh": "陈列", "en": "Shelf"}, facts=[facts], record=lambda *_: {"stock": "满"})
    )
    body = analyst.client.get(url("4/")).content.decode()
    assert "Visit to Outlet 4" in body
    assert "陈列" in body
    assert "满" in body


def test_all_tags_carry_their_definition_and_source(url, analyst, lake):
    page = analyst.client.get(url("20/tags/"))
    body = page.content.decode()
    assert lake.snapshot.tables["portrait"].directory in body
    assert sum(len(family.tags) for family in page.context["families"]) == len(lake.rows("select * from portrait limit 1")[0]) - 1


def test_the_page_costs_few_queries(url, analyst, django_assert_max_num_queries):
    analyst.client.get(url("20/"))
    with django_assert_max_num_queries(26):
        analyst.client.get(url("20/"))


def test_what_describes_a_person_is_for_those_who_may_see_contacts(url, analyst, approver):
    assert "35-44" not in analyst.client.get(url("60/")).content.decode()
    assert "35-44" in approver.client.get(url("60/")).content.decode()


def test_a_customer_gone_from_the_snapshot_keeps_what_was_recorded(synced, url, analyst):
    from xingke_web.customers.models import Customer

    Customer.objects.create(
        workspace_id=synced.id, number=500, source_key="x", name="Old shop", kind="outlet", status="closed", org_path="/ia"
    )
    body = analyst.client.get(url("500/")).content.decode()
    assert "当前快照中没有该客户" in body
    assert not profile_of(analyst.viewer, 500).row
