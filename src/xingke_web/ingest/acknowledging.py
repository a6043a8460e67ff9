"""Acknowledging a finding and taking that back."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from xingke.errors import UserFacingError
from xingke_web.accounts.facade import Viewer
from xingke_web.audit.facade import record
from xingke_web.ingest.models import Acknowledgement
from xingke_web.ingest.quality import ShownFinding, table_quality


class NothingToAcknowledge(UserFacingError):
    """The finding is gone, or it was not acknowledged."""


def finding_of(viewer: Viewer, table: str, code: str, subject: str) -> ShownFinding | None:
    """The finding as the last pass left it, if it is wrong and there still."""
    found = table_quality(viewer.workspace, table)
    wanted = (code, subject)
    return next((one for one in found.findings if one.is_fault and (one.code, one.size.subject) == wanted), None) if found else None


@transaction.atomic
def finding_acknowledge(*, viewer: Viewer, table: str, code: str, subject: str, why: str, until_on: date) -> Acknowledgement:
    """Say that a finding is known: it counts as failing again when it is worse than now, or after `until_on`.

    Acknowledging again takes the present size, reason and day.

    Raises
    ------
    NothingToAcknowledge
        The last pass does not find it any more.
    """
    finding = finding_of(viewer, table, code, subject)
    if finding is None:
        raise NothingToAcknowledge(
            zh="这项检查在最近一次运行中已不再报告问题，无需确认",
            en="the last pass does not find this any more; there is nothing to acknowledge",
        )
    kept, _is_new = Acknowledgement.objects.update_or_create(
        workspace_id=viewer.workspace.id,
        table=table,
        code=code,
        subject=subject,
        defaults={
            "figure": finding.size.figure,
            "named": list(finding.size.named),
            "why": why.strip(),
            "until_on": until_on,
            "by_id": viewer.user_id,
            "at": timezone.now(),
        },
    )
    until = until_on.isoformat()
    record("quality.acknowledged", viewer=viewer, subject=("table", table), table=table, check=code, until=until, why=kept.why)
    return kept


@transaction.atomic
def acknowledgement_withdraw(*, viewer: Viewer, table: str, code: str, subject: str) -> None:
    """Let a finding count as failing again at once.

    Raises
    ------
    NothingToAcknowledge
        It is not acknowledged.
    """
    kept = Acknowledgement.objects.filter(workspace_id=viewer.workspace.id, table=table, code=code, subject=subject)
    if not kept.delete()[0]:
        raise NothingToAcknowledge(
            zh="这项检查没有被确认过，或确认已被撤回", en="this finding is not acknowledged, or that was taken back already"
        )
    record("quality.acknowledgement_withdrawn", viewer=viewer, subject=("table", table), table=table, check=code)
