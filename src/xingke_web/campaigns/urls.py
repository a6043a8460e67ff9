"""Addresses below `/w/<workspace>/`."""

app_name = "campaigns"
urlpatterns: list[object] = []
