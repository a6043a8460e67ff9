"""The application of tracking."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrackingConfig(AppConfig):
    """The tracking API: write keys, event log, rejected events."""

    name = "xingke_web.tracking"
    label = "tracking"
    verbose_name = _("Tracking")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what is written down, and let workers compact."""
        from xingke_web.tracking import audit_names, tasks

        audit_names.register_all()
        tasks.register()
