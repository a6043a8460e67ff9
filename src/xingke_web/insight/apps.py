"""The application of the cockpit and of results."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InsightConfig(AppConfig):
    """What the figures say: cockpit, tiers, results."""

    name = "xingke_web.insight"
    label = "insight"
    verbose_name = _("Insight")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enter the navigation, and register what waits for people and what is written down."""
        from xingke_web.insight import audit_names, reads, results, waiting
        from xingke_web.ui.navigation import Group, NavItem, register

        audit_names.register_all()
        reads.register()
        results.register()
        waiting.register()
        register(
            NavItem(Group.WORKBENCH, _("Cockpit"), "layout-dashboard", "insight:cockpit", capability="cockpit.view", order=1, phone=True),
            NavItem(Group.CUSTOMERS, _("Tier moves"), "chart-sankey", "insight:tiers", capability="cockpit.view", order=60),
        )
