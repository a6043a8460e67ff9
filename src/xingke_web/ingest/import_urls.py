"""Addresses of the import wizard, below `/w/<workspace>/`."""

from django.urls import path

from xingke_web.ingest import wizard

urlpatterns = [
    path("data/import/", wizard.import_new, name="import_new"),
    path("data/import/sample/<slug:key>/", wizard.sample_try, name="sample_try"),
    path("data/import/sample/<slug:key>/file/", wizard.sample_download, name="sample_download"),
    path("data/import/<int:number>/", wizard.import_show, name="import"),
    path("data/import/<int:number>/columns/", wizard.import_columns, name="import_columns"),
    path("data/import/<int:number>/check/", wizard.import_check, name="import_check"),
    path("data/import/<int:number>/load/", wizard.import_load, name="import_load"),
    path("data/import/<int:number>/undo/", wizard.import_undo, name="import_undo"),
    path("data/import/<int:number>/again/", wizard.import_again, name="import_again"),
    path("data/import/<int:number>/discard/", wizard.import_discard, name="import_discard"),
    path("data/import/<int:number>/mapping/", wizard.import_mapping, name="import_mapping"),
]
