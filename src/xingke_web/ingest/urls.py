"""Addresses below `/w/<workspace>/`."""

from xingke_web.config.addresses import SCOPED, WORKSPACE_WIDE, address
from xingke_web.ingest import acknowledge_views, connection_urls, import_urls, quality_views, retry_views, views

app_name = "ingest"
urlpatterns = [
    *import_urls.urlpatterns,
    address("data/", views.data, WORKSPACE_WIDE, name="data"),
    address("data/quality/", quality_views.quality, WORKSPACE_WIDE, name="quality"),
    address("data/quality/<slug:table>/", quality_views.quality_table, WORKSPACE_WIDE, name="quality_table"),
    address("data/quality/<slug:table>/<slug:code>/acknowledge/", acknowledge_views.acknowledge, WORKSPACE_WIDE, name="acknowledge"),
    address("data/quality/<slug:table>/<slug:code>/withdraw/", acknowledge_views.withdraw, WORKSPACE_WIDE, name="withdraw"),
    address("data/catalogue/", quality_views.catalogue, WORKSPACE_WIDE, name="catalogue"),
    *connection_urls.urlpatterns,
    address("data/run/", views.run, WORKSPACE_WIDE, name="run"),
    address("data/quarantine/", retry_views.waiting, SCOPED, name="waiting"),
    address("data/quarantine/load/<slug:load_id>/", retry_views.waiting_load, WORKSPACE_WIDE, name="waiting_load"),
    address("data/quarantine/load/<slug:load_id>/again/", retry_views.waiting_retry, WORKSPACE_WIDE, name="waiting_retry"),
    address("data/quarantine/load/<slug:load_id>/leave/", retry_views.waiting_leave, WORKSPACE_WIDE, name="waiting_leave"),
    address("data/quarantine/<slug:table>/", views.quarantine, SCOPED, name="quarantine"),
    address("data/quarantine/<slug:table>/export/", views.quarantine_export, SCOPED, name="quarantine_export"),
]
