from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from django.db import IntegrityError, transaction
from django.db.models import Count

from tests.xingke_web.campaigns.conftest import BUSINESS_NOW
from xingke.errors import UserFacingError
from xingke_web.audiences.models import Segment
from xingke_web.campaigns.acts import is_author
from xingke_web.campaigns.drafts import campaign_update
from xingke_web.campaigns.errors import LaunchRefused, NotReady, WrongState
from xingke_web.campaigns.facade import campaign_arms, campaign_info
from xingke_web.campaigns.imported import campaigns_finish
from xingke_web.campaigns.launch import _drift, campaign_launch, campaign_return, campaign_sign_off, campaign_stop, campaign_submit
from xingke_web.campaigns.models import Campaign, CampaignAct, LaunchPreview
from xingke_web.campaigns.reach import segment_reach
from xingke_web.channels.facade import deliver_due, progress_of
from xingke_web.channels.models import InboxMessage, OutboxMessage
from xingke_web.customers.models import Consent, Customer

EARLIER = BUSINESS_NOW - timedelta(days=30)


@pytest.fixture
def submitted(draft, viewer_analyst):
    campaign = draft()
    preview = campaign_submit(viewer=viewer_analyst, campaign=campaign)
    return Campaign.objects.get(pk=campaign.pk), preview


def refused(submitted, viewer, token=None):
    campaign, preview = submitted
    with pytest.raises(LaunchRefused) as caught:
        campaign_launch(campaign, preview.token if token is None else token, viewer)
    assert Campaign.objects.get(pk=campaign.pk).state == "submitted"
    assert not OutboxMessage.objects.exists()
    assert not campaign.members.exists()
    return caught.value.reasons


def test_a_preview_counts_who_would_get_what(submitted):
    figures = submitted[1].figures
    assert figures["matched"] == 200
    assert figures["excluded"] == {"general.consent": 20}
    assert figures["treated"] + figures["control"] + figures["holdout"] == 180
    assert [count for _, _, count in figures["funnel"]] == [200, 200, 200, 180, 180, 180]
    assert len(figures["sample"]) == 5
    assert figures["detectable"] > 0


def test_launching_freezes_everybody_and_writes_only_to_the_treated(submitted, market, launcher):
    campaign, preview = submitted
    campaign_launch(campaign, preview.token, launcher.viewer)
    arms = campaign_arms(market.id, campaign.pk).to_pydict()
    by_arm = {name: {n for n, arm in zip(arms["customer_id"], arms["arm"], strict=True) if arm == name} for name in set(arms["arm"])}
    assert len(arms["customer_id"]) == 200
    assert deliver_due(workspace=market).confirmed == len(by_arm["treated"])
    reached = set(InboxMessage.objects.values_list("customer_number", flat=True))
    assert reached == by_arm["treated"]
    assert not reached & by_arm["control"]
    reasons = set(campaign.members.filter(arm="excluded").values_list("reason", flat=True))
    assert reasons == {"general.consent", "holdout"}
    assert not campaign.members.filter(verdict=None).exists()
    info = campaign_info(launcher.viewer, campaign.pk)
    assert (info.treated, info.control, info.state) == (len(by_arm["treated"]), len(by_arm["control"]), "launched")
    assert info.shares == {"treated": 0.8, "control": 0.2}


def test_the_arms_are_those_that_the_salt_draws(submitted, market, launcher):
    from xingke.experiment import Arm, arm_of, global_holdout

    campaign, preview = submitted
    campaign_launch(campaign, preview.token, launcher.viewer)
    for member in campaign.members.exclude(arm="excluded"):
        assert member.arm == arm_of(member.customer_number, salt=campaign.salt, arms=(Arm("treated", 0.8), Arm("control", 0.2)))
    for member in campaign.members.filter(reason="holdout"):
        assert global_holdout(member.customer_number, salt="workspace:iowa", share=0.05)


