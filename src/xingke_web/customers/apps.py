"""The application of customers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    """The golden customer, consent and contact points."""

    name = "xingke_web.customers"
    label = "customers"
    verbose_name = _("Customers")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what the app leaves in the audit log, its part of the loop, and its places in the shell."""
        from xingke_web.customers import audit_names, held, reads, sync
        from xingke_web.customers.events import consents_of
        from xingke_web.customers.first_steps import customers_count
        from xingke_web.customers.timeline import timeline_register
        from xingke_web.ingest.facade import step_count_register
        from xingke_web.ui.navigation import Group, NavItem, Slot, register, register_slot

        audit_names.register_all()
        sync.register()
        held.register()
        reads.register()
        timeline_register(consents_of)
        step_count_register("customers", customers_count)
        register(NavItem(Group.CUSTOMERS, _("Customer list"), "users", "customers:list", capability="customers.view", order=10, phone=True))
        register_slot(Slot("search", "customers/_search_box.html"))
        register_slot(Slot("phone_action", "customers/_search_action.html"))
