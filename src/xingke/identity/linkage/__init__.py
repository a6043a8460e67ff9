"""Linking records that describe one customer: a plan as data, trained without labels, guarded against chains, open to decisions."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xingke.identity.linkage.levels import alike, crossed, edits, equal, within
    from xingke.identity.linkage.linking import LinkResult, link
    from xingke.identity.linkage.model import Model
    from xingke.identity.linkage.plan import RECORD_ID, Apart, Block, Comparison, Decisions, Guard, Key, Level, LinkPlan

_HOMES = {
    **dict.fromkeys(("alike", "crossed", "edits", "equal", "within"), "levels"),
    **dict.fromkeys(("LinkResult", "link"), "linking"),
    "Model": "model",
    **dict.fromkeys(("RECORD_ID", "Apart", "Block", "Comparison", "Decisions", "Guard", "Key", "Level", "LinkPlan"), "plan"),
}

__all__ = ["RECORD_ID", "Apart", "Block", "Comparison", "Decisions", "Guard", "Key", "Level", "LinkPlan", "LinkResult", "Model", "alike", "crossed", "edits", "equal", "link", "within"]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import a part when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
