"""Addresses of the import wizard, below `/w/<workspace>/`."""

from xingke_web.config.addresses import NO_ROWS, WORKSPACE_WIDE, address
from xingke_web.ingest import wizard

urlpatterns = [
    address("data/import/", wizard.import_new, WORKSPACE_WIDE, name="import_new"),
    address("data/import/sample/<slug:key>/", wizard.sample_try, WORKSPACE_WIDE, name="sample_try"),
    address("data/import/sample/<slug:key>/file/", wizard.sample_download, NO_ROWS, name="sample_download"),
    address("data/import/<int:number>/", wizard.import_show, WORKSPACE_WIDE, name="import"),
    address("data/import/<int:number>/columns/", wizard.import_columns, WORKSPACE_WIDE, name="import_columns"),
    address("data/import/<int:number>/check/", wizard.import_check, WORKSPACE_WIDE, name="import_check"),
    address("data/import/<int:number>/load/", wizard.import_load, WORKSPACE_WIDE, name="import_load"),
    address("data/import/<int:number>/undo/", wizard.import_undo, WORKSPACE_WIDE, name="import_undo"),
    address("data/import/<int:number>/again/", wizard.import_again, WORKSPACE_WIDE, name="import_again"),
    address("data/import/<int:number>/discard/", wizard.import_discard, WORKSPACE_WIDE, name="import_discard"),
    address("data/import/<int:number>/mapping/", wizard.import_mapping, WORKSPACE_WIDE, name="import_mapping"),
]
