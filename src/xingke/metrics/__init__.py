"""Measures over orders: one definition each, for every screen and report."""

from xingke.metrics.general import GENERAL_METRICS
from xingke.metrics.metric import Direction, Metric, MetricKind
from xingke.metrics.query import By, Period, metric_query

__all__ = ["GENERAL_METRICS", "By", "Direction", "Metric", "MetricKind", "Period", "metric_query"]
