"""The application of identity."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IdentityConfig(AppConfig):
    """One customer of many records: links, review, merges."""

    name = "xingke_web.identity"
    label = "identity"
    verbose_name = _("Identity")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what the app leaves in the audit log, its part of the loop, and its places in the shell and on other pages."""
        from xingke_web.identity import audit_names, menu, reads, redirects, stage

        audit_names.register_all()
        menu.register_all()
        reads.register()
        redirects.register()
        stage.register()
