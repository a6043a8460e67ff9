"""The tables of the app."""

from collections.abc import Callable
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from xingke_web.ui.tables import BulkAction, Column, DataTable


def queue_table(*, link: Callable[[Any], str | None], bulk_url: str) -> DataTable:
    """The queue; the sure pairs can be merged together, after a preview."""
    return DataTable(
        name="identity_queue",
        caption=_("Pairs to decide"),
        row_key="id",
        default_sort="-probability",
        page_size=25,
        columns=(
            Column("pair", _("Customers"), value=lambda row: row.left_name, template="identity/_pair_cell.html", link=link, phone="title"),
            Column("probability", _("Probability"), format="percent", sortable=True, phone="value"),
            Column("weight", _("Weight (bits)"), format="decimal1", sortable=True, hint=_("Sum of the match weights; 0 is even odds")),
            Column("waits", _("Why it waits"), phone="sub"),
            Column("why", _("Speaks most for it")),
            Column("value", _("Yearly amount"), format="money", sortable=True, phone="line", hint=_("Of both customers, last 365 days")),
            Column("county", _("District"), phone="sub"),
            Column("decided", _("Decided"), value=lambda row: row.decided_at, template="identity/_decided_cell.html", phone="line"),
        ),
        actions=(
            BulkAction(_("Merge the chosen"), bulk_url, "git-merge", "identity.decide"),
            BulkAction(_("Not the same"), f"{bulk_url}?kind=distinct", "x", "identity.decide"),
        ),
    )


CUSTOMERS: Final = DataTable(
    name="identity_customers",
    caption=_("Customers and their records"),
    row_key="number",
    default_sort="-records",
    page_size=25,
    columns=(
        Column("name", _("Customer"), link=lambda row: row["url"], phone="title"),
        Column("number", _("Number"), format="text", phone="sub"),
        Column("records", _("Records"), format="integer", sortable=True, phone="value"),
        Column("systems", _("Systems"), format="integer", sortable=True, phone="line"),
        Column("weakest", _("Least sure link"), format="percent", sortable=True, phone="line"),
        Column("district", _("District"), phone="line"),
        Column("amount", _("Yearly amount"), format="money", sortable=True, phone="line"),
    ),
)
