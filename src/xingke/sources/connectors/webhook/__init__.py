"""Rows that a system sends to us by HTTP."""

from xingke.sources.connectors.webhook.connector import CONNECTOR, NotSigned, Received, TooLarge, WebhookConnector, receive

__all__ = ["CONNECTOR", "NotSigned", "Received", "TooLarge", "WebhookConnector", "receive"]
