"""Checks of canonical tables, quarantine with reasons, marks on doubtful rows, and a score a load and a table."""

from xingke.quality.catalogue import CHECKS, Aspect, Check, Level
from xingke.quality.checks import MissingColumn, split
from xingke.quality.declared import Document, Measure, Part, Price, Slip, TableChecks, checks_for
from xingke.quality.report import QualityReport, quality_report
from xingke.quality.table import Checked, check_table

__all__ = [
    "CHECKS",
    "Aspect",
    "Check",
    "Checked",
    "Document",
    "Level",
    "Measure",
    "MissingColumn",
    "Part",
    "Price",
    "QualityReport",
    "Slip",
    "TableChecks",
    "check_table",
    "checks_for",
    "quality_report",
    "split",
]