def test_the_author_cannot_launch_even_with_the_right(draft, make_person):
    both_hands = make_person("both", "approver")
    campaign = draft(viewer=both_hands.viewer)
    preview = campaign_submit(viewer=both_hands.viewer, campaign=campaign)
    assert refused((campaign, preview), both_hands.viewer) == ("same_person",)


def test_whoever_changed_the_draft_is_no_second_person(draft, viewer_analyst, make_person, launcher):
    editor = make_person("editor", "approver").viewer
    campaign = draft()
    campaign_update(viewer=editor, campaign=campaign, values={"body": "{name}，改过的话。"}, seen_version=campaign.version)
    preview = campaign_submit(viewer=viewer_analyst, campaign=campaign)
    assert refused((campaign, preview), editor) == ("same_person",)
    assert is_author(campaign, editor.user_id)
    assert campaign_launch(campaign, preview.token, launcher.viewer).state == "launched"


def test_saving_without_a_change_makes_nobody_an_author(draft, make_person):
    reader = make_person("reader", "admin").viewer
    campaign = draft()
    campaign_update(viewer=reader, campaign=campaign, values={"body": campaign.body}, seen_version=campaign.version)
    assert not is_author(campaign, reader.user_id)


def test_without_the_right_nobody_launches(submitted, make_person):
    assert refused(submitted, make_person("second", "analyst").viewer) == ("right",)


@pytest.mark.parametrize("token", ["", "x", "0" * 64])
def test_a_wrong_token_is_refused(submitted, launcher, token):
    assert refused(submitted, launcher.viewer, token) == ("token",)


def test_a_preview_whose_row_was_tampered_with_is_refused(submitted, launcher):
    LaunchPreview.objects.update(budget_fingerprint="0" * 64)
    assert refused(submitted, launcher.viewer) == ("token",)


def test_an_audience_that_moved_by_more_than_a_twentieth_is_refused(submitted, launcher):
    half = {"op": "=", "attribute": "district", "value": "Polk"}
    Segment.objects.filter(key="everybody").update(condition=half)
    assert refused(submitted, launcher.viewer) == ("drift",)


@pytest.mark.parametrize(("moved", "is_refused"), [(10, False), (11, True)])
def test_a_twentieth_of_the_audience_may_come_or_go(moved, is_refused):
    assert bool(list(_drift(np.arange(200), np.arange(moved, 200)))) is is_refused
    assert bool(list(_drift(np.arange(200), np.arange(200 + moved)))) is is_refused


def test_an_expired_preview_is_refused(submitted, launcher):
    LaunchPreview.objects.update(expires_at=submitted[1].made_at - timedelta(seconds=1))
    assert refused(submitted, launcher.viewer) == ("expired",)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"body": "{name}，别的话。"}, "content"),
        ({"subject": "别的标题"}, "content"),
        ({"cost_per_message_yuan": Decimal(9)}, "budget"),
        ({"control_share": Decimal("0.5")}, "budget"),
        ({"outcome_days": 7}, "budget"),
        ({"second_estimate": "winsorised"}, "budget"),
    ],
)
def test_what_changed_behind_the_preview_is_named(submitted, launcher, changes, reason):
    Campaign.objects.update(**changes)
    assert refused(submitted, launcher.viewer) == (reason,)


def test_changed_rules_are_refused(submitted, launcher, monkeypatch):
    from dataclasses import replace

    from xingke_web.compliance import rules

    original = rules.rules_of
    stricter = tuple(replace(rule, version=rule.version + 1) for rule in original(launcher.viewer.workspace))
    monkeypatch.setattr(rules, "rules_of", lambda workspace: stricter)
    assert refused(submitted, launcher.viewer) == ("rules",)


def test_launching_twice_is_refused_and_sends_nothing_twice(submitted, market, launcher):
    campaign, preview = submitted
    campaign_launch(campaign, preview.token, launcher.viewer)
    planned = OutboxMessage.objects.count()
    with pytest.raises(WrongState):
        campaign_launch(campaign, preview.token, launcher.viewer)
    assert OutboxMessage.objects.count() == planned


