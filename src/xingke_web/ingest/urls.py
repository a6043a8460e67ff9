"""Addresses below `/w/<workspace>/`."""

from django.urls import path

from xingke_web.ingest import connection_urls, quality_views, views

app_name = "ingest"
urlpatterns = [
    path("data/", views.data, name="data"),
    path("data/quality/", quality_views.quality, name="quality"),
    path("data/quality/<slug:table>/", quality_views.quality_table, name="quality_table"),
    path("data/catalogue/", quality_views.catalogue, name="catalogue"),
    *connection_urls.urlpatterns,
    path("data/run/", views.run, name="run"),
    path("data/quarantine/<slug:table>/", views.quarantine, name="quarantine"),
    path("data/quarantine/<slug:table>/export/", views.quarantine_export, name="quarantine_export"),
]
