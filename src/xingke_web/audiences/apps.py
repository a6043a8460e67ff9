"""The application of audiences."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AudiencesConfig(AppConfig):
    """Saved segments and the tag catalogue."""

    name = "xingke_web.audiences"
    label = "audiences"
    verbose_name = _("Audiences")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what the app leaves in the audit log, its entries of the navigation and its part of the loop."""
        from xingke_web.audiences import audit_names, menu, stage
        from xingke_web.audiences.first_steps import segments_count
        from xingke_web.ingest.facade import step_count_register

        audit_names.register_all()
        menu.register_all()
        stage.register()
        step_count_register("segments", segments_count)
