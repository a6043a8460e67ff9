"""What other apps may ask of tracked events: where they lie, how far a consumer has read, and that pieces are up to date."""

from xingke_web.tracking.compaction import compact_workspace
from xingke_web.tracking.cursors import cursor_move, cursor_of
from xingke_web.tracking.live.running import follow_events
from xingke_web.tracking.places import events_root
from xingke_web.tracking.services import key_make

__all__ = ["compact_workspace", "cursor_move", "cursor_of", "events_root", "follow_events", "key_make"]
