"""The pages of identity, as each role meets them."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.xingke_web.identity.conftest import ITS_WORD, NO_FORMAT
from xingke_web.audit.models import AuditEntry
from xingke_web.identity.models import Decision, Redirect, ReviewPair

PHONE = "13900000004"
ROLES = {"analyst": True, "approver": True, "customer_manager": True, "marketer": False, "retailer": False}


def text(response):
    return re.sub(r"<[^>]+>", "", response.content.decode())


@pytest.mark.parametrize(("role", "may_see"), ROLES.items())
def test_who_may_see_the_queue(queued, url, request, role, may_see):
    person = request.getfixturevalue(role)
    assert person.client.get(url()).status_code == (200 if may_see else 403)
    assert person.client.get(url("customers/")).status_code == (200 if may_see else 403)
    assert person.client.get(url("overview/")).status_code == (200 if may_see else 403)


def test_a_stranger_finds_nothing(queued, url, stranger, pair_of):
    for tail in ("", "overview/", "customers/", "customers/4/", f"pairs/{pair_of(4, 8).pk}/"):
        assert stranger.get(url(tail)).status_code == 404


def test_a_pair_outside_the_scope_reads_as_404(queued, url, customer_manager, pair_of):
    pair = pair_of(5, 7)
    for tail in ("", "reveal/", "decide/"):
        client = customer_manager.client
        path = url(f"pairs/{pair.pk}/{tail}")
        assert (client.post(path, {"kind": "merge", "reason": "x"}) if tail else client.get(path)).status_code == 404
    assert not Decision.objects.exists()


def test_a_customer_outside_the_scope_reads_as_404(queued, url, customer_manager):
    assert customer_manager.client.get(url("customers/5/")).status_code == 404
    assert customer_manager.client.post(url("customers/5/apart/"), {"record": "crm CR0005", "reason": "x"}).status_code == 404


def test_the_pair_page_shows_both_sides_masked_with_weights_in_words(queued, url, analyst, pair_of):
    response = analyst.client.get(url(f"pairs/{pair_of(4, 8).pk}/"))
    page = text(response)
    assert PHONE not in page
    assert "139****0004" in response.content.decode().replace('<mark class="xk-diff">', "").replace("</mark>", "")
    assert ("电话相同" in page and "+22.1" in page.replace("−", "-")) or "电话相同" in page
    assert "地址门牌不同" in page
    assert "−2.1" in page
    assert "近 365 天订单" in page


def test_a_format_that_the_trade_does_not_know_is_unknown_and_the_word_is_the_systems(queued, url, analyst):
    page = text(analyst.client.get(url(f"customers/{NO_FORMAT}/")))
    assert f"未知来自 客户关系系统，原文「{ITS_WORD}」，行业列表中没有这个词" in page
    assert "未知" not in text(analyst.client.get(url(f"customers/{NO_FORMAT + 4}/")))


def test_a_decision_leads_to_the_next_pair_and_undo_back_again(queued, url, analyst, pair_of):
    first, second = pair_of(4, 8), pair_of(5, 7)
    response = analyst.client.post(url(f"pairs/{first.pk}/decide/"), {"kind": "merge", "query": "state=open"})
    assert response.url == url(f"pairs/{second.pk}/") + "?state=open"
    assert pair_of(4, 8).state == "merged"
    response = analyst.client.post(url("undo/"), {"query": "state=open"})
    assert response.url == url(f"pairs/{first.pk}/") + "?state=open"
    assert pair_of(4, 8).state == "open"


def test_decisions_that_no_run_has_seen_are_told(queued, url, analyst, pair_of):
    analyst.client.post(url(f"pairs/{pair_of(4, 8).pk}/decide/"), {"kind": "merge"})
    assert "1 项判定将在下一次运行后生效" in text(analyst.client.get(url()))


def test_deciding_keeps_to_the_filters_of_the_queue(queued, url, analyst, pair_of):
    response = analyst.client.post(url(f"pairs/{pair_of(12, 16).pk}/decide/"), {"kind": "later", "query": "chance_max=92&system=crm"})
    assert response.url == url(f"pairs/{pair_of(16, 20).pk}/") + "?chance_max=92&system=crm"


def test_the_last_pair_leads_back_to_an_empty_queue(queued, url, analyst, pair_of):
    ReviewPair.objects.exclude(left_number=9).delete()
    response = analyst.client.post(url(f"pairs/{pair_of(9, 13).pk}/decide/"), {"kind": "distinct"}, follow=True)
    assert "没有等待判定的客户对" in text(response)


def test_deciding_twice_says_so_and_changes_nothing(queued, url, analyst, approver, pair_of):
    pair = pair_of(4, 8)
    analyst.client.post(url(f"pairs/{pair.pk}/decide/"), {"kind": "merge"})
    response = approver.client.post(url(f"pairs/{pair.pk}/decide/"), {"kind": "distinct"}, follow=True)
    assert "这一对已由他人判定" in text(response)
    assert Decision.objects.count() == 1


def test_personal_values_are_shown_for_a_reason_and_to_those_with_the_right_only(queued, url, analyst, customer_manager, pair_of):
    path = url(f"pairs/{pair_of(4, 8).pk}/reveal/")
    for client, reason in ((analyst.client, "核对"), (customer_manager.client, " ")):
        response = client.post(path, {"reason": reason, "purpose": "accuracy"})
        assert response.status_code == 422
        assert PHONE not in text(response)
    assert not AuditEntry.objects.filter(name="identity.revealed").exists()
    assert PHONE in text(customer_manager.client.post(path, {"reason": "电话核对", "purpose": "accuracy"}))
    assert AuditEntry.objects.filter(name="identity.revealed").count() == 1


def test_the_records_of_a_customer_with_origins_and_history(queued, url, customer_manager, pair_of):
    customer_manager.client.post(url(f"pairs/{pair_of(4, 8).pk}/decide/"), {"kind": "distinct", "reason": "两家店"})
    page = text(customer_manager.client.get(url("customers/4/")))
    assert "来自 专卖许可系统，3 个系统一致" in page
    assert "两家店" in page
    assert "王*明" in page
    assert "王梅明" not in page
    assert PHONE in text(customer_manager.client.post(url("customers/4/reveal/"), {"reason": "核对", "purpose": "accuracy"}))


def test_records_are_taken_out_with_a_reason(queued, url, analyst):
    response = analyst.client.post(url("customers/4/apart/"), {"record": "crm CR0004", "reason": "另一家店"}, follow=True)
    decision = Decision.objects.get()
    assert (decision.kind, decision.left, len(decision.right)) == ("unmerge", [["crm", "CR0004"]], 3)
    assert "已拆分" in text(response)
    assert "请填写拆分原因" in text(analyst.client.post(url("customers/4/apart/"), {"record": "crm CR0004"}, follow=True))
    analyst.client.post(url(f"undo/{decision.pk}/"))
    assert not Decision.objects.in_force(queued.id).exists()


def test_a_number_given_up_leads_to_its_survivor(queued, url, analyst):
    Redirect.objects.create(workspace_id=queued.id, number=900, survivor=4, since="2024-06-01T00:00Z")
    response = analyst.client.get(url("customers/900/"))
    assert response.url == url("customers/4/")
    assert "900" in text(analyst.client.get(url("customers/4/")))


def test_the_preview_of_a_bulk_act_and_its_undo(queued, url, analyst):
    page = analyst.client.get(url("bulk/")).content.decode()
    token = re.search(r'name="confirm" value="([^"]+)"', page).group(1)
    assert "合并 3 对" in page
    response = analyst.client.post(url("bulk/"), {"confirm": token, "kind": "merge", "query": ""}, follow=True)
    assert "已合并 3 对" in text(response)
    undo = re.search(r'action="([^"]+/undo/batch/[^"]+)"', response.content.decode()).group(1)
    analyst.client.post(undo)
    assert not ReviewPair.objects.exclude(state="open").exists()


def test_a_bulk_act_on_a_queue_that_changed_is_shown_again_instead(queued, url, analyst):
    response = analyst.client.post(url("bulk/"), {"confirm": "7-7", "kind": "merge", "query": ""})
    assert "队列在此期间有变化" in text(response)
    assert not Decision.objects.exists()


def test_chosen_pairs_are_kept_apart_together(queued, url, analyst, pair_of):
    keys = [pair_of(9, 13).pk, pair_of(12, 16).pk]
    page = analyst.client.post(url("bulk/?kind=distinct"), {"keys": keys, "query": ""}).content.decode()
    token = re.search(r'name="confirm" value="([^"]+)"', page).group(1)
    analyst.client.post(url("bulk/?kind=distinct"), {"keys": keys, "query": "", "confirm": token, "kind": "distinct"})
    assert set(ReviewPair.objects.filter(state="distinct").values_list("left_number", flat=True)) == {9, 12}


def test_the_overview_tells_match_rates_and_what_is_to_be_collected(queued, url, analyst):
    page = text(analyst.client.get(url("overview/")))
    assert "系统两两匹配率" in page
    assert "2 项采集任务未完成" in page


def test_the_queue_is_searched_by_name_and_by_key(queued, url, analyst):
    assert text(analyst.client.get(url("?q=Outlet 9"))).count("↔") == 2  # the table and the cards of the phone
    assert text(analyst.client.get(url("?q=CR0012"))).count("↔") == 2  # the table and the cards of the phone
    assert "没有" in text(analyst.client.get(url("?q=nobody")))


def test_the_customer_page_says_from_which_systems_it_comes_and_that_it_may_be_another(queued, customer_manager):
    page = text(customer_manager.client.get(f"/w/{queued.slug}/customers/4/"))
    assert "来自哪些系统" in page
    assert "专卖许可系统" in page
    assert "可能与另一客户是同一户" in page


@pytest.mark.parametrize("tail", ["", "pair", "customers/4/", "overview/"])
def test_a_page_needs_a_handful_of_queries_whatever_its_rows(queued, url, analyst, pair_of, tail):
    path = url(f"pairs/{pair_of(4, 8).pk}/") if tail == "pair" else url(tail)
    analyst.client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert analyst.client.get(path).status_code == 200
    assert len(queries) <= 32, len(queries)
