import pytest
from django.test import Client

from xingke_web.channels.delivery import deliver_due
from xingke_web.channels.links import token_of
from xingke_web.channels.models import InboxMessage, OutboxMessage, Touch
from xingke_web.customers.models import Consent


@pytest.fixture
def message(workspace, outlets, plan):
    plan(outlets(2))
    deliver_due(workspace=workspace)
    return OutboxMessage.objects.get(customer_number=1)


@pytest.fixture
def own(make_person):
    return make_person("shop1", "retailer", "/ia/polk/ames", customer_number=1)


def kinds(message):
    return set(message.touches.exclude(kind__in=("sent", "delivered")).values_list("kind", "detail"))


def test_a_signed_link_shows_the_message_without_log_in_and_counts_once(message):
    for _ in range(2):
        answer = Client().get(f"/r/{token_of(message.pk)}/")
        assert "网点1，您好。" in answer.content.decode()
    assert kinds(message) == {("clicked", "")}


@pytest.mark.parametrize("token", ["1", "1:forged", "x"])
def test_a_forged_link_is_not_found(message, token):
    assert Client().get(f"/r/{token}/").status_code == 404
    assert Client().post(f"/r/{token}/opt-out/").status_code == 404
    assert kinds(message) == set()


def test_looking_at_the_refusal_changes_nothing_and_confirming_it_counts_at_once(message, workspace, plan):
    page = f"/r/{token_of(message.pk)}/opt-out/"
    assert Client().get(page).status_code == 200
    assert kinds(message) == set()
    for _ in range(2):
        assert Client(enforce_csrf_checks=True).post(page, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Consent.objects.filter(customer__number=1, state="withdrawn", channel="inbox").count() == 1
    plan([1, 2], what="campaign:9", body="{name}，又来了。")
    count = deliver_due(workspace=workspace)
    assert (count.confirmed, count.withheld) == (1, 1)


def test_an_answer_is_kept_and_another_word_is_refused(message):
    page = f"/r/{token_of(message.pk)}/reply/"
    assert Client().post(page, {"choice": "interested"}).status_code == 302
    assert Client().post(page, {"choice": "drop table"}).status_code == 404
    assert kinds(message) == {("replied", "interested")}


def test_the_shop_reads_its_own_inbox_and_nobody_elses(message, own):
    listed = own.client.get("/w/iowa/inbox/").content.decode()
    assert listed.count("问候") == 1
    mine, other = (InboxMessage.objects.get(customer_number=number) for number in (1, 2))
    assert own.client.get(f"/w/iowa/inbox/{other.pk}/").status_code == 404
    assert own.client.post(f"/w/iowa/inbox/{other.pk}/opt-out/").status_code == 404
    for _ in range(2):
        assert "网点1，您好。" in own.client.get(f"/w/iowa/inbox/{mine.pk}/").content.decode()
    assert kinds(message) == {("opened", "")}
    own.client.post(f"/w/iowa/inbox/{mine.pk}/reply/", {"choice": "not_interested"})
    own.client.post(f"/w/iowa/inbox/{mine.pk}/opt-out/")
    assert kinds(message) == {("opened", ""), ("replied", "not_interested"), ("opted_out", "")}


@pytest.mark.parametrize("role", ["admin", "analyst", "marketer", "approver", "customer_manager"])
def test_only_a_retailer_has_an_inbox(role, request):
    assert request.getfixturevalue(role).client.get("/w/iowa/inbox/").status_code == 403


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "收件箱"), ("en", "Inbox")])
def test_the_inbox_speaks_both_languages(own, language, word):
    own.client.cookies["xingke_language"] = language
    assert word in own.client.get("/w/iowa/inbox/").content.decode()


def test_a_message_counts_as_touch_only_after_it_went_out(message):
    assert Touch.objects.filter(kind="sent").count() == 2
