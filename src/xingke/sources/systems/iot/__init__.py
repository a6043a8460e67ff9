"""Shelf sensors, and what follows from their readings."""

from xingke.sources.systems.iot.stock import stock_outs

__all__ = ["stock_outs"]
