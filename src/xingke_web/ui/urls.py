"""Routes of the shared interface; outside of any workspace."""

from django.urls import path
from django.views.i18n import set_language

from xingke_web.ui import views

app_name = "ui"
urlpatterns = [
    path("styleguide/", views.styleguide, name="styleguide"),
    path("preferences/theme/", views.theme_choose, name="theme"),
    path("preferences/language/", set_language, name="language"),
]
