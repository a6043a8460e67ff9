"""The application of sources and their quality."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IngestConfig(AppConfig):
    """Sources, loads, quarantine and the live snapshot."""

    name = "xingke_web.ingest"
    label = "ingest"
    verbose_name = _("Data")

    def ready(self) -> None:
        """Register what is written down, enter the navigation, and set what may be reached inside."""
        from django.conf import settings

        from xingke.network import allow
        from xingke_web.ingest import (
            acknowledge_audit,
            assessing,
            audit_names,
            connection_audit,
            import_audit,
            import_leftovers,
            newcomers,
            pulls_tasks,
            source_reads,
        )
        from xingke_web.ui.navigation import Group, NavItem, register

        allow(settings.XINGKE_ALLOWED_PRIVATE_HOSTS)
        acknowledge_audit.register_all()
        assessing.register()
        audit_names.register_all()
        import_audit.register_all()
        import_leftovers.register()
        connection_audit.register_all()
        newcomers.register()
        pulls_tasks.register()
        source_reads.register()
        register(NavItem(Group.GOVERNANCE, _("Data and quality"), "database", "ingest:data", capability="data.view", order=10))
        register(
            NavItem(
                Group.GOVERNANCE, _("Quarantine"), "database", "ingest:waiting", capability="quarantine.view", unless="data.view", order=10
            )
        )
