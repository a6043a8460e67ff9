import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from xingke_web.campaigns.launch import campaign_launch, campaign_submit
from xingke_web.campaigns.models import Campaign
from xingke_web.channels.facade import deliver_due
from xingke_web.channels.models import OutboxMessage

BASE = "/w/iowa/campaigns/"


@pytest.fixture
def launched(draft, viewer_analyst, launcher, market):
    campaign = draft()
    preview = campaign_submit(viewer=viewer_analyst, campaign=campaign)
    campaign = campaign_launch(Campaign.objects.get(pk=campaign.pk), preview.token, launcher.viewer)
    deliver_due(workspace=market)
    return campaign


def fields(campaign, **changes):
    names = (
        "name",
        "goal",
        "goal_metric",
        "outcome_days",
        "before_days",
        "segment_key",
        "purpose",
        "channel",
        "language",
        "subject",
        "body",
    )
    values = {name: getattr(campaign, name) for name in names}
    return {
        **values, "control_share": "0.2", "cost_per_message_yuan": "0.05", "fixed_cost_yuan": "10", "no_control_reason": "", "send_at": "",
        "version": campaign.version, **changes,
    }  # fmt: skip


def test_from_a_template_to_a_launched_campaign_through_the_pages(market, analyst, launcher):
    there = analyst.client.post(f"{BASE}new/", {"template": "come_back", "segment": "everybody"})["Location"]
    campaign = Campaign.objects.get()
    assert there.endswith(f"/{campaign.pk}/edit/")
    page = analyst.client.get(there).content.decode()
    assert "目标" in page
    assert "180" in page
    saved = analyst.client.post(f"{BASE}{campaign.pk}/panel/", fields(campaign, name="新名字"), headers={"HX-Request": "true"})
    assert saved.status_code == 200
    assert Campaign.objects.get().name == "新名字"
    analyst.client.post(f"{BASE}{campaign.pk}/submit/")
    assert Campaign.objects.get().state == "submitted"
    shown = launcher.client.get(f"{BASE}{campaign.pk}/").content.decode()
    token = Campaign.objects.get().previews.get().token
    assert token in shown
    launcher.client.post(f"{BASE}{campaign.pk}/launch/", {"token": token})
    assert Campaign.objects.get().state == "launched"


def test_a_draft_saved_by_somebody_else_meanwhile_is_not_overwritten(draft, analyst):
    campaign = draft()
    seen = fields(campaign)
    assert analyst.client.post(f"{BASE}{campaign.pk}/panel/", seen | {"name": "甲"}, headers={"HX-Request": "true"}).status_code == 200
    late = analyst.client.post(f"{BASE}{campaign.pk}/panel/", seen | {"name": "乙"}, headers={"HX-Request": "true"})
    assert late.status_code == 422
    assert "未保存" in late.content.decode()
    assert Campaign.objects.get().name == "甲"


