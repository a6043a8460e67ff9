"""Kinds of source that rows are pulled from or sent by, one folder a kind."""

from xingke.sources.connectors.contract import BATCH_ROWS, Batch, Checked, Connector, Cursor, Mode, Rejected, Stream
from xingke.sources.connectors.settings import BadSetting, Setting, SettingKind, settings_parsed

__all__ = [
    "BATCH_ROWS",
    "BadSetting",
    "Batch",
    "Checked",
    "Connector",
    "Cursor",
    "Mode",
    "Rejected",
    "Setting",
    "SettingKind",
    "Stream",
    "settings_parsed",
]
