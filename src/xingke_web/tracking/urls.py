"""Addresses of tracking, below `/w/<workspace>/`."""

from xingke_web.config.addresses import WORKSPACE_WIDE, address
from xingke_web.tracking import views

app_name = "tracking"
urlpatterns = [
    address("tracking/", views.overview, WORKSPACE_WIDE, name="overview"),
    address("tracking/live/", views.live, WORKSPACE_WIDE, name="live"),
    address("tracking/rejected/", views.rejected, WORKSPACE_WIDE, name="rejected"),
    address("tracking/rejected/retry/", views.retry, WORKSPACE_WIDE, name="retry"),
    address("tracking/keys/new/", views.key_new, WORKSPACE_WIDE, name="key_new"),
    address("tracking/keys/<int:number>/", views.key_edit, WORKSPACE_WIDE, name="key"),
    address("tracking/keys/<int:number>/switch/", views.key_switch, WORKSPACE_WIDE, name="key_switch"),
    address("tracking/keys/<int:number>/plan/", views.plan, WORKSPACE_WIDE, name="plan"),
]
