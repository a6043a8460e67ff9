"""Whether a finding counts as acknowledged: until it gets worse, or until a day is over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone

from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.ingest.models import Acknowledgement

WORSE_SHARE: Final = 0.2
"""A finding that grew by more than this share comes back."""
LASTS_DAYS: Final = 30
"""For how long a finding is acknowledged unless somebody says otherwise."""
_NAMING: Final = frozenset({"shifted", "emptier", "incomplete", "fewer_rows", "more_rows", "stale"})
"""Checks whose examples begin with a column or a day; the examples of the others are keys of a few rows, which change with every pass."""
_COUNTED_BY_NAME: Final = frozenset({"shifted", "emptier", "fewer_rows", "more_rows"})
"""Checks whose rows are those of the table or of the days, which do not grow with the trouble."""
_APART: Final = "exceeds"
"""The check that may find several things in one table; its example says which."""

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Size:
    """How large a finding is: a figure that grows with it, and the columns or days that it names."""

    subject: str
    figure: int
    named: tuple[str, ...]


@dataclass(frozen=True)
class Acknowledged:
    """Who acknowledged a finding, when, why and until which day; `is_worse` or `is_over` where that holds no longer."""

    by: str
    at: datetime
    why: str
    until_on: date
    figure: int
    is_worse: bool
    is_over: bool

    @property
    def holds(self) -> bool:
        """Whether the finding waits for nobody."""
        return not (self.is_worse or self.is_over)


def size_of(told: Mapping[str, Any], late_days: int) -> Size:
    """The size of a finding as a pass kept it; `late_days` is how far the newest day of its table lies back."""
    code, examples = told["code"], [str(each) for each in told["examples"]]
    named = tuple(sorted({each.partition(" ")[0] for each in examples})) if code in _NAMING else ()
    figure = late_days if code == "stale" else 0 if code in _COUNTED_BY_NAME else int(told["rows"])
    return Size(examples[0][:200] if code == _APART and examples else "", figure, named)


def acknowledgements(workspace: WorkspaceInfo) -> dict[Key, Acknowledgement]:
    """What was acknowledged in a workspace, by table, check and subject."""
    found = Acknowledgement.objects.filter(workspace_id=workspace.id).select_related("by")
    return {(one.table, one.code, one.subject): one for one in found}


def judged(kept: Acknowledgement | None, size: Size, *, today: date | None = None) -> Acknowledged | None:
    """What an acknowledgement is worth for the finding as it is now."""
    if kept is None:
        return None
    return Acknowledged(
        by=kept.by.display_name if kept.by else "",
        at=kept.at,
        why=kept.why,
        until_on=kept.until_on,
        figure=kept.figure,
        is_worse=size.figure > kept.figure * (1 + WORSE_SHARE) or not _names_within(size.named, kept.named),
        is_over=kept.until_on < (today or timezone.localdate()),
    )


def _names_within(now: Sequence[str], then: Sequence[str]) -> bool:
    return set(now) <= set(then)
