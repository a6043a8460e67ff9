"""Synthetic markets with known truth, and the scorer that holds answers against it."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from xingke.simulate.city.actions import Action
from xingke.simulate.errors import NotACity
from xingke.simulate.scenarios import scenario_named
from xingke.simulate.sizes import size_named
from xingke.simulate.store import WorldInfo, world_hash, world_rows

if TYPE_CHECKING:
    from xingke.simulate.city.checks import Check as Check  # names of this door for type checkers
    from xingke.simulate.city.live import LiveCity as LiveCity

__all__ = [
    "CITY",
    "Action",
    "WorldInfo",
    "live_city",
    "world_check",
    "world_hash",
    "world_kinds",
    "world_make",
    "world_reveal",
    "world_rows",
]

CITY = "city"


def world_kinds() -> tuple[str, ...]:
    """Kinds of worlds that can be made: the city, and the small firms."""
    from xingke.simulate.firms import FIRMS

    return (CITY, *FIRMS)


def world_make(
    *,
    size: str,
    seed: int,
    scenario: str = "baseline",
    out: Path,
    clean: bool = False,
    kind: str = CITY,
    progress: Callable[[int, int, str], None] = lambda *_: None,
) -> WorldInfo:
    """Make the world of a size and scenario as a world folder.

    Parameters
    ----------
    out
        Must not exist or be empty. An interrupted city leaves `<out>.partial`, which the same call goes on with; an interrupted firm leaves
        nothing.
    clean
        Leave out the dirt of the systems.
    kind
        One of `world_kinds()`.
    progress
        Told weeks done, weeks in all, and of a city the Monday of the week.

    Raises
    ------
    UnknownName
        No such size, scenario or kind.
    WorldExists
        Something is at `out` already.
    """
    from xingke.errors import UnknownName
    from xingke.words import both

    chosen = scenario_named(scenario)
    if kind == CITY:
        from xingke.simulate.city.make import make_city

        return make_city(size_named(size), chosen, seed=seed, out=out, clean=clean, progress=progress)
    if kind not in world_kinds():
        raise UnknownName(kind=both("世界类别", "kind of world"), name=kind, known=world_kinds())
    from xingke.simulate.firms import make_firm

    return make_firm(kind, out, seed=seed, scenario=chosen, size=size, clean=clean, progress=lambda done, total: progress(done, total, ""))


def live_city(world: Path) -> "LiveCity":
    """The city of a world folder at the end of what is in it, ready to live on; `step(actions)` adds a week to the folder.

    Raises
    ------
    NotAWorld
        There is no city that can go on.
    """
    from xingke.simulate.city.live import LiveCity

    return LiveCity.open(world)


def world_reveal(world: Path, *, progress: Callable[[int, int, str], None] = lambda *_: None) -> WorldInfo:
    """Make the weeks behind what can be observed of a city, for the scorer; they are closed like the truth.

    Raises
    ------
    NotAWorld
        There is none, or one that an earlier version made.
    NotACity
        It is a world of another kind.
    """
    from xingke.simulate.city.future import reveal

    return reveal(world, progress=progress)


def world_check(world: Path) -> "list[Check]":
    """The self-checks of a city: each figure and where it has to lie.

    Raises
    ------
    NotAWorld
        There is none.
    NotACity
        It is a world of another kind.
    """
    from xingke.simulate.city.checks import check_world

    kind = WorldInfo.read(world).kind
    if kind != CITY:
        raise NotACity(path=world, kind=kind)
    return check_world(world)
