"""The table of the customer list and the choice of its columns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xingke.extensions import Pack
from xingke.tiers import RfmLevel, ValueTier
from xingke.words import Language
from xingke_web.accounts.contracts import Viewer
from xingke_web.ui.numbers import Scale, currency_unit, scale_for
from xingke_web.ui.tables import BulkAction, Column, DataTable

ALWAYS: Final = ("name",)
SHOWN_FIRST: Final = (
    "name", "value_tier", "amount_yuan_365d", "amount_growth_90d", "order_count_90d", "days_since_last_order", "favourite_category",
)  # fmt: skip
COOKIE: Final = "xk_customer_columns"


def columns_for(workspace: str, pack: Pack, language: Language) -> tuple[Column, ...]:
    """Every column the list can show, in order."""

    def detail(row: Mapping[str, Any]) -> str:
        return reverse("customers:detail", args=(workspace, row["number"]))

    amount = pack.words.get("amount")
    return (
        Column("name", _("Name"), sortable=True, link=detail, template="customers/_name_cell.html", phone="title"),
        Column("source_key", _("Source key")),
        Column("value_tier", _("Tier"), value=_tier(language), sortable=True, template="customers/_tier_cell.html", phone="value"),
        Column("rfm_level", _("RFM level"), value=_level(language), sortable=True),
        Column(
            "amount_yuan_365d",
            _("%(amount)s, 365 days") % {"amount": amount[language]} if amount else _("Amount, 365 days"),
            format="money",
            sortable=True,
            phone="line",
        ),
        Column(
            "amount_growth_90d",
            _("Growth, 90 days"),
            format="change",
            sortable=True,
            template="customers/_growth_cell.html",
            phone="line",
            hint=_("Amount of the last 90 days against the 90 days before"),
        ),
        Column("order_count_90d", _("Orders, 90 days"), format="integer", sortable=True, phone="line"),
        Column(
            "days_since_last_order",
            _("Days since last order"),
            format="integer",
            sortable=True,
            template="customers/_rhythm_cell.html",
            phone="line",
            hint=_("Against the own cycle, the median of days between orders"),
        ),
        Column("cycle_ratio", _("Silence in own cycles"), format="decimal1", sortable=True),
        Column("favourite_category", _("Favourite category"), sortable=True),
        Column("format", _("Format"), value=_format(pack, language)),
        Column("district", _("District"), sortable=True),
        Column("city", _("City"), sortable=True),
        Column("last_order_on", _("Last order"), format="day"),
        Column("licence_status", _("Licence"), value=lambda row: licence_label(row["licence_status"])),
    )


def amounts_scaled(columns: Sequence[Column], rows: Sequence[Mapping[str, Any]], viewer: Viewer) -> tuple[Column, ...]:
    """The columns with amounts in the one unit that suits this page's values; the unit goes into the heading."""
    scaled = []
    for column in columns:
        if column.format == "money":
            scale = scale_for((row[column.name] for row in rows), viewer.language)
            unit = f"{scale.prefix}{currency_unit(viewer.workspace.currency, viewer.language)}"
            label = (
                f"{column.label}（{unit}）"
                if viewer.language == "zh"
                else f"{column.label} ({scale.prefix and scale.prefix + ' '}{viewer.workspace.currency})"
            )
            column = replace(column, label=label, format="decimal2" if scale.prefix else "integer", value=_divided(column.name, scale))
        scaled.append(column)
    return tuple(scaled)


def _divided(name: str, scale: Scale) -> Callable[[Mapping[str, Any]], Any]:
    return lambda row: None if row[name] is None else row[name] / scale.divisor


LICENCE_LABELS: Final = {
    "valid": _("Licence valid"),
    "paused": _("Licence paused"),
    "expired": _("Licence expired"),
    "revoked": _("Licence revoked"),
    "unknown": _("Licence unknown"),
    "not_needed": _("No licence needed"),
}


def licence_label(status: str) -> str:
    """The state of a licence in words."""
    return str(LICENCE_LABELS.get(status, status))


def _tier(language: Language) -> Callable[[Mapping[str, Any]], str | None]:
    return lambda row: ValueTier(row["value_tier"]).label[language] if row["value_tier"] else None


def _level(language: Language) -> Callable[[Mapping[str, Any]], str | None]:
    return lambda row: RfmLevel(row["rfm_level"]).label[language] if row["rfm_level"] else None


def _format(pack: Pack, language: Language) -> Callable[[Mapping[str, Any]], str | None]:
    def label(row: Mapping[str, Any]) -> str | None:
        code = row["format"]
        return pack.formats[code][language] if code in pack.formats else code

    return label


def chosen_columns(request: HttpRequest, columns: Sequence[Column]) -> tuple[str, ...]:
    """The columns asked for in the address, else those kept in the browser, else the usual ones."""
    asked = request.GET.getlist("col") or request.COOKIES.get(COOKIE, "").split(".")
    known = [column.name for column in columns]
    chosen = {name for name in asked if name in known}
    wanted = chosen | set(ALWAYS) if chosen else set(SHOWN_FIRST)
    return tuple(name for name in known if name in wanted)


def table_for(columns: Sequence[Column], chosen: Sequence[str], pack: Pack, language: Language, workspace: str) -> DataTable:
    """The table with the chosen columns; exports carry all of them."""
    noun = pack.words.get("customers")
    return DataTable(
        name="customers",
        caption=noun[language] if noun else _("Customers"),
        noun=noun[language] if noun else _("customers"),
        columns=[column if column.name in chosen else replace(column, hidden=True) for column in columns],
        row_key="number",
        default_sort="-amount_yuan_365d",
        page_size=25,
        actions=(
            BulkAction(_("New segment from these"), reverse("customers:to_segment", args=(workspace,)), "target-arrow", "segments.edit"),
            BulkAction(_("Export the chosen"), reverse("customers:export", args=(workspace,)), "file-download", "export"),
        ),
    )
