"""What happened with a customer, from every app that registered a source."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from xingke_web.accounts.contracts import Viewer
from xingke_web.customers.contracts import CustomerInfo, TimelineEntry, TimelineSource

_ZONE = ZoneInfo("Asia/Shanghai")
_sources: dict[str, TimelineSource] = {}


def timeline_register(source: TimelineSource) -> None:
    """Add a source of timeline entries; the same function again replaces itself."""
    _sources[f"{source.__module__}.{source.__qualname__}"] = source


def timeline_of(viewer: Viewer, customer: CustomerInfo) -> list[TimelineEntry]:
    """Everything the sources know of the customer, newest first."""
    return newest_first(entry for source in _sources.values() for entry in source(viewer, customer))


def newest_first(entries: Iterable[TimelineEntry]) -> list[TimelineEntry]:
    """Entries by time; those of one instant stay in the order they came."""
    return sorted(entries, key=lambda entry: _instant(entry.at), reverse=True)


def _instant(at: date | datetime) -> datetime:
    """A business day counts from its beginning, so that instants of the same day come after it."""
    return at.astimezone(UTC) if isinstance(at, datetime) else datetime.combine(at, time.min, _ZONE).astimezone(UTC)
