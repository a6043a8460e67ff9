"""Compaction in the background."""

from datetime import timedelta

from xingke.words import both
from xingke_web.accounts.facade import workspaces_all
from xingke_web.jobs.facade import Recurring, schedule, task
from xingke_web.tracking.compaction import compact_workspace


@task()
def compact() -> dict[str, int]:
    """Bring counts and pieces of every workspace up to the end of its log."""
    return {workspace.slug: compact_workspace(workspace) for workspace in workspaces_all()}


def register() -> None:
    """Let workers compact every quarter of a minute; called once when the application is ready."""
    schedule(Recurring("tracking.compact", compact, both("整理埋点事件", "Compact tracked events"), every=timedelta(seconds=15)))
