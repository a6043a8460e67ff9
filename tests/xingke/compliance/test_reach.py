"""One definition of who can be reached; what nobody knows is never reachable."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xingke.compliance import GENERAL_RULES, Action, Barriers, Content, Finding, RecipientFacts, Settings, judge_many
from xingke.compliance.reach import LAST
from xingke.words import both

NOON = datetime(2024, 7, 1, 4, tzinfo=UTC)
GOOD = RecipientFacts("outlet", "valid", date(2030, 1, 1), "granted", "consent", "not_a_person", contact_point=True)
PERSONAL = [rule for rule in GENERAL_RULES if rule.scope == "recipient"]


def verdicts(*facts, at=NOON, channel="email"):
    action = Action("星客", "marketing", channel, Content("标题", "正文"), None, at, "wholesale")
    return judge_many(action, facts, PERSONAL, settings=Settings())


def counts(*facts, **options):
    return [step.count for step in Barriers(PERSONAL).funnel(verdicts(*facts, **options))]


@pytest.mark.parametrize(
    ("facts", "left"),
    [
        (GOOD, [1, 1, 1, 1, 1, 1]),
        (replace(GOOD, age_state="unknown"), [1, 1, 0, 0, 0, 0]),
        (replace(GOOD, consent="withdrawn"), [1, 1, 1, 0, 0, 0]),
        (replace(GOOD, suppressed=True), [1, 1, 1, 0, 0, 0]),
        (replace(GOOD, touches_7d=2), [1, 1, 1, 1, 0, 0]),
        (replace(GOOD, touches_same_text_today=1), [1, 1, 1, 1, 0, 0]),
        (replace(GOOD, contact_point=False), [1, 1, 1, 1, 1, 0]),
    ],
)
def test_each_condition_has_its_step(facts, left):
    assert counts(facts) == left


def test_the_weekly_cap_puts_off_and_does_not_keep_out():
    [capped] = verdicts(replace(GOOD, touches_7d=2))
    assert Barriers(PERSONAL).stops(capped) is None
    assert Barriers(PERSONAL).stops_now(capped) == "general.weekly_cap"


def test_quiet_hours_are_about_the_hour_and_not_about_the_customer():
    assert counts(GOOD, at=datetime(2024, 7, 1, 16, tzinfo=UTC)) == [1, 1, 1, 1, 1, 1]


@given(st.lists(st.sampled_from(["licence", "consent", "nobody.knows_this", "engine.no_rules", "pack.new_rule"]), min_size=1))
def test_a_refusal_by_any_rule_is_never_reachable(names):
    [good] = verdicts(GOOD)
    found = tuple(Finding(name, 1, "block", both("不", "no"), both("据", "basis")) for name in names)
    refused = replace(good, outcome="block", findings=found)
    steps = Barriers(PERSONAL).funnel([refused, good])
    assert (steps[0].count, steps[-1].count) == (2, 1)
    assert Barriers(PERSONAL).stops(refused) in names
    assert Barriers(PERSONAL).step("nobody.knows_this") == LAST


def test_what_is_wrong_with_the_text_says_nothing_about_the_customer():
    [good] = verdicts(GOOD)
    finding = Finding("general.opt_out", 1, "block", both("不", "no"), both("据", "basis"))
    assert Barriers(GENERAL_RULES).stops(replace(good, outcome="block", findings=(finding,))) is None


def test_every_rule_about_recipients_that_refuses_names_its_step():
    from xingke_packs.retail.rules import RULES as RETAIL
    from xingke_packs.tobacco.rules import RULES as TOBACCO
    from xingke_packs.wholesale.rules import RULES as WHOLESALE

    rules = {rule.id: rule for rule in (*GENERAL_RULES, *RETAIL, *TOBACCO, *WHOLESALE)}.values()
    assert [rule.id for rule in rules if rule.scope == "recipient" and rule.severity != "duty" and rule.step == "other"] == []
