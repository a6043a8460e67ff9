"""What other apps see of segments."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404

from xingke.errors import UserFacingError, XingkeError


class SegmentNotFound(Http404, XingkeError):
    """The workspace has no segment of that key."""

    def __init__(self, key: str) -> None:
        super().__init__(f"no segment {key!r} in this workspace")
        self.key = key


class SegmentRefused(UserFacingError):
    """A segment that cannot be saved or retired as asked; `field` is the part of the form that is meant."""

    def __init__(self, field: str, *, zh: str, en: str) -> None:
        super().__init__(zh=zh, en=en, field=field)
        self.field = field


@dataclass(frozen=True)
class SegmentInfo:
    """A saved segment in the language of the reader.

    `count` is that of the viewer's scope at the last refresh, None before the first one or where the rule has changed since.
    """

    key: str
    name: str
    condition_json: dict[str, Any]
    version: int
    count: int | None
    refreshed_at: datetime | None
    state: str
    meaning: str = ""
    as_tag: bool = False


@dataclass(frozen=True)
class SegmentUse:
    """Something of a unit that is built on a segment."""

    segment_key: str
    kind: str
    title: str
    url: str = ""
    org_path: str = "/"


UseSource = Callable[[int], Iterable[SegmentUse]]
"""Given a workspace's id, everything of one app that refers to segments."""

SegmentUses = Mapping[str, tuple[SegmentUse, ...]]
