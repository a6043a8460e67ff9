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
        """Register what is written down, let workers compact, and enter the navigation."""
        from xingke_web.config.resealing import resealer_register
        from xingke_web.customers.facade import timeline_register
        from xingke_web.tracking import audit_names, compaction, tasks
        from xingke_web.tracking.live.timeline import tag_moves_shown
        from xingke_web.ui.navigation import Group, NavItem, register

        audit_names.register_all()
        tasks.register()
        timeline_register(tag_moves_shown)
        resealer_register("event log", compaction.log_reseal)
        register(NavItem(Group.GOVERNANCE, _("Tracking"), "activity", "tracking:overview", capability="data.view", order=14))
