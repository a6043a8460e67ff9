"""Who puts stored values under a new key: each app registers its own, because only it knows the places that its values are bound to."""

from collections.abc import Callable
from typing import Final

from xingke.privacy import Vault

Reseal = Callable[[int, Vault], int]
"""Of a workspace's id and vault: seals again what an older key sealed, and returns how many values that were. May be cut off at any moment
and called again."""

_resealers: Final[dict[str, Reseal]] = {}


def resealer_register(name: str, reseal: Reseal) -> None:
    """Take part in the work after a rotation; the same name again replaces the earlier one."""
    _resealers[name] = reseal


def resealers() -> list[tuple[str, Reseal]]:
    """By name, in that order."""
    return sorted(_resealers.items())
