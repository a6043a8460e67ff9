"""An action in, a verdict out.

The same action, rules and settings always give the same verdict, and a rule that fails is a rule that blocks.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Literal

from xingke.compliance.action import Action, RecipientFacts
from xingke.compliance.rule import SEVERITIES, Rule, Severity
from xingke.compliance.settings import Settings
from xingke.errors import ConfigurationError
from xingke.words import Words, both

Outcome = Literal["allow", "defer", "hold", "block"]
ENGINE_BASIS = both(zh="平台规则：事实不明或规则出错时一律不放行", en="House rule: what is unknown or fails is not allowed")


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule, or one duty that comes with permission."""

    rule_id: str
    version: int
    severity: Severity
    message: Words
    basis: Words
    substitute: Words | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may be done and why.

    Parameters
    ----------
    findings
        The gravest first, then by rule id.
    rules_fingerprint
        Which rules, versions, word lists and parameters were in force.
    judged_at
        The instant of the action that was judged.
    next_allowed_at
        Only for `defer`: when it may be tried again, in UTC.
    """

    outcome: Outcome
    findings: tuple[Finding, ...]
    rules_fingerprint: str
    judged_at: datetime
    next_allowed_at: datetime | None = None

    @property
    def allowed(self) -> bool:
        """Whether it may go out now."""
        return self.outcome == "allow"


@dataclass(frozen=True, slots=True)
class _Heard:
    findings: tuple[Finding, ...] = ()
    open_again: tuple[datetime, ...] = ()

    def __add__(self, other: "_Heard") -> "_Heard":
        return _Heard(self.findings + other.findings, self.open_again + other.open_again)


def rule_set(*groups: Iterable[Rule]) -> tuple[Rule, ...]:
    """Several groups of rules as one, in order of their ids; the same rule may come from two groups, two rules may not share an id."""
    by_id: dict[str, Rule] = {}
    for rule in (rule for group in groups for rule in group):
        if by_id.setdefault(rule.id, rule) is not rule:
            raise ConfigurationError(zh=f"两条规则都叫「{rule.id}」", en=f"two rules are both called '{rule.id}'", rule_id=rule.id)
    return tuple(by_id[rule_id] for rule_id in sorted(by_id))


def judge(action: Action, rules: Sequence[Rule], *, settings: Settings) -> Verdict:
    """The verdict on one action to one recipient; without a recipient it is a block."""
    heard = _general_checks(action, rules)
    if action.recipient is None:
        heard += _Heard((_engine_finding("engine.no_recipient", "没有收件人的事实", "nothing is known about the recipient"),))
    if not heard.findings:
        heard = _hear(action, rules, settings)
    return _verdict(action, rules, settings, heard)


def judge_content(action: Action, rules: Sequence[Rule], *, settings: Settings) -> Verdict:
    """The verdict on what would be said and given, whoever it reaches: for a preview, and for what is put up in public."""
    heard = _general_checks(action, rules)
    if not heard.findings:
        heard = _hear(action, [rule for rule in rules if rule.scope == "content"], settings)
    return _verdict(action, rules, settings, heard)


def judge_many(action: Action, recipients: Sequence[RecipientFacts], rules: Sequence[Rule], *, settings: Settings) -> list[Verdict]:
    """One verdict for each recipient, in their order; equal to `judge` of each, with the content judged once."""
    broken = _general_checks(action, rules)
    content = broken if broken.findings else _hear(action, [rule for rule in rules if rule.scope == "content"], settings)
    personal = [] if broken.findings else [rule for rule in rules if rule.scope == "recipient"]
    known: dict[RecipientFacts, Verdict] = {}
    verdicts = []
    for facts in recipients:
        verdict = known.get(facts)
        if verdict is None:
            single = replace(action, recipient=facts)
            verdict = known[facts] = _verdict(single, rules, settings, content + _hear(single, personal, settings))
        verdicts.append(verdict)
    return verdicts


def rules_fingerprint(rules: Sequence[Rule], settings: Settings) -> str:
    """A short name for exactly these rules and parameters."""
    return _fingerprint(tuple(rules), settings)


@lru_cache(maxsize=64)
def _fingerprint(rules: tuple[Rule, ...], settings: Settings) -> str:
    data = {"rules": sorted((rule.as_data() for rule in rules), key=lambda each: str(each["id"])), "settings": settings.as_data()}
    return hashlib.sha256(json.dumps(data, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]


def _general_checks(action: Action, rules: Sequence[Rule]) -> _Heard:
    found = []
    if not rules:
        found.append(_engine_finding("engine.no_rules", "没有加载任何规则", "no rules are loaded"))
    if action.at.tzinfo is None:
        found.append(_engine_finding("engine.no_time_zone", "发送时间没有时区", "the time of sending has no time zone"))
    return _Heard(tuple(found))


def _hear(action: Action, rules: Sequence[Rule], settings: Settings) -> _Heard:
    on = settings.local(action.at).date()
    found: list[Finding] = []
    open_again: list[datetime] = []
    for rule in rules:
        try:
            if rule.applies(action, on) and rule.test(action, settings):
                if rule.open_again is not None:
                    open_again.append(rule.open_again(action, settings))
                found.append(Finding(rule.id, rule.version, rule.severity, rule.message, rule.basis, rule.substitute))
        except Exception as error:  # noqa: BLE001 - whatever a rule stumbles over, the answer is no
            found.append(_failed(rule, error))
    return _Heard(tuple(found), tuple(open_again))


def _verdict(action: Action, rules: Sequence[Rule], settings: Settings, heard: _Heard) -> Verdict:
    findings = sorted(heard.findings, key=lambda each: (-SEVERITIES.index(each.severity), each.rule_id))
    gravest = findings[0].severity if findings else "duty"
    outcome: Outcome = "allow" if gravest == "duty" else gravest
    later = max(heard.open_again) if outcome == "defer" else None
    return Verdict(outcome, tuple(findings), rules_fingerprint(rules, settings), action.at, later)


def _failed(rule: Rule, error: Exception) -> Finding:
    kind = type(error).__name__
    message = both(
        zh=f"规则「{rule.label['zh']}」未能判断（{kind}），因此不放行",
        en=f"the rule '{rule.label['en']}' could not be judged ({kind}), so the answer is no",
    )
    return Finding(rule.id, rule.version, "block", message, rule.basis)


def _engine_finding(rule_id: str, zh: str, en: str) -> Finding:
    return Finding(rule_id, 1, "block", both(zh=zh, en=en), ENGINE_BASIS)
