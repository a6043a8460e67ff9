from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from xingke_web.channels.delivery import deliver_due
from xingke_web.channels.links import token_of
from xingke_web.channels.models import InboxMessage, LinkVisit, OutboxMessage, Touch
from xingke_web.channels.selectors import opened_unseen
from xingke_web.customers.models import Consent


@pytest.fixture
def message(workspace, outlets, plan):
    plan(outlets(2))
    deliver_due(workspace=workspace)
    return OutboxMessage.objects.get(customer_number=1)


@pytest.fixture
def own(make_person):
    person = make_person("shop1", "retailer", "/ia/polk/ames", customer_number=1)
    person.client.defaults["HTTP_USER_AGENT"] = PERSON["User-Agent"]
    return person


def kinds(message):
    return set(message.touches.exclude(kind__in=("sent", "delivered")).values_list("kind", "detail"))


PERSON = {"User-Agent": "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36 MicroMessenger/8.0"}
SCANNERS = {
    "bare": PERSON,
    "bot": {"User-Agent": "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)"},
    "library": {"User-Agent": "python-requests/2.32"},
    "headless": {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/126.0 Safari/537.36"},
    "nameless": {},
    "prefetch": {**PERSON, "Sec-Purpose": "prefetch;prerender"},
    "old prefetch": {**PERSON, "Purpose": "prefetch"},
    "preview": {**PERSON, "X-Purpose": "preview"},
}


def test_a_signed_link_shows_the_message_without_log_in_and_a_look_counts_once(message):
    client = Client(headers=PERSON)
    for _ in range(2):
        answer = client.get(f"/r/{token_of(message.pk)}/")
        assert "网点1，您好。" in answer.content.decode()
        assert f'data-seen="/r/{token_of(message.pk)}/seen/"' in answer.content.decode()
        assert Client(enforce_csrf_checks=True, headers=PERSON).post(f"/r/{token_of(message.pk)}/seen/").status_code == 204
    assert kinds(message) == {("clicked", "")}


@pytest.mark.parametrize("headers", SCANNERS.values(), ids=SCANNERS.keys())
@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_a_link_is_no_click_whoever_opens_it(message, headers, method):
    for page in ("", "opt-out/"):
        assert getattr(Client(headers=headers), method)(f"/r/{token_of(message.pk)}/{page}").status_code == 200
    assert kinds(message) == set()
    assert not Consent.objects.filter(state="withdrawn").exists()


@pytest.mark.parametrize("headers", [each for name, each in SCANNERS.items() if name != "bare"])
def test_a_machine_that_says_so_is_no_person_even_where_it_runs_scripts(message, headers):
    assert Client(headers=headers).post(f"/r/{token_of(message.pk)}/seen/").status_code == 204
    assert kinds(message) == set()


def test_all_links_of_a_message_within_seconds_are_a_scanners(message):
    scanner, token = Client(headers=PERSON), token_of(message.pk)
    scanner.get(f"/r/{token}/")
    scanner.get(f"/r/{token}/opt-out/")
    scanner.post(f"/r/{token}/seen/")
    assert kinds(message) == set()
    assert opened_unseen(message.workspace_id, message.what) == 1
    LinkVisit.objects.filter(link="opt_out").update(at=timezone.now() - timedelta(minutes=1))
    Client(headers=PERSON).post(f"/r/{token}/seen/")
    assert kinds(message) == {("clicked", "")}
    assert opened_unseen(message.workspace_id, message.what) == 0


@pytest.mark.parametrize("way", [{"Sec-Fetch-Site": "same-origin"}, {"Referer": "http://testserver/r/x/"}])
def test_the_way_from_the_answer_page_to_the_refusal_is_no_burst(message, way):
    client, token = Client(headers=PERSON), token_of(message.pk)
    client.get(f"/r/{token}/")
    client.get(f"/r/{token}/opt-out/", headers=way)
    client.post(f"/r/{token}/seen/")
    assert kinds(message) == {("clicked", "")}


def test_without_scripts_an_answer_says_that_the_link_was_followed(message):
    page = f"/r/{token_of(message.pk)}/reply/"
    assert Client(headers=PERSON).post(page, {"choice": "interested"}).status_code == 302
    assert kinds(message) == {("clicked", ""), ("replied", "interested")}


def test_a_message_fetched_ahead_is_not_read(message, own):
    entry = InboxMessage.objects.get(customer_number=1)
    own.client.get(f"/w/iowa/inbox/{entry.pk}/", headers={"Sec-Purpose": "prefetch"})
    assert kinds(message) == set()


@pytest.mark.parametrize("token", ["1", "1:forged", "x"])
def test_a_forged_link_is_not_found(message, token):
    assert Client().get(f"/r/{token}/").status_code == 404
    assert Client().post(f"/r/{token}/opt-out/").status_code == 404
    assert Client(headers=PERSON).post(f"/r/{token}/seen/").status_code == 404
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
