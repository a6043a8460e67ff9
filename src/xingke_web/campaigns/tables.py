"""The list of campaigns."""

from django.utils.translation import gettext_lazy as _

from xingke_web.campaigns.models import Campaign
from xingke_web.ui.filters import ChoiceFilter, FilterField, FilterSet
from xingke_web.ui.tables import Column, DataTable

CAMPAIGNS = DataTable(
    name="campaigns",
    caption=_("Campaigns"),
    noun=_("campaigns"),
    columns=(
        Column("name", _("Campaign"), link=lambda row: str(row["url"]), phone="title"),
        Column("state", _("State"), template="campaigns/_state.html", phone="value"),
        Column("segment", _("Segment"), phone="sub"),
        Column("channel", _("Channel"), phone="line"),
        Column("treated", _("Treated"), format="integer", phone="line"),
        Column("control", _("Control group"), format="integer", phone="line"),
        Column("excluded", _("Excluded"), format="integer"),
        Column("cost", _("Cost"), format="money", phone="line"),
        Column("launched_at", _("Started"), format="moment", phone="sub"),
    ),
)

FILTERS = FilterSet(
    (
        FilterField("q", _("Search"), placeholder=_("name or key")),
        ChoiceFilter("state", _("State"), choices=tuple(Campaign.State.choices)),
    )
)
