"""The application that writes down who did what."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """Who did what, append-only and chained."""

    name = "xingke_web.audit"
    label = "audit"
    verbose_name = _("Audit")

    def ready(self) -> None:
        """Register the names of the rooms below, listen to them, and enter the navigation."""
        from xingke_web.audit import names_accounts, receivers
        from xingke_web.ui.navigation import Group, NavItem, register

        names_accounts.register_all()
        receivers.connect()
        register(NavItem(Group.GOVERNANCE, _("Audit"), "history", "audit:list", capability="audit.view", order=90))
