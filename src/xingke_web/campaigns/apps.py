"""The application of campaigns."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    """Planning, launching and following campaigns."""

    name = "xingke_web.campaigns"
    label = "campaigns"
    verbose_name = _("Campaigns")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register audit names, the stage, the card and timeline of customers, and enter the navigation."""
        from xingke_web.audiences.facade import reach_register, use_register
        from xingke_web.campaigns import audit_names, imported, reads  # noqa: F401
        from xingke_web.campaigns.panels import campaign_entries, customer_campaigns
        from xingke_web.campaigns.reach import segment_reach
        from xingke_web.campaigns.uses import segment_uses, waiting_for
        from xingke_web.customers.facade import timeline_register
        from xingke_web.ui import panels
        from xingke_web.ui.navigation import Group, NavItem, register

        imported.register()
        reads.register()
        use_register(segment_uses)
        reach_register(segment_reach)
        timeline_register(campaign_entries)
        panels.register(
            "customer",
            panels.Panel(
                "campaigns",
                "campaigns/_customer_panel.html",
                customer_campaigns,
                title=_("Campaigns"),
                region="right",
                order=60,
                capability="campaigns.view",
            ),
        )
        register(
            NavItem(
                Group.MARKETING, _("Campaigns"), "speakerphone", "campaigns:list", capability="campaigns.view", badge=waiting_for, order=20
            )
        )
