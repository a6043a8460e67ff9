import time as clock
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from labelled_actions import CONSUMER, NIGHT, NOON, OUTLET, RULES, SETTINGS

from xingke.compliance import (
    GENERAL_RULES,
    Action,
    Content,
    RecipientFacts,
    Rule,
    Settings,
    judge,
    judge_content,
    judge_many,
    rule_set,
    rules_fingerprint,
)
from xingke.errors import ConfigurationError
from xingke.words import both, is_complete

NOTICE = Content(subject="", body="本周订货时间为周日 8:00 至 17:00。", template_key="signed-off")
ACTION = Action("市烟草公司", "marketing", "inbox", NOTICE, None, NOON, "tobacco", OUTLET)


def a_rule(**changes):
    given_ = {
        "id": "test.rule", "version": 1, "scope": "content",
        "strength": "soft", "severity": "block", "valid_from": date(2026, 1, 1),
        "label": both("测试", "Test"), "basis": both("测试", "Test"), "message": both("测试", "Test"),
        "test": lambda action, settings: True,
    }  # fmt: skip
    return Rule(**{**given_, **changes})


@pytest.mark.parametrize("rules", [RULES["tobacco"]])
def test_permission_names_the_rules_and_the_instant(rules):
    verdict = judge(ACTION, rules, settings=SETTINGS)
    assert verdict.allowed
    assert verdict.rules_fingerprint == rules_fingerprint(rules, SETTINGS)
    assert verdict.judged_at == NOON
    assert verdict.next_allowed_at is None
    assert [finding.severity for finding in verdict.findings] == ["duty"]


def test_a_rule_that_fails_blocks_and_is_reported():
    verdict = judge(ACTION, [a_rule(test=lambda action, settings: 1 / 0)], settings=SETTINGS)
    assert verdict.outcome == "block"
    assert verdict.findings[0].rule_id == "test.rule"
    assert "ZeroDivisionError" in verdict.findings[0].message["zh"]


def test_a_fact_of_the_wrong_kind_blocks():
    facts = replace(OUTLET, touches_7d=None)
    assert judge(replace(ACTION, recipient=facts), RULES["tobacco"], settings=SETTINGS).outcome == "block"


@pytest.mark.parametrize(
    ("action", "rules", "rule_id"),
    [
        (replace(ACTION, recipient=None), RULES["tobacco"], "engine.no_recipient"),
        (ACTION, (), "engine.no_rules"),
        (replace(ACTION, at=datetime(2026, 11, 10, 12)), RULES["tobacco"], "engine.no_time_zone"),  # noqa: DTZ001 - the missing zone is the case
    ],
)
def test_what_is_not_known_is_not_allowed(action, rules, rule_id):
    verdict = judge(action, rules, settings=SETTINGS)
    assert verdict.outcome == "block"
    assert verdict.findings[0].rule_id == rule_id


def test_nothing_known_about_a_recipient_blocks_in_every_pack():
    for pack, rules in RULES.items():
        for kind in ("outlet", "consumer", "lead", "account", "something else"):
            for purpose in ("marketing", "service", "transaction"):
                action = replace(ACTION, pack=pack, purpose=purpose, recipient=RecipientFacts(customer_kind=kind))
                assert judge(action, rules, settings=SETTINGS).outcome == "block"


def test_a_preview_judges_the_content_alone():
    assert judge_content(replace(ACTION, recipient=None), RULES["tobacco"], settings=SETTINGS).allowed
    coupon = replace(ACTION, recipient=None, content=Content(subject="", body="领取优惠券"))
    assert judge_content(coupon, RULES["tobacco"], settings=SETTINGS).outcome == "block"


def test_a_rule_waits_for_its_first_day():
    rule = a_rule(valid_from=date(2026, 11, 11))
    assert judge(ACTION, [rule], settings=SETTINGS).allowed
    # 16:00 UTC of the tenth is the eleventh in Shanghai.
    assert judge(replace(ACTION, at=datetime(2026, 11, 10, 16, 0, tzinfo=UTC)), [rule], settings=SETTINGS).outcome == "block"


