"""Who can be reached: the one definition of the funnel from those matched to those who may be written to at once.

Each rule about recipients says to which step it belongs. Whatever stops a customer and belongs to no step stops them at the last one:
nobody counts as reachable whom a verdict refuses, whichever rule said so.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xingke.compliance.engine import Finding, Verdict
from xingke.compliance.rule import Rule
from xingke.words import Words, both

STEPS: tuple[tuple[str, Words], ...] = (
    ("licence", both("许可证有效或不需要", "Licence valid or not needed")),
    ("age", both("年龄已确认", "Age known")),
    ("consent", both("已授权", "Consented")),
    ("cap", both("未超频", "Below the caps")),
    ("reachable", both("可触达", "Reachable")),
)
MATCHED: Words = both("命中", "Matched")
LAST = STEPS[-1][0]
_ORDER = {name: place for place, (name, _label) in enumerate(STEPS)}


@dataclass(frozen=True, slots=True)
class ReachStep:
    """How many customers are left after one more condition."""

    name: str
    label: Words
    count: int


class Barriers:
    """What of a verdict keeps a customer from being reached, under a set of rules; what is wrong with the text alone is told apart."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = {rule.id: rule for rule in rules}

    def step(self, rule_id: str) -> str:
        """The step at which a rule stops a customer; the last one for a rule that names none, or that nobody knows."""
        rule = self._rules.get(rule_id)
        return rule.step if rule is not None and rule.step in _ORDER else LAST

    def stops(self, verdict: Verdict) -> str | None:
        """The rule that keeps a customer out, the first in the order of the funnel; None where none does."""
        return self._first(each for each in verdict.findings if each.severity in {"block", "hold"})

    def stops_now(self, verdict: Verdict) -> str | None:
        """The same, or the cap that puts the customer off for now."""
        return self._first(each for each in verdict.findings if each.severity in {"block", "hold"} or self._is_cap(each))

    def funnel(self, verdicts: Sequence[Verdict]) -> tuple[ReachStep, ...]:
        """How many are left step by step; the last ones may be written to at once, quiet hours apart."""
        stopped = (self.stops_now(each) for each in verdicts)
        lost = Counter(self.step(rule_id) for rule_id in stopped if rule_id is not None)
        left = len(verdicts)
        steps = [ReachStep("matched", MATCHED, left)]
        for name, label in STEPS:
            left -= lost[name]
            steps.append(ReachStep(name, label, left))
        return tuple(steps)

    def _first(self, findings: Iterable[Finding]) -> str | None:
        personal = [each.rule_id for each in findings if not self._is_about_content(each.rule_id)]
        return min(personal, key=lambda rule_id: _ORDER[self.step(rule_id)], default=None)

    def _is_cap(self, finding: Finding) -> bool:
        return finding.severity == "defer" and self.step(finding.rule_id) == "cap"

    def _is_about_content(self, rule_id: str) -> bool:
        return rule_id in self._rules and self._rules[rule_id].scope == "content"
