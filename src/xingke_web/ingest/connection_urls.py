"""Addresses of sources: connections to other systems and their pulls."""

from xingke_web.config.addresses import WORKSPACE_WIDE, address
from xingke_web.ingest import connection_stream, connection_views

urlpatterns = [
    address("data/sources/", connection_views.sources, WORKSPACE_WIDE, name="sources"),
    address("data/sources/new/", connection_views.source_new, WORKSPACE_WIDE, name="source_new"),
    address("data/sources/new/<slug:kind>/", connection_views.source_add, WORKSPACE_WIDE, name="source_add"),
    address("data/sources/check/<slug:kind>/", connection_views.source_check, WORKSPACE_WIDE, name="source_check"),
    address("data/sources/<int:connection_id>/", connection_views.source, WORKSPACE_WIDE, name="source"),
    address("data/sources/<int:connection_id>/edit/", connection_views.source_edit, WORKSPACE_WIDE, name="source_edit"),
    address("data/sources/<int:connection_id>/stream/", connection_stream.source_stream, WORKSPACE_WIDE, name="source_stream"),
    address("data/sources/<int:connection_id>/pulls/<int:number>/", connection_views.pull, WORKSPACE_WIDE, name="pull"),
    address("data/sources/<int:connection_id>/pulls/<int:number>/undo/", connection_views.pull_take_back, WORKSPACE_WIDE, name="pull_undo"),
    address("data/sources/<int:connection_id>/<slug:what>/", connection_views.source_do, WORKSPACE_WIDE, name="source_do"),
]