def test_the_gravest_finding_decides_and_comes_first():
    later = {"severity": "defer", "open_again": lambda action, settings: NOON}
    rules = [a_rule(id="test.defer", **later), a_rule(id="test.duty", severity="duty"), a_rule(id="test.hold", severity="hold")]
    verdict = judge(ACTION, rules, settings=SETTINGS)
    assert verdict.outcome == "hold"
    assert [finding.rule_id for finding in verdict.findings] == ["test.hold", "test.defer", "test.duty"]
    assert verdict.next_allowed_at is None


@pytest.mark.parametrize(
    ("local", "quiet"),
    [("08:59", True), ("09:00", False), ("20:29", False), ("20:30", True), ("00:10", True)],
)
def test_quiet_hours_open_at_nine_and_close_at_half_past_eight(local, quiet):
    hour, minute = map(int, local.split(":"))
    at = datetime(2026, 11, 10, hour, minute, tzinfo=UTC) - timedelta(hours=8)
    body = "周末菜单。退订请点击此处。"
    action = Action("好邻超市", "marketing", "email", Content(subject="", body=body), None, at, "retail", CONSUMER)
    verdict = judge(action, RULES["retail"], settings=SETTINGS)
    assert verdict.outcome == ("defer" if quiet else "allow")
    if quiet:
        opens = verdict.next_allowed_at.astimezone(SETTINGS.local(at).tzinfo)
        assert (opens.time(), opens > at) == (time(9, 0), True)
        assert judge(replace(action, at=verdict.next_allowed_at), RULES["retail"], settings=SETTINGS).allowed


def test_a_day_of_mourning_is_quiet_from_end_to_end():
    settings = Settings(mourning_days=frozenset({date(2026, 11, 10), date(2026, 11, 11)}))
    assert settings.is_quiet(NOON)
    assert settings.next_open(NOON) == datetime(2026, 11, 12, 1, 0, tzinfo=UTC)
    assert SETTINGS.next_open(NOON) == NOON


def test_a_full_week_waits_until_tomorrow():
    verdict = judge(replace(ACTION, recipient=replace(OUTLET, touches_7d=2)), RULES["tobacco"], settings=SETTINGS)
    assert (verdict.outcome, verdict.next_allowed_at) == ("defer", datetime(2026, 11, 11, 1, 0, tzinfo=UTC))


def test_a_licence_counts_through_its_last_day():
    last = replace(ACTION, recipient=replace(OUTLET, licence_valid_until=date(2026, 11, 10)))
    assert judge(last, RULES["tobacco"], settings=SETTINGS).allowed
    assert judge(replace(last, at=datetime(2026, 11, 10, 16, 30, tzinfo=UTC)), RULES["tobacco"], settings=SETTINGS).outcome == "block"


facts = st.builds(
    RecipientFacts,
    customer_kind=st.sampled_from(["outlet", "consumer", "lead", "account"]),
    licence_status=st.sampled_from(["valid", "paused", "expired", "revoked", "unknown", "not_needed"]),
    licence_valid_until=st.sampled_from([None, date(2026, 11, 9), date(2026, 11, 10), date(2027, 1, 1)]),
    consent=st.sampled_from(["granted", "withdrawn", "expired", "unknown"]),
    consent_basis=st.sampled_from(["consent", "contract", "legal_duty", "unknown"]),
    age_state=st.sampled_from(["adult", "minor", "unknown", "not_a_person"]),
    suppressed=st.booleans(),
    touches_7d=st.integers(0, 4),
    touches_same_text_today=st.integers(0, 2),
    contact_point=st.booleans(),
)
good = st.sampled_from([OUTLET, CONSUMER])
actions = st.builds(
    Action,
    actor=st.just("市公司"),
    purpose=st.sampled_from(["marketing", "service", "transaction"]),
    channel=st.sampled_from(["inbox", "task", "email", "sms"]),
    content=st.sampled_from([NOTICE, Content(subject="", body="【市公司】菜单已更新，拒收请回复R")]),
    offer=st.none(),
    at=st.sampled_from([NOON, NIGHT]),
    pack=st.sampled_from(["tobacco", "wholesale", "retail"]),
    recipient=facts | good,
)
LESS = [
    {"consent": "withdrawn"}, {"consent": "unknown"}, {"consent": "expired"}, {"consent_basis": "unknown"},
    {"age_state": "unknown"}, {"age_state": "minor"}, {"licence_status": "unknown"}, {"licence_status": "expired"},
    {"licence_status": "revoked"}, {"suppressed": True},
    {"contact_point": False}, {"licence_valid_until": date(2020, 1, 1)}, {"touches_7d": 9}, {"touches_same_text_today": 9},
]  # fmt: skip
GRAVITY = {"allow": 0, "defer": 1, "hold": 2, "block": 3}


