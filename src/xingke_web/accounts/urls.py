"""Addresses below `/w/<workspace>/`."""

from xingke_web.accounts import views
from xingke_web.config.addresses import OWN, address

app_name = "workspace"
urlpatterns = [
    address("", views.enter, OWN, name="enter"),
    address("scope/", views.scope_units, OWN, name="scope"),
    address("scope/set/", views.scope_set, OWN, name="scope_set"),
]
