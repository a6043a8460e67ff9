"""How far consumers have read the event log of a workspace."""

from django.utils import timezone

from xingke.events.log import Position
from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.tracking.models import EventCursor


def cursor_of(workspace: WorkspaceInfo, consumer: str) -> Position:
    """The position from which a consumer reads on; the beginning at first."""
    found = EventCursor.objects.filter(workspace_id=workspace.id, consumer=consumer).first()
    return Position.parse(found.position if found else "")


def cursor_move(workspace: WorkspaceInfo, consumer: str, position: Position) -> None:
    """Set it, in the transaction that stores what the consumer made of the events: then each of them counts exactly once."""
    EventCursor.objects.update_or_create(
        workspace_id=workspace.id, consumer=consumer, defaults={"position": str(position), "moved_at": timezone.now()}
    )


def slowest(workspace: WorkspaceInfo) -> Position:
    """The position behind which every consumer has read."""
    positions = EventCursor.objects.filter(workspace_id=workspace.id).values_list("position", flat=True)
    return min(map(Position.parse, positions), default=Position.parse(""))
