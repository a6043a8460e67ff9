"""The application of background work."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    """Background work behind the django-tasks interface."""

    name = "xingke_web.jobs"
    label = "jobs"
    verbose_name = _("Background work")
