"""The loads that no finished pass has seen: what a stage that fails may have stumbled over, and how each is taken back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from xingke.errors import UserFacingError
from xingke.words import Words
from xingke_web.loop.models import LoopRun

MOST_NAMED: Final = 3


@dataclass(frozen=True)
class Newcomer:
    """One load.

    Parameters
    ----------
    take_back
        What to do to take it back, as part of a sentence.
    """

    name: Words
    take_back: Words
    number: int
    connection: int | None = None


Finder = Callable[[int, datetime | None], list[Newcomer]]
_finders: dict[str, Finder] = {}


def newcomers_register(name: str, finder: Finder) -> None:
    """Let an application tell which loads came to a workspace since a moment."""
    _finders[name] = finder


def newcomers(workspace_id: int) -> list[Newcomer]:
    """The loads since the last finished pass began, the latest first."""
    last = LoopRun.objects.filter(workspace_id=workspace_id, state=LoopRun.State.DONE).first()
    return [each for finder in _finders.values() for each in finder(workspace_id, last.started_at if last else None)]


class StageFailed(UserFacingError):
    """A stage stopped behind new loads; they are named, with the act that takes them back."""

    def __init__(self, stage: Words, loads: list[Newcomer]) -> None:
        named = loads[:MOST_NAMED]
        more = len(loads) - len(named)
        zh = "；".join(f"{each.name['zh']}（{each.take_back['zh']}）" for each in named) + (f"等 {len(loads)} 批" if more else "")
        en = "; ".join(f"{each.name['en']} ({each.take_back['en']})" for each in named) + (f" and {more} more" if more else "")
        super().__init__(
            zh=f"步骤「{stage['zh']}」没有完成。上次成功运行之后载入了：{zh}。请撤销有问题的一批后重新运行；上一个快照仍然有效，详情见日志",
            en=f"the stage '{stage['en']}' did not finish. Loaded since the last good run: {en}. Take the one at fault back and run again; "
            "the last snapshot is still current, and the log has the details",
            stage=stage["en"],
            loads=tuple(each.name["en"] for each in loads),
        )
