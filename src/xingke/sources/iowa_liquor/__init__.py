"""Wholesale orders of a state monopoly: the closest public relative of the tobacco trade."""

from xingke.sources.iowa_liquor.source import SOURCE, IowaLiquor

__all__ = ["SOURCE", "IowaLiquor"]
