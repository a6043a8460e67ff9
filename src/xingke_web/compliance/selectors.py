"""Reads of the verdict log."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from xingke.compliance import Finding, Rule
from xingke.words import Language, Words, both
from xingke_web.accounts.facade import Viewer, WorkspaceInfo, below
from xingke_web.compliance.contracts import RuleWords, StoredVerdict, Tally
from xingke_web.compliance.models import RuleWording, Verdict
from xingke_web.compliance.rules import declared_rules


@dataclass(frozen=True, slots=True)
class VerdictFilter:
    """What the log is narrowed to; empty means all."""

    outcome: str = ""
    rule: str = ""
    subject: str = ""


def verdict_list(*, viewer: Viewer, wanted: VerdictFilter) -> QuerySet[Verdict]:
    """Verdicts in the viewer's scope, the newest first; what concerns no customer is for the scope of the whole workspace."""
    found = Verdict.objects.filter(below(viewer.scope_path), workspace_id=viewer.workspace.id)
    if wanted.outcome:
        found = found.filter(outcome=wanted.outcome)
    if wanted.rule:
        found = found.filter(rule_ids__contains=f" {wanted.rule} ")
    if wanted.subject:
        found = found.filter(subject=wanted.subject)
    return found


def tally_of(verdicts: QuerySet[Verdict]) -> Tally:
    """Verdicts by outcome, and by rule those that were not allowed; one grouped query."""
    outcomes: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    for outcome, rule_ids, count in verdicts.order_by().values_list("outcome", "rule_ids").annotate(n=Count("id")):
        outcomes[outcome] += count
        if outcome != "allow":
            rules.update(dict.fromkeys(rule_ids.split(), count))
    return Tally(dict(outcomes), dict(rules.most_common()))


def tally(verdicts: Iterable[StoredVerdict]) -> Tally:
    """The same of verdicts at hand."""
    outcomes: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    for each in verdicts:
        outcomes[each.outcome] += 1
        if each.outcome != "allow":
            rules.update({finding.rule_id for finding in each.judgement.findings if finding.severity != "duty"})
    return Tally(dict(outcomes), dict(rules.most_common()))


def words_of(workspace: WorkspaceInfo, rule_ids: Iterable[str]) -> Mapping[str, RuleWords]:
    """What rules are called and say; of rules no longer declared, what they said when they were last used."""
    wanted = set(rule_ids)
    known = {rule.id: _words(rule) for rule in declared_rules(workspace) if rule.id in wanted}
    gone = wanted - set(known)
    if gone:
        stored = RuleWording.objects.filter(rule_id__in=gone).order_by("version")
        known |= {each.rule_id: RuleWords(each.label, each.message, each.basis, each.substitute) for each in stored}
    return known


def rule_label(words: Mapping[str, RuleWords], rule_id: str, language: Language) -> str:
    """A rule's name, its id where nothing is known of it."""
    return words[rule_id].label[language] if rule_id in words else rule_id


def why(findings: Iterable[Finding], language: Language) -> list[str]:
    """The findings as sentences, each with its lawful substitute."""
    return [f"{each.message[language]} {each.substitute[language]}" if each.substitute else each.message[language] for each in findings]


def _words(rule: Rule) -> RuleWords:
    return RuleWords(rule.label, rule.message, rule.basis, rule.substitute)


STRENGTHS: Mapping[str, Words] = {
    "hard": both("法律法规", "Statute"),
    "firm": both("监管或渠道要求", "Regulator or carrier"),
    "soft": both("平台规则", "House rule"),
}
SEVERITIES: Mapping[str, Words] = {
    "block": both("拦截", "Block"),
    "hold": both("待审核", "Hold for sign-off"),
    "defer": both("延后", "Later"),
    "duty": both("提示义务", "Duty"),
}
