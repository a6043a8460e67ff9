"""Addresses below `/`: the door for messages of other systems."""

from django.urls import path

from xingke_web.ingest import hooks

app_name = "hooks"
urlpatterns = [path("in/<str:key>/", hooks.hook, name="hook")]
