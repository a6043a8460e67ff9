"""Routes of the shared interface; outside of any workspace."""

from django.views.i18n import set_language

from xingke_web.config.addresses import PUBLIC, address
from xingke_web.ui import views

app_name = "ui"
urlpatterns = [
    address("styleguide/", views.styleguide, PUBLIC, name="styleguide"),
    address("preferences/theme/", views.theme_choose, PUBLIC, name="theme"),
    address("preferences/language/", set_language, PUBLIC, name="language"),
]
