"""The cockpit says what the orders say: figures equal independent sums, and stay inside the scope."""

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.xingke_web.insight.conftest import AS_OF, PATHS, derived, made, trade
from xingke.engine import Lake
from xingke.metrics import Period
from xingke_web.audit.models import AuditEntry
from xingke_web.insight import figures as figures_module
from xingke_web.insight.behind import count_behind, group_of
from xingke_web.insight.facade import Todo, todo_register, todos_for
from xingke_web.insight.figures import cockpit_figures, units_path
from xingke_web.insight.findings import findings_of
from xingke_web.insight.models import Goal
from xingke_web.insight.periods import choose

QUARTER = choose({"period": "quarter", "against": "prev"}, as_of=AS_OF)


def _inside(row, scope):
    return scope == "/" or row["org_path"] == scope or row["org_path"].startswith(scope + "/")


def _amount(scope: str, period: Period) -> Decimal:
    """The amount of a scope, added up in Python from the lines themselves."""
    facts = trade()
    inside = {row["customer_id"] for row in facts.customers if _inside(row, scope)}
    return sum(
        (
            line["amount_yuan"]
            for line in facts.lines
            if line["customer_id"] in inside and period.start_on <= line["ordered_on"] < period.end_on
        ),
        Decimal(0),
    )


def _active(scope: str, period: Period) -> float:
    facts = trade()
    inside = {row["customer_id"] for row in facts.customers if _inside(row, scope)}
    seen = {line["customer_id"] for line in facts.lines if period.start_on <= line["ordered_on"] < period.end_on} & inside
    return len(seen) / len(inside)


@pytest.mark.parametrize("scope", ["/", "/ia/polk", "/ia/polk2", "/ia/polk/ames"])
@pytest.mark.parametrize("span", ["week", "month", "quarter", "year", "30d"])
def test_amount_and_active_rate_equal_sums_over_the_lines(workspace, scope, span):
    chosen = choose({"period": span, "against": "prev"}, as_of=AS_OF)
    found = cockpit_figures(workspace, scope_path=scope, chosen=chosen)
    for one, period in ((found.now, chosen.period), (found.base, chosen.base)):
        assert one["amount"] == _amount(scope, period)
        assert (one.get("active_rate") or 0) == pytest.approx(_active(scope, period))


def test_units_weeks_and_moves_add_up_to_the_scope(workspace, lake):
    found = cockpit_figures(workspace, scope_path="/ia", chosen=QUARTER)
    assert {unit.path for unit in found.units} == {"/ia/polk", "/ia/polk2", "/ia/linn"}
    assert sum(unit.amount for unit in found.units) == found.now["amount"]
    assert sum(unit.customers for unit in found.units) == found.standing.customers == 90
    assert sum(move.customers for move in found.moves) == 90
    for start, week in found.weeks.items():
        whole = lake.value(
            "select sum(amount_yuan) from order_line where ordered_on >= $start_on and ordered_on < $start_on + 7", {"start_on": start}
        )
        assert week["amount"] == whole


def test_who_needs_somebody_equals_a_count_over_the_portrait(workspace, lake):
    standing = cockpit_figures(workspace, scope_path="/ia/polk", chosen=QUARTER).standing
    row = lake.rows(
        """select count(*) as n, coalesce(sum(amount_yuan_365d), 0) as money
           from portrait join tier using (customer_id)
           where is_late and value_tier = 'value'
             and customer_id in (select customer_id from customer where org_path in ($ames, $ankeny))""",
        {"ames": PATHS[0], "ankeny": PATHS[1]},
    )[0]
    assert (standing.overdue_customers, standing.overdue_yuan) == (row["n"], row["money"])
    assert standing.overdue_customers == count_behind(workspace, group_of({"group": "overdue"}), "/ia/polk")
    value = lake.value(
        "select count(*) from tier join customer using (customer_id) where value_tier = 'value' and org_path like '/ia/polk/%'"
    )
    assert standing.value_customers == value


def test_the_neighbour_with_a_longer_name_stays_outside(workspace):
    whole = cockpit_figures(workspace, scope_path="/", chosen=QUARTER)
    parts = [cockpit_figures(workspace, scope_path=path, chosen=QUARTER) for path in ("/ia/polk", "/ia/polk2", "/ia/linn")]
    assert sum(part.now["amount"] for part in parts) == whole.now["amount"]
    for name in ("customers", "value_customers", "overdue_customers", "shrinking_customers", "licence_customers"):
        assert sum(getattr(part.standing, name) for part in parts) == getattr(whole.standing, name)


