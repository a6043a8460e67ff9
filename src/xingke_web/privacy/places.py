"""Workspaces by id, for jobs."""

from xingke.errors import UnknownName
from xingke.words import both
from xingke_web.accounts.contracts import WorkspaceInfo
from xingke_web.accounts.facade import workspaces_all


def workspace_of_id(workspace_id: int) -> WorkspaceInfo:
    """One workspace; raises UnknownName where there is none."""
    for workspace in workspaces_all():
        if workspace.id == workspace_id:
            return workspace
    raise UnknownName(kind=both("工作区", "workspace"), name=str(workspace_id), known=())