def test_a_returned_campaign_needs_a_new_preview(submitted, launcher, viewer_analyst):
    campaign, preview = submitted
    with pytest.raises(NotReady):
        campaign_return(viewer=launcher.viewer, campaign=campaign, reason=" ")
    campaign_return(viewer=launcher.viewer, campaign=campaign, reason="标题太短")
    assert CampaignAct.objects.filter(name="returned").get().note == "标题太短"
    campaign_submit(viewer=viewer_analyst, campaign=campaign)
    with pytest.raises(LaunchRefused):
        campaign_launch(campaign, preview.token, launcher.viewer)


def test_service_messages_know_no_holdout_and_need_a_basis(draft, viewer_analyst):
    campaign = draft(purpose="service")
    with pytest.raises(NotReady):
        campaign_submit(viewer=viewer_analyst, campaign=campaign)
    Consent.objects.bulk_create(
        [
            Consent(customer=each, purpose="service", channel="inbox", state="granted", basis="contract", evidence="1", at=EARLIER)
            for each in Customer.objects.all()
        ]
    )
    figures = campaign_submit(viewer=viewer_analyst, campaign=campaign).figures
    assert figures["holdout"] == 0
    assert figures["treated"] + figures["control"] == 200


def test_a_control_group_is_left_out_only_with_a_reason(draft, viewer_analyst):
    with pytest.raises(NotReady) as caught:
        campaign_submit(viewer=viewer_analyst, campaign=draft(control_share=Decimal(0)))
    assert "对照组" in caught.value.text("zh")
    campaign = draft(control_share=Decimal(0), no_control_reason="法定通知")
    assert campaign_submit(viewer=viewer_analyst, campaign=campaign).figures["control"] == 0


@pytest.mark.parametrize("share", ["0.01", "0.6", "-0.1"])
def test_the_database_refuses_an_unsound_control_share(draft, share):
    campaign = draft()
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk).update(control_share=Decimal(share))


def test_words_that_the_law_forbids_stop_a_submission_with_the_reason(draft, viewer_analyst):
    with pytest.raises(UserFacingError) as caught:
        campaign_submit(viewer=viewer_analyst, campaign=draft(body="{name}，全网第一。"))
    assert "绝对化用语" in caught.value.text("zh")


def test_a_customer_lost_between_preview_and_launch_is_excluded_and_not_written_to(submitted, market, launcher):
    campaign, preview = submitted
    treated = preview.figures["treated"]
    Customer.objects.filter(number__in=(1, 2, 3)).update(licence_status="revoked")
    campaign_launch(campaign, preview.token, launcher.viewer)
    assert set(campaign.members.filter(customer_number__in=(1, 2, 3)).values_list("arm", "reason")) == {("excluded", "wholesale.licence")}
    assert treated - 3 <= OutboxMessage.objects.count() <= treated


def test_the_cost_so_far_is_that_of_what_went_out(draft, viewer_analyst, market, launcher):
    campaign = draft(cost_per_message_yuan=Decimal("0.05"))
    preview = campaign_submit(viewer=viewer_analyst, campaign=campaign)
    campaign_launch(campaign, preview.token, launcher.viewer)
    assert campaign_info(launcher.viewer, campaign.pk).cost_yuan == 0
    deliver_due(workspace=market, limit=10)
    assert campaign_info(launcher.viewer, campaign.pk).cost_yuan == Decimal("0.50")


def test_the_reason_of_an_exclusion_is_the_same_before_and_after_the_launch(draft, viewer_analyst, launcher):
    Customer.objects.filter(number__in=(1, 2, 3)).update(licence_status="revoked", status="closed")
    campaign = draft()
    preview = campaign_submit(viewer=viewer_analyst, campaign=campaign)
    assert preview.figures["excluded"]["wholesale.licence"] == 3
    campaign_launch(campaign, preview.token, launcher.viewer)
    assert set(campaign.members.filter(customer_number__in=(1, 2, 3)).values_list("reason", flat=True)) == {"wholesale.licence"}


