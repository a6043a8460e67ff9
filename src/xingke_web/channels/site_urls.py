"""Addresses below `/`: what a customer opens from a message, without log-in."""

from django.urls import path

from xingke_web.channels import answer_views

app_name = "answers"
urlpatterns = [
    path("r/<str:token>/", answer_views.answer, name="answer"),
    path("r/<str:token>/seen/", answer_views.seen, name="seen"),
    path("r/<str:token>/reply/", answer_views.reply, name="reply"),
    path("r/<str:token>/opt-out/", answer_views.opt_out, name="opt_out"),
]
