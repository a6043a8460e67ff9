"""Addresses below `/w/<workspace>/`."""

from xingke_web.config.addresses import WORKSPACE_WIDE, address
from xingke_web.jobs import views

app_name = "jobs"
urlpatterns = [
    address("jobs/<uuid:job_id>/", views.show, WORKSPACE_WIDE, name="show"),
    address("jobs/<uuid:job_id>/cancel/", views.cancel, WORKSPACE_WIDE, name="cancel"),
]
