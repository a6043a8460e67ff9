"""Where the events of a workspace lie."""

from pathlib import Path

from xingke_web.accounts.facade import WorkspaceInfo


def events_root(workspace: WorkspaceInfo) -> Path:
    """The directory of a workspace's event log, beside its lake's tables."""
    return workspace.lake_path / "events"


def retry_directory(root: Path) -> Path:
    """Where rejected events wait to be taken again by the process that writes the log."""
    return root / "retry"
