"""Synthetic markets with known truth, and the scorer that holds answers against it."""

from collections.abc import Callable
from pathlib import Path

from xingke.simulate.scenarios import scenario_named
from xingke.simulate.sizes import size_named
from xingke.simulate.store import WorldInfo, world_hash

__all__ = ["WorldInfo", "world_hash", "world_make"]


def world_make(
    *, size: str, seed: int, scenario: str = "baseline", out: Path, clean: bool = False, progress: Callable[[int, int, str], None] = lambda *_: None
) -> WorldInfo:
    """Make the city of a size and scenario as a world folder.

    Parameters
    ----------
    out
        Must not exist or be empty. An interrupted run leaves `<out>.partial`, which the same call goes on with.
    clean
        Leave out the dirt of the systems.
    progress
        Told weeks done, weeks in all, and the Monday of the week.

    Raises
    ------
    UnknownName
        No such size or scenario.
    WorldExists
        Something is at `out` already.
    """
    from xingke.simulate.city.make import make_city

    return make_city(size_named(size), scenario_named(scenario), seed=seed, out=out, clean=clean, progress=progress)
