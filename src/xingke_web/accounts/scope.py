"""The part of the organisation a person chose to look at, kept in the session per workspace."""

from dataclasses import replace

from django.http import HttpRequest

from xingke_web.accounts.contracts import Viewer
from xingke_web.accounts.models import Workspace
from xingke_web.accounts.paths import in_scope
from xingke_web.accounts.selectors import scope_name, unit_exists


def _key(workspace_id: int) -> str:
    return f"scope:{workspace_id}"


def scope_remember(request: HttpRequest, viewer: Viewer, path: str) -> bool:
    """Keep the choice; refused (False) where the unit is unknown or outside the viewer's right."""
    if not in_scope(path, viewer.org_path) or not unit_exists(workspace_id=viewer.workspace.id, path=path):
        return False
    request.session[_key(viewer.workspace.id)] = path
    return True


def scope_chosen(request: HttpRequest, viewer: Viewer) -> Viewer:
    """The viewer with the scope of the session, as far as their right still covers it."""
    path = request.session.get(_key(viewer.workspace.id))
    if not isinstance(path, str) or path == viewer.org_path or not in_scope(path, viewer.org_path):
        return viewer
    workspace = Workspace(pk=viewer.workspace.id, name_zh=viewer.workspace.name, name_en=viewer.workspace.name)
    return replace(viewer, scope_path=path, scope_name=scope_name(workspace, path, viewer.language))
