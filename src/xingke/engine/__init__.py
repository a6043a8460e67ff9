"""The one door to DuckDB and Spark, and the lake of immutable snapshots."""

from xingke.engine.base import Engine
from xingke.engine.duck import DuckEngine
from xingke.engine.lake import Lake, LakeBusy, LakeDamaged, LakeEmpty, LakeTooNew, LakeWriteFailed
from xingke.engine.reader import LakeReader
from xingke.engine.run import StepProgress, run_steps
from xingke.engine.snapshot import Snapshot, TableVersion
from xingke.engine.spark import SparkEngine
from xingke.engine.step import NotPortable, Step, bind

__all__ = [
    "DuckEngine",
    "Engine",
    "Lake",
    "LakeBusy",
    "LakeDamaged",
    "LakeEmpty",
    "LakeReader",
    "LakeTooNew",
    "LakeWriteFailed",
    "NotPortable",
    "Snapshot",
    "SparkEngine",
    "Step",
    "StepProgress",
    "TableVersion",
    "bind",
    "run_steps",
]
