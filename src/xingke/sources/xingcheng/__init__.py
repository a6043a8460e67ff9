"""Synthetic worlds as sources: the city for the tobacco pack, the small firms for retail. Only what can be observed is read."""

from xingke.sources.xingcheng.source import CITY, FIRM, WorldFolder

__all__ = ["CITY", "FIRM", "WorldFolder"]
