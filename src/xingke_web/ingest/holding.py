"""Who holds rows that wait: imports, pulls of connections, and the bulk load."""

from typing import Final

from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.ingest.held_bulk import BulkHolder
from xingke_web.ingest.held_imports import ImportHolder
from xingke_web.ingest.held_pulls import PullHolder
from xingke_web.ingest.holder import Held, Holder

HOLDERS: Final[tuple[Holder, ...]] = (ImportHolder(), PullHolder(), BulkHolder())


def holder_of(workspace: WorkspaceInfo, load_id: str) -> Holder | None:
    """Who holds the rows of a load."""
    return next((holder for holder in HOLDERS if holder.read(workspace, load_id) is not None), None)


def loads_held(workspace: WorkspaceInfo) -> list[Held]:
    """Every load of which rows wait."""
    return [held for holder in HOLDERS for held in holder.loads(workspace)]
