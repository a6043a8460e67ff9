"""The twelve kinds of system that a trade runs, and two more: what each holds, and how its tables become canonical rows.

One folder a system with a `system.yaml`; a new system is a new folder.
"""

from xingke.sources.systems.registry import System, SystemColumn, SystemTable, system, systems
from xingke.sources.systems.report import TableReport, source_report
from xingke.sources.systems.sample import sample

__all__ = [
    "System",
    "SystemColumn",
    "SystemTable",
    "TableReport",
    "sample",
    "source_report",
    "system",
    "systems",
]