def test_a_new_snapshot_is_not_answered_by_the_old_figures(tmp_path, workspace, settings):
    from dataclasses import replace

    facts = trade()
    root = made(tmp_path, facts)
    settings.XINGKE = replace(settings.XINGKE, path=root)
    moved = replace(workspace, lake_path=settings.XINGKE.lake("iowa"))
    before = cockpit_figures(moved, scope_path="/", chosen=QUARTER)
    assert cockpit_figures(moved, scope_path="/", chosen=QUARTER) is before
    derived(Lake(root / "lakes" / "iowa"))
    after = cockpit_figures(moved, scope_path="/", chosen=QUARTER)
    assert after.fresh.snapshot == before.fresh.snapshot + 1
    assert after.now == before.now


def test_one_only_child_is_passed_through():
    names = {"/ia": "", "/ia/polk": "", "/ia/linn": "", "/ia/polk/ames": ""}
    assert units_path(names, "/") == "/ia"
    assert units_path(names, "/ia/polk") == "/ia/polk/ames"
    assert units_path({}, "/") == "/"


@pytest.mark.parametrize(
    ("role", "status"),
    [("analyst", 200), ("marketer", 200), ("approver", 200), ("customer_manager", 200), ("admin", 200), ("retailer", 403)],
)
@pytest.mark.parametrize("tail", ["cockpit/", "tiers/", "cockpit/units/", "cockpit/customers/?group=overdue"])
def test_each_role_sees_its_cockpit(request, role, status, tail, url):
    person = request.getfixturevalue(role)
    assert person.client.get(url(tail)).status_code == status


def test_a_manager_sees_the_figures_of_the_county_only(customer_manager, url):
    page = customer_manager.client.get(url("cockpit/?period=quarter")).context
    assert page["figures"].now["amount"] == _amount("/ia/polk/ames", QUARTER.period)
    assert customer_manager.client.get(url("cockpit/?unit=/ia/polk")).status_code == 404
    assert customer_manager.client.get(url("cockpit/customers/?group=overdue&unit=/ia/polk/ankeny")).status_code == 404


def test_a_unit_in_the_address_narrows_every_figure(analyst, url):
    page = analyst.client.get(url("cockpit/?unit=/ia/polk&period=quarter"))
    assert page.context["figures"].now["amount"] == _amount("/ia/polk", QUARTER.period)
    assert "unit=%2Fia%2Fpolk" in page.content.decode()
    assert analyst.client.get(url("cockpit/?unit=/ia/po")).status_code == 404
    assert analyst.client.get(url("cockpit/?unit=/nowhere")).status_code == 404


@pytest.mark.parametrize("tail", ["cockpit/customers/?group=nonsense", "cockpit/customers/?group=move&before=value&after=x' or 1=1"])
def test_a_group_that_is_none_reads_as_404(analyst, url, tail):
    assert analyst.client.get(url(tail)).status_code == 404


def test_every_flow_leads_to_exactly_its_customers(analyst, url, workspace):
    found = cockpit_figures(workspace, scope_path="/", chosen=QUARTER)
    for move in found.moves:
        page = analyst.client.get(url(f"cockpit/customers/?group=move&before={move.before}&after={move.after}"))
        assert page.context["total"] == move.customers


def test_alerts_come_by_the_money_they_are_about(viewer_analyst, workspace):
    found = findings_of(viewer_analyst, cockpit_figures(workspace, scope_path="/", chosen=QUARTER), QUARTER, lambda kind, **what: kind)
    assert found
    assert [one.impact_yuan for one in found] == sorted((one.impact_yuan for one in found), reverse=True)


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "首页驾驶舱"), ("en", "Cockpit")])
def test_the_cockpit_speaks_both_languages(analyst, url, language, word, settings):
    analyst.client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = analyst.client.get(url("cockpit/")).content.decode()
    assert f"<h1>{word}</h1>" in page


def test_the_page_stays_light_and_asks_the_database_little(analyst, url):
    analyst.client.get(url("cockpit/"))
    with CaptureQueriesContext(connection) as queries:
        page = analyst.client.get(url("cockpit/"))
    assert len(queries) <= 16
    assert page.content.count(b"<") / 2 < 1500


def test_the_export_holds_the_exact_figures_and_is_written_down(analyst, customer_manager, url):
    answer = analyst.client.post(url("cockpit/export/?period=quarter"))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1][:2] == ["amount", "/"]
    assert Decimal(rows[1][4]) == _amount("/", QUARTER.period)
    assert AuditEntry.objects.filter(name="cockpit.exported").count() == 1
    assert customer_manager.client.post(url("cockpit/export/")).status_code == 403
    assert customer_manager.client.post(url("cockpit/customers/export/?group=overdue")).status_code == 403