@given(actions, st.lists(st.sampled_from(LESS), min_size=1, max_size=4))
def test_a_worse_fact_never_opens_a_door(action, worse):
    before = judge(action, RULES[action.pack], settings=SETTINGS)
    after = action
    for change in worse:
        after = replace(after, recipient=replace(after.recipient, **change))
    # A minor whose age becomes unknown is the one change here that is not for the worse; both are refused wherever age counts.
    assert GRAVITY[judge(after, RULES[action.pack], settings=SETTINGS).outcome] >= GRAVITY[before.outcome]


@given(actions, st.sampled_from(["领取优惠券", "best price ever", "香烟", "内部价，别告诉其他店"]))
def test_more_words_never_open_a_door(action, words):
    more = replace(action, content=replace(action.content, body=action.content.body + words))
    before, after = (judge(each, RULES[action.pack], settings=SETTINGS) for each in (action, more))
    assert GRAVITY[after.outcome] >= GRAVITY[before.outcome]


@given(actions, st.lists(facts | good, max_size=8))
def test_many_recipients_get_what_each_would_get_alone(action, recipients):
    rules = RULES[action.pack]
    alone = [judge(replace(action, recipient=each), rules, settings=SETTINGS) for each in recipients]
    assert judge_many(replace(action, recipient=None), recipients, rules, settings=SETTINGS) == alone


def test_twenty_thousand_different_recipients_take_less_than_two_seconds():
    recipients = [replace(OUTLET, licence_valid_until=date(2026, 11, 1) + timedelta(days=each)) for each in range(20_000)]
    start = clock.perf_counter()
    verdicts = judge_many(replace(ACTION, recipient=None), recipients, RULES["tobacco"], settings=SETTINGS)
    assert clock.perf_counter() - start < 2
    assert sum(verdict.allowed for verdict in verdicts) == 20_000 - 9


def test_the_fingerprint_follows_rules_words_and_parameters():
    rules = RULES["tobacco"]
    first = rules_fingerprint(rules, SETTINGS)
    assert rules_fingerprint(tuple(reversed(rules)), SETTINGS) == first
    assert rules_fingerprint(rules, replace(SETTINGS, weekly_cap=3)) != first
    assert rules_fingerprint(rules[1:], SETTINGS) != first
    assert rules_fingerprint([a_rule()], SETTINGS) != rules_fingerprint([a_rule(version=2)], SETTINGS)
    assert rules_fingerprint([a_rule()], SETTINGS) != rules_fingerprint([a_rule(parameters={"cap": 1})], SETTINGS)


def test_two_rules_cannot_share_a_name():
    with pytest.raises(ConfigurationError, match=r"test\.rule"):
        rule_set([a_rule()], [a_rule()])
    assert rule_set(GENERAL_RULES, GENERAL_RULES) == rule_set(GENERAL_RULES)


@pytest.mark.parametrize(
    "wrong",
    [{"id": "plain"}, {"version": 0}, {"label": both("", "Test")}, {"severity": "defer"}, {"customer_kinds": frozenset({"outlet"})}],
)
def test_an_incomplete_rule_is_refused(wrong):
    with pytest.raises(ConfigurationError):
        a_rule(**wrong)


@pytest.mark.parametrize("wrong", [{"quiet_until": time(21), "quiet_from": time(9)}, {"weekly_cap": -1}])
def test_impossible_settings_are_refused(wrong):
    with pytest.raises(ConfigurationError):
        Settings(**wrong)


@pytest.mark.parametrize("rule", {rule.id: rule for rules in RULES.values() for rule in rules}.values(), ids=lambda rule: rule.id)
def test_every_rule_names_its_law_in_both_languages(rule):
    assert all(is_complete(text) for text in (rule.label, rule.basis, rule.message))
    assert rule.valid_from <= date(2026, 1, 1)
