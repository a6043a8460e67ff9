"""Addresses below `/w/<workspace>/`."""

from django.urls import path

from xingke_web.channels import views

app_name = "channels"
urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/<int:key>/", views.inbox_entry, name="entry"),
    path("inbox/<int:key>/reply/", views.inbox_reply, name="reply"),
    path("inbox/<int:key>/opt-out/", views.inbox_opt_out, name="opt_out"),
]
