"""The tables of the app."""

from django.utils.translation import gettext_lazy as _

from xingke_web.ui.tables import Column, DataTable

SEGMENTS = DataTable(
    name="segments",
    caption=_("Segments"),
    row_key="key",
    default_sort="name",
    page_size=50,
    columns=(
        Column("name", _("Segment"), sortable=True, template="audiences/_segment_cell.html", phone="title", link=lambda row: row.url),
        Column("said", _("Rule in words"), template="audiences/_said_cell.html", phone="sub"),
        Column("count", _("Customers now"), format="integer", sortable=True, phone="value"),
        Column("refreshed", _("At the last refresh"), format="integer", sortable=True),
        Column("moved", _("Entered / left"), template="audiences/_moved_cell.html", phone="line"),
        Column("version", _("Version"), format="integer"),
        Column("owner", _("Owner")),
        Column("uses", _("Used by"), template="audiences/_uses_cell.html"),
        Column("refreshed_at", _("Refreshed"), format="moment", sortable=True, phone="line"),
    ),
)

MEMBERS = DataTable(
    name="members",
    caption=_("Members"),
    row_key="customer_id",
    columns=(
        Column("display_name", _("Customer"), phone="title", link=lambda row: row["url"]),
        Column("customer_id", _("Number"), format="text", phone="sub"),
        Column("tier", _("Value tier"), phone="sub"),
        Column("city", _("City"), phone="line"),
        Column("entered_on", _("Member since"), format="day", phone="line"),
        Column("amount", _("Amount in 365 days"), format="money", phone="value"),
        Column("days_since_last_order", _("Days since the last order"), format="integer", phone="line"),
    ),
)

TAGS = DataTable(
    name="tags",
    caption=_("Tags"),
    row_key="name",
    page_size=25,
    columns=(
        Column("label", _("Tag"), template="audiences/_tag_cell.html", phone="title", link=lambda row: row.url),
        Column("meaning", _("Definition"), template="audiences/_meaning_cell.html", phone="sub"),
        Column("unit", _("Unit"), phone=""),
        Column("grain", _("Computed from")),
        Column("coverage", _("Coverage"), format="percent", phone="value"),
        Column("spread", _("Spread (p10 · p50 · p90)"), template="audiences/_spread_cell.html", phone="line"),
        Column("used", _("Used by"), format="integer"),
    ),
)
