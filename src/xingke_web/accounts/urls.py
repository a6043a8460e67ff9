"""Addresses below `/w/<workspace>/`."""

from django.urls import path

from xingke_web.accounts import views

app_name = "workspace"
urlpatterns = [
    path("", views.enter, name="enter"),
    path("scope/", views.scope_units, name="scope"),
    path("scope/set/", views.scope_set, name="scope_set"),
]
