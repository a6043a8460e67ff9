"""What tags of a customer were and are: changes between passes, with what caused them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from xingke_web.loop.models import TagChange

BATCH: Final = 1000


@dataclass(frozen=True)
class TagMove:
    """One tag of one customer that took another value.

    Parameters
    ----------
    cause
        What made it, as `kind:key`, such as `event:<event id>`.
    """

    customer_number: int
    tag: str
    old: Any
    new: Any
    cause: str
    at: datetime


def tag_moves_add(workspace_id: int, moves: Sequence[TagMove]) -> None:
    """Write changes down."""
    TagChange.objects.bulk_create(
        [
            TagChange(
                workspace_id=workspace_id, customer_number=move.customer_number, tag=move.tag, old=move.old, new=move.new,
                cause=move.cause[:200], at=move.at,
            )
            for move in moves
        ],
        batch_size=BATCH,
    )  # fmt: skip


def tag_moves_of(workspace_id: int, customer_number: int, *, most: int = 100) -> list[TagMove]:
    """The latest changes of a customer, newest first."""
    rows = TagChange.objects.filter(workspace_id=workspace_id, customer_number=customer_number)[:most]
    return [TagMove(row.customer_number, row.tag, row.old, row.new, row.cause, row.at) for row in rows]
