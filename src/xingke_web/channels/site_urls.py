"""Addresses below `/`: what a customer opens from a message, without log-in."""

from xingke_web.channels import answer_views
from xingke_web.config.addresses import PUBLIC, address

app_name = "answers"
urlpatterns = [
    address("r/<str:token>/", answer_views.answer, PUBLIC, name="answer"),
    address("r/<str:token>/seen/", answer_views.seen, PUBLIC, name="seen"),
    address("r/<str:token>/reply/", answer_views.reply, PUBLIC, name="reply"),
    address("r/<str:token>/opt-out/", answer_views.opt_out, PUBLIC, name="opt_out"),
]
