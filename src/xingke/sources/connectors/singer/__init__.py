"""What a Singer tap writes to its standard output."""

from xingke.sources.connectors.singer.connector import CONNECTOR, SingerConnector
from xingke.sources.connectors.singer.messages import BadTap, SingerBatch, SingerResult, singer_batches, singer_load

__all__ = ["CONNECTOR", "BadTap", "SingerBatch", "SingerConnector", "SingerResult", "singer_batches", "singer_load"]