def test_a_field_that_cannot_be_used_keeps_the_others(draft, analyst):
    campaign = draft()
    values = fields(campaign, outcome_days="3", name="改名")
    answer = analyst.client.post(f"{BASE}{campaign.pk}/panel/", values, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    stored = Campaign.objects.get()
    assert (stored.name, stored.outcome_days) == ("改名", 56)


def test_the_panel_lints_while_typing(draft, analyst):
    campaign = draft()
    answer = analyst.client.post(f"{BASE}{campaign.pk}/panel/", fields(campaign, body="全网第一"), headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert "general.absolute_words" in text
    assert "请改为可核实的事实" in text


def test_a_copy_draws_its_own_lots(launched, analyst):
    analyst.client.post(f"{BASE}{launched.pk}/duplicate/")
    copy = Campaign.objects.exclude(pk=launched.pk).get()
    assert (copy.state, copy.body, copy.segment_key) == ("draft", launched.body, launched.segment_key)
    assert copy.salt != launched.salt


def test_only_a_draft_is_deleted(launched, draft, analyst):
    assert analyst.client.post(f"{BASE}{launched.pk}/delete/").status_code == 400
    campaign = draft()
    analyst.client.post(f"{BASE}{campaign.pk}/delete/")
    assert list(Campaign.objects.values_list("pk", flat=True)) == [launched.pk]


@pytest.mark.parametrize(
    ("role", "view", "edit", "launch"),
    [
        ("admin", 200, 403, 403), ("analyst", 200, 302, 403), ("marketer", 404, 404, 403), ("approver", 404, 403, 404),
        ("customer_manager", 404, 403, 403), ("retailer", 403, 403, 403),
    ],
)  # fmt: skip
def test_roles_see_and_do_what_is_theirs(role, view, edit, launch, request, launched):
    client = request.getfixturevalue(role).client
    assert client.get(f"{BASE}{launched.pk}/").status_code == view
    assert client.get(f"{BASE}{launched.pk}/edit/").status_code == edit
    assert client.post(f"{BASE}{launched.pk}/launch/", {"token": "x"}).status_code == launch


def test_a_stranger_sees_nothing(launched, stranger):
    for tail in ("", f"{launched.pk}/", f"{launched.pk}/edit/", "new/"):
        assert stranger.get(BASE + tail).status_code == 404


def test_a_campaign_of_one_city_holds_only_its_customers_and_is_hidden_from_others(draft, marketer, make_person, approver):
    campaign = draft(viewer=marketer.viewer, name="城市活动")
    preview = campaign_submit(viewer=marketer.viewer, campaign=campaign)
    assert preview.figures["matched"] == 100
    other = make_person("linn", "approver", "/ia/linn")
    similar = make_person("polk2", "approver", "/ia/polk2")
    for person in (other, similar):
        assert person.client.get(f"{BASE}{campaign.pk}/").status_code == 404
        assert "城市活动" not in person.client.get(BASE).content.decode()
    assert "城市活动" in approver.client.get(BASE).content.decode()


def test_the_list_takes_the_same_queries_for_more_campaigns(draft, launched, analyst, django_assert_max_num_queries):
    for number in range(12):
        draft(name=f"活动 {number}")
    with django_assert_max_num_queries(20):
        assert analyst.client.get(BASE).status_code == 200
    with django_assert_max_num_queries(30):
        assert analyst.client.get(f"{BASE}{launched.pk}/").status_code == 200


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", ("活动", "对照组", "投递进度")), ("en", ("Campaigns", "Control group", "Delivery"))]
)
def test_pages_speak_both_languages(launched, analyst, language, words):
    analyst.client.cookies["xingke_language"] = language
    text = analyst.client.get(f"{BASE}{launched.pk}/").content.decode()
    assert all(word in text for word in words)


def test_the_customers_page_tells_of_the_campaign(launched, analyst):
    for arm, word in (("treated", "触达组"), ("control", "对照组"), ("excluded", "排除")):
        number = launched.members.filter(arm=arm).first().customer_number
        text = analyst.client.get(f"/w/iowa/customers/{number}/").content.decode()
        assert launched.name in text
        assert word in text


def test_unknown_messages_are_settled_by_a_log_after_a_second_look(launched, launcher, analyst):
    messages = list(OutboxMessage.objects.order_by("pk")[:3])
    OutboxMessage.objects.filter(pk__in=[each.pk for each in messages]).update(state="unknown")
    here = f"{BASE}{launched.pk}/"
    assert 'name="log"' in launcher.client.get(here).content.decode()
    log = SimpleUploadedFile("mail.log", f"<{messages[0].idempotency_key}@x> sent\n{messages[1].idempotency_key} bounced".encode())
    assert analyst.client.post(f"{here}settle/", {"log": messages[0].idempotency_key}).status_code == 403
    look = launcher.client.post(f"{here}settle/", {"file": log})
    assert (len(look.context["plan"].taken), len(look.context["plan"].refused), look.context["plan"].open) == (1, 1, 1)
    assert OutboxMessage.objects.filter(state="unknown").count() == 3
    for _ in range(2):
        assert launcher.client.post(f"{here}settle/apply/", {"plan": look.context["token"]}).status_code == 302
    assert dict(OutboxMessage.objects.filter(pk__in=[each.pk for each in messages]).values_list("pk", "state")) == {
        messages[0].pk: "confirmed", messages[1].pk: "failed", messages[2].pk: "unknown",
    }  # fmt: skip
    assert launcher.client.post(f"{here}settle/apply/", {"plan": "x"}, follow=True).status_code == 200
