"""Results of campaigns over the lake: the right window, the right people, stored once and shown to whom they belong."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.xingke_web.insight.conftest import AS_OF, trade
from xingke.experiment import assign
from xingke.experiment.assignment import Arm
from xingke_web.audit.models import AuditEntry
from xingke_web.campaigns.facade import campaign_arms, campaign_info
from xingke_web.campaigns.models import Campaign, CampaignMember
from xingke_web.insight.models import EffectReport
from xingke_web.insight.results import _stage, report_for, responses, window_of
from xingke_web.loop.facade import RunContext

LAUNCHED = date(2024, 4, 1)


@pytest.fixture
def make_campaign(workspace):
    """A campaign whose arms are frozen; launched at noon of the first of April for 56 days."""
    import numpy as np

    def make(*, state="finished", days=56, lot=True, org_path="/", launched=LAUNCHED) -> Campaign:
        at = datetime(launched.year, launched.month, launched.day, 4, tzinfo=UTC)
        campaign = Campaign.objects.create(
            workspace_id=workspace.id,
            key=f"xk-{Campaign.objects.count()}",
            name="Widen the range",
            org_path=org_path,
            state=state,
            outcome_days=days,
            salt="salt",
            control_share="0.4" if lot else "0",
            launched_at=at,
        )
        numbers = np.arange(90)
        arms = assign(numbers, salt="salt", arms=[Arm("treated", 0.6), Arm("control", 0.4)]) if lot else ["treated"] * 40
        CampaignMember.objects.bulk_create(
            CampaignMember(campaign=campaign, customer_number=number, arm=arm) for number, arm in zip(numbers.tolist(), arms, strict=False)
        )
        return campaign

    return make


def _context(workspace) -> RunContext:
    return RunContext(workspace.id, workspace.slug, workspace.pack, workspace.as_of, datetime(2024, 7, 1, tzinfo=UTC), None)  # type: ignore[arg-type]


def test_responses_are_the_sums_of_the_window_and_of_the_days_before(workspace, viewer_analyst, make_campaign):
    info = campaign_info(viewer_analyst, make_campaign().pk)
    window = window_of(info, AS_OF)
    customers, weekly = responses(workspace, info, campaign_arms(workspace.id, info.id), window)
    assert customers.num_rows == 90
    end = LAUNCHED + timedelta(days=56)
    lines = trade().lines
    for row in customers.to_pylist():
        own = [line for line in lines if line["customer_id"] == row["customer_id"]]
        after = sum(line["amount_yuan"] for line in own if LAUNCHED <= line["ordered_on"] < end)
        before = sum(line["amount_yuan"] for line in own if LAUNCHED - timedelta(days=91) <= line["ordered_on"] < LAUNCHED)
        assert row["response"] == pytest.approx(float(after))
        assert row["before"] == pytest.approx(float(before))
    assert sum(weekly["response"].to_pylist()) == pytest.approx(sum(customers["response"].to_pylist()))
    assert set(weekly["week"].to_pylist()) <= set(range(8))


def test_the_window_ends_with_the_business_day(viewer_analyst, make_campaign):
    window = window_of(campaign_info(viewer_analyst, make_campaign(days=200, state="launched").pk), AS_OF)
    assert (window["days_run"], window["is_over"], window["end_on"]) == (91, False, AS_OF)


def test_a_pass_stores_each_finished_window_once(workspace, make_campaign):
    campaign = make_campaign()
    make_campaign(state="launched", days=200)
    make_campaign(state="draft")
    assert _stage(_context(workspace)) == {"reports": 1}
    assert _stage(_context(workspace)) == {"reports": 0}
    stored = EffectReport.objects.get()
    assert (stored.campaign_id, stored.as_of, stored.window_over) == (campaign.pk, AS_OF, True)
    with pytest.raises(TypeError):
        stored.save()


def test_the_page_shows_the_stored_result(workspace, analyst, make_campaign, url):
    campaign = make_campaign()
    _stage(_context(workspace))
    stored = EffectReport.objects.get()
    info = campaign_info(analyst.viewer, campaign.pk)
    assert report_for(workspace, info)[0] == stored.report
    page = analyst.client.get(url(f"results/{campaign.pk}/"))
    assert page.status_code == 200
    assert page.context["report"] == stored.report


def test_before_the_end_the_fixed_interval_is_not_shown(analyst, make_campaign, url):
    campaign = make_campaign(state="launched", days=200)
    page = analyst.client.get(url(f"results/{campaign.pk}/"))
    assert len(page.context["absolute"]) == 1
    assert page.context["days_left"] == 109
    finished = analyst.client.get(url(f"results/{make_campaign().pk}/"))
    assert len(finished.context["absolute"]) == 3


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_campaign_without_a_lot_gets_a_warning_and_no_verdict(analyst, make_campaign, url, settings, language):
    analyst.client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = analyst.client.get(url(f"results/{make_campaign(state='imported', lot=False).pk}/"))
    assert page.context["report"]["verdict"] == "without_lot"
    assert page.context["report"]["lot"] is None
    assert ("未随机分组" if language == "zh-hans" else "No lot was drawn") in page.content.decode()


def test_a_campaign_older_than_the_facts_has_no_number(analyst, make_campaign, url):
    page = analyst.client.get(url(f"results/{make_campaign(state='imported', lot=False, launched=date(2005, 1, 1)).pk}/"))
    assert page.status_code == 200
    assert page.context["report"]["verdict"] == "no_number"


def test_a_draft_has_no_result_yet(analyst, make_campaign, url):
    campaign = make_campaign(state="draft")
    Campaign.objects.filter(pk=campaign.pk).update(launched_at=None)
    assert analyst.client.get(url(f"results/{campaign.pk}/")).status_code == 200
    assert analyst.client.post(url(f"results/{campaign.pk}/export/")).status_code == 404


def test_a_campaign_of_a_wider_area_is_not_shown(customer_manager, approver, make_campaign, url):
    campaign = make_campaign(org_path="/ia/linn")
    for person in (customer_manager, approver):
        assert person.client.get(url(f"results/{campaign.pk}/")).status_code == 404


def test_the_export_is_written_down(analyst, customer_manager, make_campaign, url):
    campaign = make_campaign(org_path="/ia/polk/ames")
    answer = analyst.client.post(url(f"results/{campaign.pk}/export/"))
    assert "lot.effect.absolute.value" in answer.content.decode("utf-8-sig")
    assert AuditEntry.objects.filter(name="result.exported").count() == 1
    assert customer_manager.client.post(url(f"results/{campaign.pk}/export/")).status_code == 403
