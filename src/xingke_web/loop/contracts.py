"""What other apps see of the loop."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from xingke.engine.lake import LakeWriter
from xingke.words import Words


@dataclass(frozen=True)
class RunContext:
    """One pass of the loop, as the stages of other apps see it."""

    workspace_id: int
    workspace_slug: str
    pack: str
    as_of: date
    now: datetime
    writer: LakeWriter


class When(StrEnum):
    """The two moments where other apps take part."""

    BEFORE_DERIVING = "before_deriving"
    AFTER_DERIVING = "after_deriving"
    AFTER_PUBLISHING = "after_publishing"


@dataclass(frozen=True)
class Stage:
    """Work of another app inside a pass.

    Before and after deriving, `run` may write tables through `context.writer`; after publishing it reads the new snapshot
    and brings the operational side up to date. It returns what it did in numbers, for the run's record.
    """

    name: str
    label: Words
    when: When
    run: Callable[[RunContext], dict[str, int]]
    order: int = 50


@dataclass(frozen=True)
class Progress:
    """How far a pass has come."""

    stage: Words
    done: int
    total: int
