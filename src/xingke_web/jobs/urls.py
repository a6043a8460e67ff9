"""Addresses below `/w/<workspace>/`."""

from django.urls import path

from xingke_web.jobs import views

app_name = "jobs"
urlpatterns = [
    path("jobs/<uuid:job_id>/", views.show, name="show"),
    path("jobs/<uuid:job_id>/cancel/", views.cancel, name="cancel"),
]
