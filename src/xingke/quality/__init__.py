"""Checks of canonical tables, quarantine with reasons, and a score a load."""

from xingke.quality.checks import MissingColumn, split
from xingke.quality.report import QualityReport, quality_report

__all__ = ["MissingColumn", "QualityReport", "quality_report", "split"]
