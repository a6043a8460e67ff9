"""What happened in a year is found where it was planted, in the scope that it happened in, and nowhere else."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.facts import NOW
from tests.small_world import OUTLETS, STARTS_ON, city_rows, complaint, delivery, order_line, world_write
from tests.xingke_web.insight.conftest import AS_OF
from xingke.calendar import calendar_days
from xingke.engine import DuckEngine, Lake, LakeReader
from xingke.loop import derive, load_source
from xingke.sources.xingcheng import CITY
from xingke_web.insight.figures import cockpit_figures
from xingke_web.insight.findings import findings_of
from xingke_web.insight.happenings import happenings
from xingke_web.insight.periods import choose
from xingke_web.loop.facade import tag_library, tier_scheme

CHOSEN = choose({"period": "month", "against": "prev"}, as_of=AS_OF)
FESTIVAL = date(2024, 2, 10)
LATE_ROUTE, HOARDER, LEFT_STAFF = 2, 7, 1
FIRST_LATE, LAST_LATE = 20, 24
LEFT_ON = STARTS_ON + timedelta(days=7 * 12)
UNITS = {"/xc": "/ia", "/xc/c0": "/ia/polk", "/xc/c1": "/ia/linn"}


def planted(*, hands_over: bool = False, with_late_route: bool = True, with_hoarder: bool = True) -> dict[str, list[dict[str, object]]]:
    """Forty shops on two routes over thirty weeks; each event can be left out."""
    rows = city_rows()
    weeks = [STARTS_ON + timedelta(days=7 * week) for week in range(30)]
    rows["delivery"] = [
        {**delivery(number, day, late=with_late_route and _is_late(number, week)), "route_id": 1 + number // 20}
        for week, day in enumerate(weeks)
        for number in range(OUTLETS)
    ]
    rows["order_line"] = [order_line(n, day, quantity=_cartons(n, day) if with_hoarder else 10) for day in weeks for n in range(OUTLETS)]
    rows["complaint"] = [complaint(number, weeks[21], "late_delivery") for number in (20, 21, 5)]
    rows["staff"][LEFT_STAFF]["left_on"] = LEFT_ON
    taken = LEFT_ON + timedelta(days=5 if hands_over else 38)
    before = [{**row, "until_on": LEFT_ON if row["staff_id"] == LEFT_STAFF else None} for row in rows["assignment"]]
    after = [
        {"outlet_id": row["outlet_id"], "staff_id": 2, "from_on": taken, "handed_over_on": taken}
        for row in before
        if row["until_on"] is not None
    ]
    rows["assignment"] = before + after
    rows["calendar_day"] = calendar_days(date(2023, 7, 1), date(2024, 7, 1)).to_pylist()
    for row in (*rows["org_unit"], *rows["outlet"], *rows["staff"]):
        for column in {"org_path", "parent_path"} & set(row):
            row[column] = UNITS.get(row[column], row[column])
    return rows


def _is_late(number: int, week: int) -> bool:
    """Two in three come late on the second route for five weeks; elsewhere and else one in twenty does."""
    return number % 3 != 0 if number >= 20 and FIRST_LATE <= week <= LAST_LATE else (number + week) % 20 == 0


def _cartons(number: int, day: date) -> int:
    if number != HOARDER or abs((day - FESTIVAL).days) > 35:
        return 10
    return 30 if day < FESTIVAL else 5


def made(root: Path, rows: dict[str, list[dict[str, object]]]) -> Path:
    world = world_write(root / "world", rows)
    lake = Lake(root / "lakes" / "iowa")
    engine = DuckEngine(threads=1)
    with lake.writer(now=NOW) as writer:
        load_source(writer, CITY, world, connection=engine.connection, now=NOW)
        derive(writer, tag_library("wholesale"), tier_scheme("wholesale"), as_of=AS_OF, now=NOW)
        writer.publish()
    engine.close()
    return root


@pytest.fixture(scope="module")
def planted_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("year"), planted())


@pytest.fixture
def home(planted_home: Path) -> Path:
    return planted_home


def seen(root: Path, scope: str = "/"):
    reader = LakeReader(Lake(root / "lakes" / "iowa"), threads=1)
    return happenings(reader, scope=scope, as_of=AS_OF, first_on=STARTS_ON)


def test_a_route_that_ran_late_is_found_with_its_weeks_outlets_and_complaints(home):
    (route,) = seen(home).routes
    assert (route.route, route.outlets, route.complaints, route.is_open) == (LATE_ROUTE, 20, 2, False)
    assert route.from_on == STARTS_ON + timedelta(weeks=FIRST_LATE)
    assert route.until_on == STARTS_ON + timedelta(weeks=LAST_LATE + 1)
    assert route.share < 0.4 < 0.9 < route.other_share
    assert route.late_yuan == Decimal(1000) * sum(_is_late(n, w) for n in range(20, 40) for w in range(FIRST_LATE, LAST_LATE + 1))


def test_outlets_left_without_a_manager_are_counted_with_their_orders_meanwhile(home):
    found = seen(home).left_alone
    outlets = [number for number in range(OUTLETS) if number % 3 == LEFT_STAFF]
    assert (found.managers, found.outlets, found.left_on, found.days, found.is_open) == (1, len(outlets), LEFT_ON, 38, False)
    # Six Mondays lie in the 38 days from the Monday of leaving; outlet 7 eases off after the festival in three of them.
    assert found.amount_yuan == Decimal(1000) * 6 * len(outlets) - Decimal(500) * sum(
        1 for week in range(6) if _cartons(HOARDER, LEFT_ON + timedelta(weeks=week)) == 5
    )


def test_a_hoarder_is_found_and_what_it_bought_ahead_is_no_growth(home):
    found = seen(home).stocked_up
    assert (found.festival_on, found.outlets, found.excess_yuan) == (FESTIVAL, 1, Decimal(5 * 2000))


def test_nothing_is_found_where_nothing_was_planted(tmp_path):
    quiet = seen(made(tmp_path, planted(hands_over=True, with_late_route=False, with_hoarder=False)))
    assert (quiet.routes, quiet.left_alone, quiet.stocked_up) == ((), None, None)


def test_a_lake_without_those_tables_has_no_happenings(full_home):
    found = seen(full_home)
    assert (found.routes, found.left_alone, found.stocked_up, found.seasons) == ((), None, None, ())


def test_every_count_keeps_to_the_scope(home):
    whole, parts = seen(home), [seen(home, unit) for unit in ("/ia/polk", "/ia/linn")]
    assert sum(part.left_alone.outlets for part in parts) == whole.left_alone.outlets
    assert sum(part.left_alone.amount_yuan for part in parts) == whole.left_alone.amount_yuan
    assert [part.stocked_up.outlets if part.stocked_up else 0 for part in parts] == [0, 1]


def test_the_evidence_of_each_finding_lists_exactly_its_customers(analyst, url):
    page = analyst.client.get(url("cockpit/")).context
    shown = {one.name: one for one in (*page["alerts"], *page["more_alerts"])}
    for name, outlets in ((f"route:{LATE_ROUTE}", 20), ("left_alone", 13), ("stocked_up", 1)):
        assert analyst.client.get(shown[name].url).context["total"] == outlets, name


@pytest.mark.parametrize(
    "query",
    [
        "group=route&route=x&since=2024-01-01&before=2024-02-01",
        "group=route&route=1&since=now&before=2024-02-01",
        "group=stocked_up&day=2023-12-10",
        "group=stocked_up&day=",
    ],
)
def test_evidence_of_nothing_reads_as_404(analyst, url, query):
    assert analyst.client.get(url(f"cockpit/customers/?{query}")).status_code == 404


def test_what_is_over_is_not_the_first_thing_of_today(viewer_analyst, workspace):
    found = findings_of(viewer_analyst, cockpit_figures(workspace, scope_path="/", chosen=CHOSEN), CHOSEN, lambda kind, **what: kind)
    past = {one.name for one in found if one.is_past}
    assert past == {"left_alone", "stocked_up"}


def test_the_peak_seasons_are_shaded_and_named(analyst, url):
    shades = analyst.client.get(url("cockpit/")).context["trend"].options["shades"]
    shades = [(one["label"], one["from"], one["to"]) for one in shades]
    assert shades == [("中秋国庆旺季", "第37周", "第40周"), ("春节旺季", "第3周", "第6周")]


def test_weeks_about_spring_festival_compare_by_their_distance_from_it(workspace):
    figures = cockpit_figures(workspace, scope_path="/", chosen=CHOSEN)
    place = figures.week_starts().index(date(2024, 2, 5))
    moved = {**figures.weeks, date(2023, 1, 16): {"amount": Decimal(7)}}
    object.__setattr__(figures, "weeks", moved)
    assert figures.weekly_before("amount")[place] == 7.0


class TestWithoutTradeTables:
    @pytest.fixture
    def home(self, full_home: Path) -> Path:
        return full_home

    @pytest.mark.parametrize("query", ["group=route&route=1&since=2024-01-01&before=2024-02-01", "group=left_alone"])
    def test_evidence_that_the_lake_cannot_have_reads_as_404(self, analyst, url, query):
        assert analyst.client.get(url(f"cockpit/customers/?{query}")).status_code == 404
