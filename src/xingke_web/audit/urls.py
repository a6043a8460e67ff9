"""Addresses below `/w/<workspace>/`."""

from django.urls import path

from xingke_web.audit import views

app_name = "audit"
urlpatterns = [
    path("audit/", views.entry_list, name="list"),
    path("audit/verify/", views.verify, name="verify"),
    path("audit/export/", views.export, name="export"),
]
