"""What tests of connectors share: settings in their types, and rows as dictionaries."""

from xingke.sources.connectors import settings_parsed


def given(connector, **settings):
    """The settings of a connector in their types."""
    return settings_parsed(connector.settings, settings)


def rows_of(batches):
    """All rows of some batches, as dictionaries."""
    return [row for batch in batches for row in batch.rows.to_pylist()]
