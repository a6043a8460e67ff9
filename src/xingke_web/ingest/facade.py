"""What other apps may ask of sources and loads."""

from xingke_web.ingest.contracts import SourcesState
from xingke_web.ingest.first_steps import step_count_register
from xingke_web.ingest.health import data_state
from xingke_web.ingest.selectors import last_failed_run, quarantined_rows, sources_state
from xingke_web.ingest.uses import making_register, reads_of, use_register

__all__ = [
    "SourcesState",
    "data_state",
    "last_failed_run",
    "making_register",
    "quarantined_rows",
    "reads_of",
    "sources_state",
    "step_count_register",
    "use_register",
]
