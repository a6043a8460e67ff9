"""The application of rules and verdicts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplianceConfig(AppConfig):
    """Rules in force and the log of verdicts."""

    name = "xingke_web.compliance"
    label = "compliance"
    verbose_name = _("Compliance")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register audit names, the page and the state in the top bar."""
        from xingke_web.compliance import audit_names, reads  # noqa: F401
        from xingke_web.compliance.panels import top_bar
        from xingke_web.ui.navigation import Group, NavItem, Slot, register, register_slot

        reads.register()
        register(NavItem(Group.GOVERNANCE, _("Compliance"), "shield-check", "compliance:home", capability="campaigns.view", order=20))
        register_slot(Slot("compliance", "compliance/_top_bar.html", "campaigns.view", top_bar))