def test_a_target_shows_its_bar_for_its_period_and_unit_alone(approver, analyst, url):
    assert analyst.client.get(url("goals/")).status_code == 403
    answer = approver.client.post(url("goals/"), {"metric": "amount", "span": "quarter", "day": "2024-06-30", "target": "1000000"})
    assert answer.status_code == 302
    goal = Goal.objects.get()
    assert (goal.start_on, goal.org_path, goal.target) == (date(2024, 4, 1), "/ia/polk", Decimal(1_000_000))
    reached = approver.client.get(url("cockpit/?period=quarter")).context["kpis"][0]["target_share"]
    assert reached == pytest.approx(float(_amount("/ia/polk", QUARTER.period)) / 1_000_000)
    assert "target_share" not in approver.client.get(url("cockpit/?period=month")).context["kpis"][0]
    assert "target_share" not in analyst.client.get(url("cockpit/?period=quarter")).context["kpis"][0]
    approver.client.post(url(f"goals/{goal.pk}/remove/"))
    assert not Goal.objects.exists()
    assert set(AuditEntry.objects.values_list("name", flat=True)) >= {"goal.set", "goal.removed"}


@pytest.mark.parametrize(
    "given", [{"target": "0"}, {"target": "abc"}, {"metric": "nonsense"}, {"metric": "active_rate", "target": "101"}, {"day": ""}]
)
def test_a_target_that_makes_no_sense_is_refused_with_422(approver, url, given):
    values = {"metric": "amount", "span": "month", "day": "2024-06-30", "target": "10", **given}
    assert approver.client.post(url("goals/"), values).status_code == 422
    assert not Goal.objects.exists()


def test_a_target_of_another_area_cannot_be_removed(approver, url, workspace):
    from django.utils import timezone

    goal = Goal.objects.create(
        workspace_id=workspace.id,
        metric="amount",
        span="month",
        start_on=date(2024, 6, 1),
        org_path="/ia/linn",
        target=5,
        set_at=timezone.now(),
    )
    assert approver.client.post(url(f"goals/{goal.pk}/remove/")).status_code == 404
    assert Goal.objects.filter(pk=goal.pk).exists()


def test_other_apps_add_what_waits_for_somebody(viewer_analyst):
    todo_register(
        "sample", lambda viewer: [Todo("sample", "phone", "Sample", 3, "/x", "Open", weight=99), Todo("none", "phone", "None", 0, "/", "")]
    )
    try:
        names = [todo.name for todo in todos_for(viewer_analyst)]
    finally:
        todo_register("sample", lambda viewer: [])
    assert names[0] == "sample"
    assert "none" not in names


class TestWithoutOrders:
    @pytest.fixture
    def home(self, tmp_path_factory) -> Path:
        return made(tmp_path_factory.mktemp("quiet"), trade(orders=False))

    @pytest.mark.parametrize(
        "tail", ["cockpit/", "tiers/", "cockpit/units/", "cockpit/?period=year&units=change", "cockpit/customers/?group=overdue"]
    )
    def test_every_screen_still_answers(self, analyst, url, tail):
        assert analyst.client.get(url(tail)).status_code == 200

    def test_the_amount_is_zero_and_nothing_is_compared(self, workspace):
        found = cockpit_figures(workspace, scope_path="/", chosen=QUARTER)
        assert found.now["amount"] == 0
        assert found.standing.customers == 90


class TestBeforeTheFirstLoad:
    @pytest.fixture
    def home(self, tmp_path) -> Path:
        return tmp_path

    @pytest.mark.parametrize("tail", ["cockpit/", "tiers/", "cockpit/units/"])
    def test_the_screen_says_what_to_do_first(self, analyst, url, tail):
        page = analyst.client.get(url(tail))
        assert page.status_code == 200
        assert url("data/") in page.content.decode()


def test_the_cache_keeps_no_more_than_it_may():
    from xingke_web.insight.kept import Kept

    kept: Kept[int] = Kept(most=2)
    assert [kept.get(key, lambda key=key: key * 10) for key in (1, 2, 1, 3)] == [10, 20, 10, 30]
    assert kept.get(2, lambda: -1) == -1
    assert kept.get(3, lambda: -1) == 30
    assert figures_module.WEEKS_SHOWN == 52
