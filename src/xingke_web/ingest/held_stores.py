"""Where rows that wait no longer are kept, and the pieces that corrections become."""

from xingke.loop.pieces import PieceStore
from xingke.quality.held import QuarantineStore
from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.config.vault import vault_of


def store_of(workspace: WorkspaceInfo) -> QuarantineStore:
    """What was left out for good, and what was settled of the bulk source."""
    return QuarantineStore(workspace.lake_path, vault_of(workspace.id))


def pieces_store(workspace: WorkspaceInfo) -> PieceStore:
    """The pieces of a workspace."""
    return PieceStore(workspace.lake_path, vault_of(workspace.id))
