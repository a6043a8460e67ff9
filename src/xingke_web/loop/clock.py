"""Business time of a workspace: now, or a fixed moment of its pinned day."""

from datetime import UTC, datetime, time

from django.utils import timezone

from xingke.schema.business_day import BUSINESS_ZONE
from xingke_web.accounts.facade import WorkspaceInfo

PINNED_TIME = time(10, 0)
"""A pinned workspace replays its day in the morning, inside every permitted sending window."""


def business_now(workspace: WorkspaceInfo) -> datetime:
    """The moment at which an action of this workspace happens (UTC)."""
    if workspace.pinned:
        return datetime.combine(workspace.as_of, PINNED_TIME, BUSINESS_ZONE).astimezone(UTC)
    return timezone.now()
