"""Addresses below `/w/<workspace>/`."""

from xingke_web.audit import views
from xingke_web.config.addresses import SCOPED, WORKSPACE_WIDE, address

app_name = "audit"
urlpatterns = [
    address("audit/", views.entry_list, SCOPED, name="list"),
    address("audit/verify/", views.verify, WORKSPACE_WIDE, name="verify"),
    address("audit/export/", views.export, SCOPED, name="export"),
]
