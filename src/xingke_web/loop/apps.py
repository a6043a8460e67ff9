"""The application of the loop."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LoopConfig(AppConfig):
    """Runs of the loop and reading of the lake."""

    name = "xingke_web.loop"
    label = "loop"
    verbose_name = _("Loop")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the names that runs leave in the audit log, and the loop's own stages."""
        from xingke_web.loop import assembly, audit_names  # noqa: F401

        assembly.register()
