"""The synthetic world of a sample, made once in the installation."""

import os
from pathlib import Path

from xingke.sources.xingcheng.source import PLACE_VARIABLE
from xingke.words import both
from xingke_web.config.home import home_here
from xingke_web.demo.contracts import Tell
from xingke_web.demo.samples import Sample, SampleWorld

MAKING = both("生成星城", "Make the city")


def location_of(sample: Sample) -> Path | None:
    """Where the data of a sample are; nothing where they are not on this machine."""
    if sample.world is not None:
        return home_here().path / "worlds" / sample.world.folder
    return sample.source_here().default_location()


def world_offer(sample: Sample) -> None:
    """Let the data page of this process load the world again: its source looks where this variable points."""
    place = location_of(sample) if sample.world is not None else None
    if place is not None and place.is_dir():
        os.environ.setdefault(PLACE_VARIABLE, str(place))


def world_ready(world: SampleWorld, place: Path, tell: Tell) -> None:
    """Make the world unless it is there; one that was interrupted is gone on with."""
    if place.is_dir():
        return
    from xingke.simulate import world_make

    place.parent.mkdir(parents=True, exist_ok=True)
    world_make(
        size=world.size,
        seed=world.seed,
        scenario=world.scenario,
        out=place,
        progress=lambda done, total, _: tell(MAKING, done, total),
    )
