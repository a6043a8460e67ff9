"""Setting and removing targets."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from xingke_web.accounts.facade import Viewer
from xingke_web.audit.facade import record
from xingke_web.insight.models import Goal


@transaction.atomic
def goal_set(*, viewer: Viewer, metric: str, span: str, start_on: date, target: Decimal) -> Goal:
    """The target of the viewer's scope for a period, in place of the one before."""
    goal, _ = Goal.objects.update_or_create(
        workspace_id=viewer.workspace.id,
        metric=metric,
        span=span,
        start_on=start_on,
        org_path=viewer.scope_path,
        defaults={"target": target, "set_by_id": viewer.user_id, "set_at": timezone.now()},
    )
    where, start = viewer.scope_path, start_on.isoformat()
    record(
        "goal.set", viewer=viewer, subject=goal, unit=where, metric=metric, span=span, start_on=start, org_path=where, target=str(target)
    )
    return goal


@transaction.atomic
def goal_remove(*, viewer: Viewer, goal: Goal) -> None:
    """Take a target away."""
    subject, start = ("goal", goal.pk), goal.start_on.isoformat()
    record(
        "goal.removed",
        viewer=viewer,
        subject=subject,
        unit=goal.org_path,
        metric=goal.metric,
        span=goal.span,
        start_on=start,
        org_path=goal.org_path,
    )
    goal.delete()
