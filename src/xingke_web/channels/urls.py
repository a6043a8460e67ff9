"""Addresses below `/w/<workspace>/`."""

from xingke_web.channels import views
from xingke_web.config.addresses import OWN, address

app_name = "channels"
urlpatterns = [
    address("inbox/", views.inbox, OWN, name="inbox"),
    address("inbox/<int:key>/", views.inbox_entry, OWN, name="entry"),
    address("inbox/<int:key>/reply/", views.inbox_reply, OWN, name="reply"),
    address("inbox/<int:key>/opt-out/", views.inbox_opt_out, OWN, name="opt_out"),
]