def test_the_weekly_cap_is_shown_before_the_launch(draft, viewer_analyst, market, launcher):
    for at in (1, 2):
        campaign = draft(body=f"{{name}}，第 {at} 封。")
        preview = campaign_submit(viewer=viewer_analyst, campaign=campaign)
        campaign_launch(campaign, preview.token, launcher.viewer)
        deliver_due(workspace=market)
    written = InboxMessage.objects.values("customer_number").annotate(n=Count("id")).filter(n=2).count()
    figures = campaign_submit(viewer=viewer_analyst, campaign=draft(body="{name}，第 3 封。")).figures
    assert written > 0
    assert figures["capped"] == written
    assert [count for _, _, count in figures["funnel"]] == [200, 200, 200, 180, 180 - written, 180 - written]
    numbers = list(Customer.objects.order_by("number").values_list("number", flat=True))
    assert [each.count for each in segment_reach(market, numbers, "inbox")] == [200, 200, 200, 180, 180 - written, 180 - written]


def test_a_campaign_whose_window_ended_sends_nothing_more(submitted, market, launcher):
    campaign, preview = submitted
    campaign_launch(campaign, preview.token, launcher.viewer)
    Campaign.objects.update(launched_at=preview.made_at - timedelta(days=100))
    assert campaigns_finish(market) == 1
    assert deliver_due(workspace=market).confirmed == 0
    assert set(OutboxMessage.objects.values_list("state", "reason")) == {("cancelled", "campaign.finished")}


def test_stopping_cancels_what_has_not_gone_out(submitted, market, launcher):
    campaign, preview = submitted
    campaign_launch(campaign, preview.token, launcher.viewer)
    planned = OutboxMessage.objects.count()
    assert deliver_due(workspace=market, limit=10).confirmed == 10
    assert campaign_stop(viewer=launcher.viewer, campaign=campaign, reason="有误") == planned - 10
    assert deliver_due(workspace=market).confirmed == 0
    assert progress_of(market.id, [campaign.what])[campaign.what].states == {"confirmed": 10, "cancelled": planned - 10}


@pytest.fixture
def tobacco(market):
    from xingke_web.accounts.models import Workspace

    Workspace.objects.update(pack="tobacco")


def test_in_tobacco_marketing_text_waits_for_a_second_reader(tobacco, draft, make_person):
    author, reader = make_person("author", "analyst"), make_person("reader", "approver")
    campaign = draft(viewer=author.viewer)
    preview = campaign_submit(viewer=author.viewer, campaign=campaign)
    campaign = Campaign.objects.get(pk=campaign.pk)
    assert preview.figures["content"] == "hold"
    assert refused((campaign, preview), reader.viewer) == ("tobacco.free_text",)
    campaign_sign_off(viewer=reader.viewer, campaign=campaign)
    assert campaign_launch(campaign, preview.token, reader.viewer).state == "launched"


def test_in_tobacco_praise_is_refused_with_what_may_be_said_instead(tobacco, draft, viewer_analyst, analyst):
    from xingke_web.accounts.facade import viewer_for
    from xingke_web.campaigns.shown import panel_of

    viewer = viewer_for(analyst.user, "iowa")
    panel = panel_of(viewer, draft(viewer=viewer, body="{name}，这款香烟口感醇厚，值得拥有。"))
    praise = next(row for row in panel["lint"] if row["rule"] == "tobacco.praise")
    assert panel["content"] == "block"
    assert praise["substitute"]


def test_in_tobacco_a_consumer_is_no_audience(tobacco, draft, analyst):
    from xingke_web.accounts.facade import viewer_for

    Customer.objects.update(kind="consumer", age_state="adult")
    viewer = viewer_for(analyst.user, "iowa")
    with pytest.raises(NotReady):
        campaign_submit(viewer=viewer, campaign=draft(viewer=viewer))
