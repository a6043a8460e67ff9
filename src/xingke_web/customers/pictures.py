"""The charts and figures of the 360-degree page, as data."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from xingke.tiers import DIMENSIONS
from xingke.words import Language
from xingke_web.accounts.facade import ROOT, Viewer
from xingke_web.customers.profile import Profile
from xingke_web.ui import numbers
from xingke_web.ui.charts import Chart, Series, bar_chart, radar_chart


def radar_of(profile: Profile, viewer: Viewer) -> Chart:
    """The six dimensions of the customer, the median of its peers, and the customer 13 weeks before."""
    language = viewer.language
    names = [axis.label[language] for axis in DIMENSIONS]
    own = [profile.row.get(axis.column) for axis in DIMENSIONS]
    series = [
        Series(_("This customer"), own),
        Series(_("Median of peers"), [profile.peers.get(axis.column) for axis in DIMENSIONS], style="reference"),
    ]
    if profile.before:
        series.append(Series(_("13 weeks before"), [profile.before.get(axis.column) for axis in DIMENSIONS], style="reference"))
    best = max(range(len(names)), key=lambda index: own[index] or 0)
    summary = _("Strongest in %(name)s, %(value)s of 100") % {"name": names[best], "value": numbers.fixed(own[best])}
    return radar_chart(names, series, axis_label=_("Dimension"), summary=summary)


def months_of(profile: Profile, viewer: Viewer) -> Chart:
    """The amount of thirteen months with the customer's own usual month as a line; the unfinished one and those of stocking up hatched."""
    months = profile.months
    labels = [f"{month.first:%Y-%m}" for month in months]
    usual = profile.usual_month_yuan
    last = months[-1]
    amount = numbers.money(last.amount_yuan, viewer.workspace.currency, viewer.language)
    return bar_chart(
        labels,
        [Series(_("Amount"), [float(month.amount_yuan) for month in months])],
        fmt="money",
        currency=viewer.workspace.currency,
        horizontal=False,
        hatched=[f"{month.first:%Y-%m}" for month in months if month.is_part or month.is_peak],
        reference=float(usual) if usual is not None else None,
        reference_label=_("usual month"),
        axis_label=_("Month"),
        summary=_("%(amount)s in %(month)s") % {"amount": amount, "month": labels[-1]},
    )


def figures_of(profile: Profile, viewer: Viewer) -> list[dict[str, Any]]:
    """The strip of figures under the header."""
    row, language, currency = profile.row, viewer.language, viewer.workspace.currency
    rank = profile.rank_share
    growth, base = row["amount_growth_365d"], _("against the year before")
    if growth is None or not profile.knows_two_years:
        growth, base = row["amount_growth_90d"], _("90 days against the 90 before")
    return [
        {
            "label": _("Amount, 365 days"),
            **_money_parts(row["amount_yuan_365d"], currency, language),
            "exact": numbers.money(row["amount_yuan_365d"], currency, language, detail=True),
            "note": _("%(amount)s an order") % {"amount": numbers.money(row["order_value_yuan_365d"], currency, language)},
        },
        {
            "label": _("Orders a month"),
            "value": numbers.fixed(_a_month(row), 1),
            "exact": _("%(count)s orders in 365 days") % {"count": numbers.fixed(row["order_count_365d"])},
            "note": _("%(count)s orders in 365 days") % {"count": numbers.fixed(row["order_count_365d"])},
        },
        {
            "label": _("Value rank"),
            "value": _("top %(share)s") % {"share": numbers.percent(rank)} if rank is not None else numbers.MISSING,
            "exact": "",
            "note": _place_of(profile, viewer) if rank is not None else _("no orders in 365 days"),
        },
        {"label": pgettext("figure", "Growth"), "value": "", "change": growth, "exact": "", "note": base},
    ]


def _place_of(profile: Profile, viewer: Viewer) -> str:
    """The place among all; how many all are is not for people of a part."""
    if viewer.scope_path != ROOT:
        return ""
    return _("%(rank)s of %(total)s") % {"rank": numbers.fixed(profile.row["monetary_rank"]), "total": numbers.fixed(profile.with_orders)}


def _money_parts(amount: Any, currency: str, language: Language) -> dict[str, str]:
    """An amount with its unit apart, so that the unit can be set smaller; signs before the number stay with it."""
    value, _space, unit = numbers.money(amount, currency, language).partition(" ")
    return {"value": value, "unit": unit}


def _a_month(row: Any) -> float | None:
    """Orders of 365 days by month, for newer customers by the months since their first order."""
    days = min(365, row["tenure_days"] or 0)
    return row["order_count_365d"] * 30.4375 / days if days >= 30 else None


def scores_of(profile: Profile) -> list[dict[str, Any]]:
    """The three RFM scores in words."""
    row = profile.row
    words = (
        (_("Recency"), row["recency_score"], _("ordered more recently than %(share)s of customers")),
        (_("Frequency"), row["frequency_score"], _("orders more often than %(share)s of customers")),
        (_("Money"), row["monetary_score"], _("orders for more than %(share)s of customers")),
    )
    return [
        {
            "label": label,
            "score": score,
            "text": sentence % {"share": numbers.percent((score - 1) / 5, 0)}
            if score > 1
            else _("in the lowest fifth")
            if score
            else _("no orders in 365 days"),
        }
        for label, score, sentence in words
    ]
