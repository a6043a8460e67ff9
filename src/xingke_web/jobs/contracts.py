"""What other apps see of a job."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from xingke.words import Words


@dataclass(frozen=True)
class JobState:
    """Where a job stands. `share` is 0..1, None while the total is not known; `message` and `error` are in both languages."""

    id: UUID
    task: str
    status: str
    is_open: bool
    workspace_id: int | None
    done: int
    total: int | None
    message: Words | None
    error: Words | None
    attempts: int
    cancel_requested: bool
    enqueued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def share(self) -> float | None:
        """How much of the work is done."""
        if self.status == "done":
            return 1.0
        return min(1.0, self.done / self.total) if self.total else None
