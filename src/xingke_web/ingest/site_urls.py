"""Addresses below `/`: the door for messages of other systems."""

from xingke_web.config.addresses import PUBLIC, address
from xingke_web.ingest import hooks

app_name = "hooks"
urlpatterns = [address("in/<str:key>/", hooks.hook, PUBLIC, name="hook")]
