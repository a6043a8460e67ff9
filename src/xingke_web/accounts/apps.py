"""The application of people, workspaces and rights."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People, workspaces, organisation and log-in."""

    name = "xingke_web.accounts"
    label = "accounts"
    verbose_name = _("People and rights")

    def ready(self) -> None:
        """Fill the places of the shell that belong to people and scope."""
        from xingke_web.ui.navigation import Slot, register_slot

        register_slot(Slot("scope", "accounts/_scope_button.html"))
        register_slot(Slot("user_menu", "accounts/_user_menu.html"))
