"""Addresses below `/w/<workspace>/`."""

from django.urls import path

from xingke_web.ingest import views

app_name = "ingest"
urlpatterns = [
    path("data/", views.data, name="data"),
    path("data/run/", views.run, name="run"),
    path("data/quarantine/<slug:table>/", views.quarantine, name="quarantine"),
    path("data/quarantine/<slug:table>/export/", views.quarantine_export, name="quarantine_export"),
]
