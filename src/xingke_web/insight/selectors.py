"""Reads of targets and stored effects."""

from datetime import date
from decimal import Decimal

from xingke_web.accounts.facade import Viewer, in_scope
from xingke_web.insight.models import EffectReport, Goal
from xingke_web.insight.periods import MONTHS, Chosen


def targets_for(viewer: Viewer, chosen: Chosen, scope_path: str) -> dict[str, Decimal]:
    """The target of each figure for exactly this period and this unit."""
    if chosen.span not in MONTHS:
        return {}
    goals = Goal.objects.filter(
        workspace_id=viewer.workspace.id, span=chosen.span.value, start_on=chosen.period.start_on, org_path=scope_path
    )
    return {goal.metric: goal.target for goal in goals}


def goals_visible(viewer: Viewer) -> list[Goal]:
    """Targets of the units in the viewer's scope, the newest period first."""
    goals = Goal.objects.filter(workspace_id=viewer.workspace.id).select_related("set_by")
    return [goal for goal in goals if in_scope(goal.org_path, viewer.scope_path)]


def report_latest(workspace_id: int, campaign_id: int, *, as_of: date, snapshot: int) -> EffectReport | None:
    """The stored effect of exactly this snapshot, or of the end of a finished window; None where it has to be computed."""
    reports = EffectReport.objects.filter(workspace_id=workspace_id, campaign_id=campaign_id)
    return reports.filter(window_over=True).order_by("pk").first() or reports.filter(as_of=as_of, snapshot=snapshot).first()
