"""Addresses below `/w/<workspace>/`."""

from django.urls import path

from xingke_web.compliance import views

app_name = "compliance"
urlpatterns = [path("compliance/", views.home, name="home")]
