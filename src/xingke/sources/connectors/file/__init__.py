"""A folder that another system puts its files into."""

from xingke.sources.connectors.file.connector import CONNECTOR, FileConnector

__all__ = ["CONNECTOR", "FileConnector"]
