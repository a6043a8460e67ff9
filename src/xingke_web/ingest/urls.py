"""Addresses below `/w/<workspace>/`."""

from django.urls import path

from xingke_web.ingest import acknowledge_views, connection_urls, import_urls, quality_views, retry_views, views

app_name = "ingest"
urlpatterns = [
    *import_urls.urlpatterns,
    path("data/", views.data, name="data"),
    path("data/quality/", quality_views.quality, name="quality"),
    path("data/quality/<slug:table>/", quality_views.quality_table, name="quality_table"),
    path("data/quality/<slug:table>/<slug:code>/acknowledge/", acknowledge_views.acknowledge, name="acknowledge"),
    path("data/quality/<slug:table>/<slug:code>/withdraw/", acknowledge_views.withdraw, name="withdraw"),
    path("data/catalogue/", quality_views.catalogue, name="catalogue"),
    *connection_urls.urlpatterns,
    path("data/run/", views.run, name="run"),
    path("data/quarantine/", retry_views.waiting, name="waiting"),
    path("data/quarantine/load/<slug:load_id>/", retry_views.waiting_load, name="waiting_load"),
    path("data/quarantine/load/<slug:load_id>/again/", retry_views.waiting_retry, name="waiting_retry"),
    path("data/quarantine/load/<slug:load_id>/leave/", retry_views.waiting_leave, name="waiting_leave"),
    path("data/quarantine/<slug:table>/", views.quarantine, name="quarantine"),
    path("data/quarantine/<slug:table>/export/", views.quarantine_export, name="quarantine_export"),
]
