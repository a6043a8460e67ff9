"""Rows from an interface that answers JSON over HTTP."""

from xingke.sources.connectors.http_json.connector import CONNECTOR, HttpJsonConnector

__all__ = ["CONNECTOR", "HttpJsonConnector"]
