"""Connectors: one folder a kind of source, each yielding canonical tables as Arrow."""

from xingke.sources.contract import DataNotFound, Source, SourceTable

__all__ = ["DataNotFound", "Source", "SourceTable"]
