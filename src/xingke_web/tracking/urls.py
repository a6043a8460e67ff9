"""Addresses of tracking, below `/w/<workspace>/`."""

from django.urls import path

from xingke_web.tracking import views

app_name = "tracking"
urlpatterns = [
    path("tracking/", views.overview, name="overview"),
    path("tracking/live/", views.live, name="live"),
    path("tracking/rejected/", views.rejected, name="rejected"),
    path("tracking/rejected/retry/", views.retry, name="retry"),
    path("tracking/keys/new/", views.key_new, name="key_new"),
    path("tracking/keys/<int:number>/", views.key_edit, name="key"),
    path("tracking/keys/<int:number>/switch/", views.key_switch, name="key_switch"),
    path("tracking/keys/<int:number>/plan/", views.plan, name="plan"),
]
