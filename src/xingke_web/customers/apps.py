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
        """Register what the app leaves in the audit log and its part of the loop."""
        from xingke_web.customers import audit_names, sync

        audit_names.register_all()
        sync.register()
