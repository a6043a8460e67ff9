"""The application of privacy."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    """Rights of the people whose data are held, retention, keys, incidents."""

    name = "xingke_web.privacy"
    label = "privacy"
    verbose_name = _("Privacy")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register audit names, what the lake holds, the clocks, the guard of exports, a card for customers, and the navigation."""
        from xingke_web.accounts.export_guard import export_guard_register
        from xingke_web.customers.facade import reveal_guard_register
        from xingke_web.privacy import audit_names, corrections, differences, held_in_lake, held_in_stores, resealing, stage, tasks
        from xingke_web.privacy.incidents import export_allowed
        from xingke_web.privacy.panel import PANEL
        from xingke_web.privacy.personal import restriction_respected
        from xingke_web.ui.navigation import Group, NavItem, register
        from xingke_web.ui.panels import register as panel_register

        audit_names.register_all()
        held_in_lake.register()
        held_in_stores.register()
        corrections.register()
        differences.register()
        resealing.register()
        stage.register()
        tasks.register()
        export_guard_register(export_allowed)
        reveal_guard_register(restriction_respected)
        panel_register("customer", PANEL)
        register(NavItem(Group.GOVERNANCE, _("Privacy"), "shield-check", "privacy:overview", capability="privacy.view", order=40))
