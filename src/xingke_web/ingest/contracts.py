"""What other apps see of sources and loads."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class SourcesState:
    """In one line: whether the sources are in order.

    `rows_wrong` are rows that are wrong; rows set aside by a declared rule are not among them.
    """

    source: str
    loaded_at: datetime | None
    tables: int
    rows_wrong: int
    failed: bool

    @property
    def is_fine(self) -> bool:
        """Something was loaded, and the last load went through."""
        return self.loaded_at is not None and not self.failed
