"""What other apps may ask of compliance."""

from collections.abc import Sequence

from django.db.models import QuerySet

from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.compliance.contracts import RuleWords, StoredVerdict, Tally
from xingke_web.compliance.models import Verdict
from xingke_web.compliance.rules import fingerprint_of, rules_of
from xingke_web.compliance.selectors import rule_label, tally, words_of
from xingke_web.compliance.services import (
    action_fingerprint,
    content_verdict,
    is_signed_off,
    sign_off,
    verdict_for,
    verdicts_for_many,
)

__all__ = [
    "RuleWords",
    "StoredVerdict",
    "Tally",
    "action_fingerprint",
    "content_verdict",
    "fingerprint_of",
    "is_signed_off",
    "rule_label",
    "rules_loaded",
    "rules_of",
    "sign_off",
    "tally",
    "verdict_count",
    "verdict_for",
    "verdicts_for_many",
    "verdicts_stored",
    "words_of",
]


def rules_loaded(workspace: WorkspaceInfo) -> int:
    """How many rules are in force."""
    return len(rules_of(workspace))


def verdict_count(workspace: WorkspaceInfo) -> int:
    """How many verdicts are kept."""
    return Verdict.objects.filter(workspace_id=workspace.id).count()


def verdicts_stored(workspace_id: int, *, subject: str, ids: Sequence[int]) -> QuerySet[Verdict]:
    """The stored verdicts of one round of judging, for a statement that refers to them."""
    return Verdict.objects.filter(workspace_id=workspace_id, subject=subject, pk__gte=min(ids), pk__lte=max(ids))
