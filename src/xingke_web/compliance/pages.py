"""What the page of the rules shows, in the language of the reader."""

from collections.abc import Sequence
from typing import Any

from xingke_web.accounts.contracts import Viewer
from xingke_web.compliance.contracts import Tally
from xingke_web.compliance.models import Verdict
from xingke_web.compliance.rules import declared_rules
from xingke_web.compliance.selectors import SEVERITIES, STRENGTHS, rule_label, words_of
from xingke_web.customers.facade import customers_named

TONES = {"allow": "ok", "defer": "info", "hold": "warn", "block": "bad"}


def rule_rows(viewer: Viewer) -> list[dict[str, Any]]:
    """The rules of the workspace, statutes first."""
    order = list(STRENGTHS)
    rules = sorted(declared_rules(viewer.workspace), key=lambda rule: (order.index(rule.strength), rule.id))
    language = viewer.language
    return [
        {
            "id": rule.id,
            "version": rule.version,
            "label": rule.label[language],
            "message": rule.message[language],
            "basis": rule.basis[language],
            "substitute": rule.substitute[language] if rule.substitute else "",
            "strength": STRENGTHS[rule.strength][language],
            "severity": SEVERITIES[rule.severity][language],
            "tone": {"block": "bad", "hold": "warn", "defer": "info", "duty": "neutral"}[rule.severity],
            "valid_from": rule.valid_from,
        }
        for rule in rules
    ]


def verdict_rows(viewer: Viewer, verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    """Verdicts with the customer's name and the reasons as sentences; a fixed number of queries."""
    language = viewer.language
    names = customers_named(viewer.workspace.id, [each.customer_number for each in verdicts if each.customer_number is not None])
    words = words_of(viewer.workspace, {finding["rule"] for each in verdicts for finding in each.findings})
    rows = []
    for each in verdicts:
        said = [words[finding["rule"]] for finding in each.findings if finding["rule"] in words]
        customer = names.get(each.customer_number) if each.customer_number is not None else None
        rows.append(
            {
                "judged_at": each.judged_at,
                "customer": customer.name if customer else "—",
                "outcome": each.outcome,
                "outcome_label": each.get_outcome_display(),
                "tone": TONES[each.outcome],
                "sentence": " ".join(one.message[language] + (f" → {one.substitute[language]}" if one.substitute else "") for one in said)
                or "—",
                "subject": each.subject,
                "rules_fingerprint": each.rules_fingerprint[:8],
                "id": each.pk,
            }
        )
    return rows


def count_rows(viewer: Viewer, tally: Tally) -> dict[str, Any]:
    """Verdicts by outcome, and how many each rule kept back."""
    words = words_of(viewer.workspace, tally.rules)
    most = max(tally.rules.values(), default=0)
    return {
        "total": sum(tally.outcomes.values()),
        "allowed": tally.outcomes.get("allow", 0),
        "deferred": tally.outcomes.get("defer", 0),
        "held": tally.outcomes.get("hold", 0),
        "blocked": tally.outcomes.get("block", 0),
        "rules": [
            {"label": rule_label(words, rule, viewer.language), "rule": rule, "count": count, "share": count / most}
            for rule, count in tally.rules.items()
        ],
    }
