"""Addresses of sources: connections to other systems and their pulls."""

from django.urls import path

from xingke_web.ingest import connection_stream, connection_views

urlpatterns = [
    path("data/sources/", connection_views.sources, name="sources"),
    path("data/sources/new/", connection_views.source_new, name="source_new"),
    path("data/sources/new/<slug:kind>/", connection_views.source_add, name="source_add"),
    path("data/sources/check/<slug:kind>/", connection_views.source_check, name="source_check"),
    path("data/sources/<int:connection_id>/", connection_views.source, name="source"),
    path("data/sources/<int:connection_id>/edit/", connection_views.source_edit, name="source_edit"),
    path("data/sources/<int:connection_id>/stream/", connection_stream.source_stream, name="source_stream"),
    path("data/sources/<int:connection_id>/pulls/<int:number>/", connection_views.pull, name="pull"),
    path("data/sources/<int:connection_id>/pulls/<int:number>/undo/", connection_views.pull_take_back, name="pull_undo"),
    path("data/sources/<int:connection_id>/<slug:what>/", connection_views.source_do, name="source_do"),
]
