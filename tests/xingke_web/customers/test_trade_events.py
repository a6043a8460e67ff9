"""Complaints, visits, late deliveries and changes of the manager on the 360-degree page, and the months of stocking up."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.facts import NOW
from tests.small_world import STARTS_ON, city_rows, complaint, delivery, world_write
from xingke.calendar import calendar_days
from xingke.engine import DuckEngine, Lake, LakeReader
from xingke.loop import derive, load_source
from xingke.sources.xingcheng import CITY
from xingke.tiers import TierScheme
from xingke_web.customers.pictures import figures_of
from xingke_web.customers.profile import Profile
from xingke_web.customers.trade_events import complaints_of, late_deliveries_of, managers_of, visits_of
from xingke_web.loop.facade import tag_library, tier_scheme

AS_OF = date(2024, 7, 1)
LEFT_ON, TAKEN_ON = date(2024, 3, 4), date(2024, 4, 11)
SHOP, QUIET = 1, 2


def rows():
    found = city_rows()
    weeks = [STARTS_ON + timedelta(days=7 * week) for week in range(30)]
    found["complaint"] = [
        {**complaint(SHOP, weeks[18], "late_delivery"), "handling_hours": 60.0, "rating": 2, "closed_at": NOW},
        complaint(SHOP, weeks[20], "shortage"),
    ]
    found["delivery"] = [delivery(SHOP, weeks[18], late=True), delivery(SHOP, weeks[19]), delivery(SHOP, AS_OF, late=True)]
    visit = {"customer_id": SHOP, "staff_id": 1, "mode": "door", "minutes": 12}
    found["visit"] = [
        {**visit, "visit_id": 1, "visited_on": weeks[3], "found_closed": False},
        {**visit, "visit_id": 2, "visited_on": weeks[4], "found_closed": True},
    ]
    found["staff"][1]["left_on"] = LEFT_ON
    found["assignment"] = [
        {"outlet_id": SHOP, "staff_id": 1, "from_on": STARTS_ON, "until_on": LEFT_ON},
        {"outlet_id": SHOP, "staff_id": 2, "from_on": TAKEN_ON, "handed_over_on": TAKEN_ON},
        {"outlet_id": QUIET, "staff_id": 2, "from_on": STARTS_ON},
    ]
    found["calendar_day"] = calendar_days(date(2023, 6, 1), date(2024, 7, 1)).to_pylist()
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("service")
    world, lake, engine = world_write(root / "world", rows()), Lake(root / "lakes" / "iowa"), DuckEngine(threads=1)
    with lake.writer(now=NOW) as writer:
        load_source(writer, CITY, world, connection=engine.connection, now=NOW)
        derive(writer, tag_library("tobacco"), tier_scheme("tobacco"), as_of=AS_OF, now=NOW)
        writer.publish()
    engine.close()
    return root


def profile(home: Path, number: int, *, as_of: date = AS_OF) -> Profile:
    scheme: TierScheme = tier_scheme("tobacco")
    return Profile(LakeReader(Lake(home / "lakes" / "iowa"), threads=1), scheme, number, as_of)


def test_complaints_say_how_they_ended(home, viewer_analyst):
    shown = [(entry.title, entry.text) for entry in complaints_of(viewer_analyst, profile(home, SHOP))]
    assert shown == [("投诉", "货源不足 · 尚未办结"), ("投诉", "送货迟到 · 60 小时办结 · 满意度 2 分（满分 5）")]


def test_only_late_deliveries_are_events_and_none_of_the_future(home, viewer_analyst):
    (entry,) = late_deliveries_of(viewer_analyst, profile(home, SHOP))
    assert entry.text == "线路 R001，应于 2024-04-10 送达，晚 2 天"


def test_a_visit_says_whether_the_shop_was_closed(home, viewer_analyst):
    assert [(entry.title, entry.text) for entry in visits_of(viewer_analyst, profile(home, SHOP))] == [
        ("到店走访", "到店未营业"),
        ("到店走访", "12 分钟"),
    ]


def test_a_manager_who_left_and_the_days_without_one_are_told_with_a_masked_name(home, viewer_analyst):
    left, taken = managers_of(viewer_analyst, profile(home, SHOP))
    assert (left.at, left.title, left.text) == (LEFT_ON, "客户经理离职", "员*1 已离职")
    assert (taken.at, taken.title, taken.text) == (TAKEN_ON, "新客户经理接手", "员*2；其间 38 天无人负责")


def test_before_the_day_nobody_has_left_yet(home, viewer_analyst):
    assert list(managers_of(viewer_analyst, profile(home, SHOP, as_of=LEFT_ON))) == []


def test_a_customer_without_events_has_none(home, viewer_analyst):
    for source in (complaints_of, visits_of, late_deliveries_of, managers_of):
        assert list(source(viewer_analyst, profile(home, QUIET))) == []


def test_months_of_stocking_up_are_hatched_and_no_usual_month(home):
    shown = profile(home, SHOP)
    assert {month.first for month in shown.months if month.is_peak} == {date(2023, 9, 1), date(2024, 1, 1)}
    # Mondays make four or five orders a month of 1,000 each; January, with five, does not count.
    assert shown.usual_month_yuan == 4000


def test_the_page_filters_its_timeline_by_the_new_kinds(analyst, url):
    page = analyst.client.get(url(f"{SHOP}/?kind=complaint"))
    assert [entry["title"] for entry in page.context["timeline"]] == ["投诉", "投诉"]
    assert {"complaint", "delivery", "visit", "manager"} <= {one["key"] for one in page.context["timeline_kinds"]}
    assert "斜纹为节日备货月" in page.content.decode()


def test_growth_over_a_year_is_not_told_from_less_than_two_years(home, viewer_analyst):
    shown = profile(home, SHOP)
    assert not shown.knows_two_years
    growth = figures_of(shown, viewer_analyst)[3]
    assert growth["change"] == shown.row["amount_growth_90d"]


def test_the_organisation_goes_by_its_name(home, analyst, url):
    facts = dict(analyst.client.get(url(f"{SHOP}/")).context["facts"])
    assert facts["组织"] == "西山县"
