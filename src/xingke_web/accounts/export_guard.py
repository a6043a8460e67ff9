"""What has to be asked before an export leaves; the app above that guards exports registers itself."""

from collections.abc import Collection
from typing import Final, Protocol

from xingke_web.accounts.contracts import Viewer


class Guard(Protocol):
    """Lets an export pass or raises an error with words."""

    def __call__(self, *, viewer: Viewer, what: str, count: int, persons: bool, numbers: Collection[int] = ()) -> None:
        """Raise to stop it; `numbers` are the customers who leave, where they are natural persons."""


_guards: Final[dict[str, Guard]] = {}


def export_guard_register(guard: Guard) -> None:
    """Ask this guard too; the same one again replaces itself."""
    _guards[getattr(guard, "__qualname__", repr(guard))] = guard


def export_check(*, viewer: Viewer, what: str, count: int, persons: bool, numbers: Collection[int] = ()) -> None:
    """Ask every guard; the first that refuses stops the export."""
    for guard in _guards.values():
        guard(viewer=viewer, what=what, count=count, persons=persons, numbers=numbers)
