"""The application of shared pages and components."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    """Shell, components, tables, charts and number formats of every page."""

    name = "xingke_web.ui"
    label = "ui"
    verbose_name = _("User interface")
