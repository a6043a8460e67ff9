"""What the app adds to the shell and to pages of other apps."""

from django.utils.translation import gettext_lazy as _

from xingke_web.ui import navigation


def register_all() -> None:
    """Register the entries of the navigation; called once when the application is ready."""
    navigation.register(
        navigation.NavItem(navigation.Group.CUSTOMERS, _("Tag catalogue"), "tags", "audiences:tags", "segments.view", order=30),
        navigation.NavItem(navigation.Group.CUSTOMERS, _("Segments"), "filter-cog", "audiences:segments", "segments.view", order=40),
    )
