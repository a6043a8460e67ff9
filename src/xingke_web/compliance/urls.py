"""Addresses below `/w/<workspace>/`."""

from xingke_web.compliance import views
from xingke_web.config.addresses import SCOPED, address

app_name = "compliance"
urlpatterns = [address("compliance/", views.home, SCOPED, name="home")]
