"""The security audit of a quarter: the audit chain checked and counted, and the state of protection, signed."""

from datetime import date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from xingke.schema.business_day import business_day
from xingke_web.accounts.contracts import WorkspaceInfo
from xingke_web.accounts.roles import GRANTS, Role
from xingke_web.audit.facade import entries_counted, record, verify_chain
from xingke_web.config.key_rotation import keys_listed
from xingke_web.privacy.models import AuditReport, DataUse, Incident, RetentionRun, SubjectRequest
from xingke_web.privacy.signing import signature_of

_ZONE: Final = ZoneInfo("Asia/Shanghai")
WATCHED: Final = (
    "contact_point.revealed", "personal.revealed", "personal.refused", "identity.revealed", "reveal.refused",
    "customers.exported", "audit.exported", "export.blocked",
    "consent.granted", "consent.withdrawn", "keys.rotated", "keys.ring_rotated", "keys.retired", "login.failed",
)  # fmt: skip


def quarter_of(day: date) -> str:
    """`2026-Q1`."""
    return f"{day.year}-Q{(day.month - 1) // 3 + 1}"


def quarter_span(quarter: str) -> tuple[datetime, datetime]:
    """First instant of a quarter and of the next."""
    year, number = int(quarter[:4]), int(quarter[-1])
    first = date(year, 3 * number - 2, 1)
    following = date(year + (number == 4), 3 * number % 12 + 1, 1)
    return datetime.combine(first, time.min, _ZONE), datetime.combine(following, time.min, _ZONE)


def quarter_due_report(workspace: WorkspaceInfo, *, today: date | None = None) -> AuditReport | None:
    """Make the report of the quarter before today's where it is missing; None where it is there."""
    day = today or timezone.localdate()
    first = quarter_span(quarter_of(day))[0].date()
    before = quarter_of(date(first.year, first.month - 1, 1) if first.month > 1 else date(first.year - 1, 12, 1))
    if AuditReport.objects.filter(workspace_id=workspace.id, quarter=before).exists():
        return None
    return quarter_report(workspace, before)


@transaction.atomic
def quarter_report(workspace: WorkspaceInfo, quarter: str) -> AuditReport:
    """The report of one quarter, made anew where there is one."""
    content = _content(workspace, quarter)
    report, _ = AuditReport.objects.update_or_create(
        workspace_id=workspace.id,
        quarter=quarter,
        defaults={"made_at": timezone.now(), "content": content, "signature": signature_of(content)},
    )
    record("audit.report", system=True, workspace_id=workspace.id, subject=report, quarter=quarter)
    return report


def _content(workspace: WorkspaceInfo, quarter: str) -> dict[str, Any]:
    first, following = quarter_span(quarter)
    chain = verify_chain(workspace.id)
    within = {"workspace_id": workspace.id}
    counted = entries_counted(workspace.id, first=first, following=following)
    requests = SubjectRequest.objects.filter(**within, received_at__gte=first, received_at__lt=following)
    late = [request.pk for request in requests if request.done_at and timezone.localdate(request.done_at) > request.due_on]
    return {
        "workspace": workspace.slug,
        "quarter": quarter,
        "chain": {"entries": chain.count, "intact": chain.intact, "problems": [[each.sequence, each.kind] for each in chain.problems]},
        "entries": sum(counted.values()),
        "watched": {name: counted.get(name, 0) for name in WATCHED},
        "requests": {**dict(requests.values_list("kind").annotate(Count("pk")).order_by("kind")), "late": len(late)},
        "incidents": dict(
            Incident.objects.filter(**within, found_at__gte=first, found_at__lt=following)
            .values_list("kind")
            .annotate(Count("pk"))
            .order_by("kind")
        ),
        "uses_waiting": DataUse.objects.filter(**within, state=DataUse.State.PROPOSED).count(),
        "retention_runs": RetentionRun.objects.filter(**within, ran_at__gte=first, ran_at__lt=following).count(),
        "keys": [
            {
                "use": key.use,
                "version": key.version,
                "made_on": business_day(key.created_at).isoformat(),
                "retired": key.retired_at is not None,
            }
            for key in keys_listed(workspace.id)
        ],
        "rights": {str(role): sorted(GRANTS[role]) for role in Role},
    }
