import time
from datetime import UTC, date, datetime

import pytest

from xingke.compliance import RecipientFacts
from xingke_web.accounts.models import Workspace
from xingke_web.channels.texts import action_for
from xingke_web.compliance import facade
from xingke_web.compliance.errors import AppendOnly
from xingke_web.compliance.models import Verdict

NOW = datetime(2024, 7, 1, 2, 0, tzinfo=UTC)
GOOD = RecipientFacts("outlet", "valid", date(2030, 1, 1), "granted", "consent", "not_a_person", contact_point=True)


def action(workspace, body="{name}，您好。", channel="inbox"):
    return action_for(
        actor="公司", purpose="marketing", channel=channel, subject="您好", body=body, language="zh", template_key="t:1",
        pack=workspace.pack, at=NOW,
    )  # fmt: skip


def judged(workspace, facts, body="{name}，您好。"):
    return facade.verdicts_for_many(
        workspace=workspace, action=action(workspace, body), numbers=list(facts), facts=facts, subject="campaign:1"
    )


def test_a_customer_without_facts_is_blocked(workspace):
    found = facade.verdicts_for_many(workspace=workspace, action=action(workspace), numbers=[1, 2], facts={1: GOOD}, subject="x")
    assert (found[1].outcome, found[2].outcome) == ("allow", "block")


def test_a_stored_verdict_is_neither_changed_nor_removed(workspace):
    judged(workspace, {1: GOOD})
    verdict = Verdict.objects.get()
    with pytest.raises(AppendOnly):
        verdict.save()
    with pytest.raises(AppendOnly):
        verdict.delete()
    with pytest.raises(AppendOnly):
        Verdict.objects.update(outcome="allow")
    with pytest.raises(AppendOnly):
        Verdict.objects.all().delete()


def test_the_law_of_today_holds_in_a_workspace_of_the_past(workspace):
    Workspace.objects.update(as_of=date(2018, 1, 1))
    old = facade.verdicts_for_many(
        workspace=workspace, action=action_for(
            actor="公司", purpose="marketing", channel="inbox", subject="s", body="b", language="zh", template_key="t", pack="retail",
            at=datetime(2018, 1, 1, 2, tzinfo=UTC),
        ), numbers=[1], facts={1: RecipientFacts("consumer", contact_point=True)}, subject="x",
    )  # fmt: skip
    assert {finding.rule_id for finding in old[1].judgement.findings} >= {"general.consent", "general.age_unknown"}


def test_twenty_thousand_verdicts_are_stored_in_under_five_seconds(workspace):
    facts = dict.fromkeys(range(20000), GOOD)
    started = time.process_time()
    judged(workspace, facts)
    assert time.process_time() - started < 5
    assert Verdict.objects.count() == 20_000


def test_the_page_shows_rules_with_their_law_and_verdicts_with_reasons(workspace, analyst):
    judged(workspace, {1: GOOD}, body="全网第一")
    text = analyst.client.get("/w/iowa/compliance/").content.decode()
    assert "《广告法》（2021-04-29 修正）第九条第三项" in text
    assert "请改为可核实的事实" in text
    assert "campaign:1" in text
    narrowed = analyst.client.get("/w/iowa/compliance/?rule=general.consent").content.decode()
    assert "campaign:1</td>" not in narrowed


def test_counts_by_rule_are_those_of_the_log(workspace, analyst):
    withdrawn = RecipientFacts("outlet", "valid", date(2030, 1, 1), "withdrawn", "consent", "not_a_person", contact_point=True)
    found = judged(workspace, {1: GOOD, 2: withdrawn, 3: withdrawn})
    assert facade.tally(found.values()).rules == {"general.consent": 2}
    assert facade.tally(found.values()).outcomes == {"allow": 1, "block": 2}


def test_the_log_shows_no_verdict_on_customers_of_others(workspace, approver, analyst):
    from xingke_web.customers.models import Customer

    for number, path in ((1, "/ia/polk/ames"), (2, "/ia/polk2"), (3, "/ia/linn")):
        Customer.objects.create(
            workspace_id=workspace.id, number=number, source_key=str(number), name=f"店{number}", kind="outlet", status="active",
            org_path=path, licence_status="valid",
        )  # fmt: skip
    judged(workspace, dict.fromkeys((1, 2, 3), GOOD))
    text = approver.client.get("/w/iowa/compliance/").content.decode()
    assert "店1" in text
    assert "店2" not in text
    assert "店3" not in text
    assert "店3" in analyst.client.get("/w/iowa/compliance/").content.decode()


@pytest.mark.parametrize(("role", "status"), [("admin", 200), ("marketer", 200), ("customer_manager", 200), ("retailer", 403)])
def test_who_may_see_the_rules(role, status, request):
    assert request.getfixturevalue(role).client.get("/w/iowa/compliance/").status_code == status


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "生效的规则"), ("en", "Rules in force")])
def test_the_page_speaks_both_languages(workspace, analyst, language, word):
    analyst.client.cookies["xingke_language"] = language
    assert word in analyst.client.get("/w/iowa/compliance/").content.decode()


def test_the_page_takes_a_fixed_number_of_queries(workspace, analyst, django_assert_max_num_queries):
    judged(workspace, dict.fromkeys(range(100), GOOD))
    with django_assert_max_num_queries(16):
        analyst.client.get("/w/iowa/compliance/")
