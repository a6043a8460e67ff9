"""The portrait as the product builds it: the general tags through `run_steps`, published as Parquet in a lake of its own."""

from datetime import date
from pathlib import Path

from xingke.bench.portrait.data import WRITTEN_AT
from xingke.engine import DuckEngine, Lake, Snapshot, run_steps
from xingke.tags import PORTRAIT, TagLibrary, general_tags

MEMORY_MB = 700
"""What the product gives the engine for a portrait."""


def build(snapshot: Snapshot, as_of: date, target: Path) -> None:
    """Plan, run, write and publish; the target is the directory of the lake that receives the portrait."""
    with Lake(target).writer(now=WRITTEN_AT) as writer, DuckEngine(memory_mb=MEMORY_MB) as engine:
        steps = TagLibrary(general_tags()).steps()
        run_steps(engine, steps, snapshot, writer, as_of=as_of, now=WRITTEN_AT, keep=[PORTRAIT])
        writer.publish()


def portrait_files(target: Path) -> list[str]:
    """What `build` stored."""
    return Lake(target).current().files(PORTRAIT)
