"""What other apps may ask of sources and loads."""

from xingke_web.ingest.contracts import SourcesState
from xingke_web.ingest.selectors import last_failed_run, quarantined_rows, sources_state

__all__ = ["SourcesState", "last_failed_run", "quarantined_rows", "sources_state"]
