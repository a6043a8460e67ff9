"""Speed against peers and the physical limit, in one run on the same data."""

from xingke.bench.report import BenchResult

__all__ = ["BenchResult"]
