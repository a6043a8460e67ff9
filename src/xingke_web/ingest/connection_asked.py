"""Who asks, and for which connection."""

from typing import cast

from django.http import Http404, HttpRequest

from xingke_web.accounts.contracts import Viewer
from xingke_web.accounts.permissions import ViewerRequest
from xingke_web.ingest.models import Connection


def connection_of(viewer: Viewer, connection_id: int) -> Connection:
    """A connection; 404 where the workspace has none of that number."""
    found = Connection.objects.select_related("workspace").filter(workspace_id=viewer.workspace.id, pk=connection_id).first()
    if found is None:
        raise Http404
    return found


def viewer_of(request: HttpRequest) -> Viewer:
    """Who asks."""
    return cast("ViewerRequest", request).viewer
