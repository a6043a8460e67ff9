"""The application of channels."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChannelsConfig(AppConfig):
    """Outbox, transports, inbox and answers."""

    name = "xingke_web.channels"
    label = "channels"
    verbose_name = _("Channels")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Count touches for the caps, carry them into the lake, deliver on schedule, and enter the navigation."""
        from xingke_web.channels import audit_names, keeping, stage, tasks  # noqa: F401
        from xingke_web.channels.counting import touch_counts
        from xingke_web.channels.in_flight import refusal_wait
        from xingke_web.channels.selectors import unread_of
        from xingke_web.channels.timeline import message_entries
        from xingke_web.customers.facade import timeline_register, touch_counter_register, withdrawal_register
        from xingke_web.ui.navigation import Group, NavItem, register

        stage.register()
        tasks.register()
        keeping.register()
        touch_counter_register(touch_counts)
        withdrawal_register(refusal_wait)
        timeline_register(message_entries)
        register(NavItem(Group.WORKBENCH, _("Inbox"), "mail", "channels:inbox", capability="inbox.view", badge=unread_of, phone=True))
