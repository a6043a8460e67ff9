"""The pieces of the cockpit: figures turned into cards, charts and lists in the language of the page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from xingke.calendar import SEASONS
from xingke.metrics import GENERAL_METRICS
from xingke.tiers import ValueTier
from xingke_web.accounts.facade import Viewer
from xingke_web.insight.figures import SPARK_WEEKS, WEEKS_SHOWN, Figures, Move, Unit
from xingke_web.insight.happenings import WEEK, Season
from xingke_web.insight.periods import Chosen, reaches, text_of
from xingke_web.insight.wording import amount, word
from xingke_web.ui.charts import TIER_COLOURS, Chart, Flow, Node, Series, Shade, line_chart, sankey_chart
from xingke_web.ui.numbers import MISSING, active_language, fixed, percent, points, signed, signed_percent, week

UNITS_WHOLE: Final = 12
"""Up to so many units all are listed; of more, the best and the worst."""
UNITS_EACH: Final = 4
UnitMeasure = Literal["active_rate", "change"]
_MEANING: Final = {metric.name: metric.meaning for metric in GENERAL_METRICS}
_LABEL: Final = {metric.name: metric.label for metric in GENERAL_METRICS}
Address = Callable[..., str]


def kpis(viewer: Viewer, figures: Figures, chosen: Chosen, targets: Mapping[str, Decimal], address: Address) -> list[dict[str, Any]]:
    """The four cards; a figure without data says why."""
    comparable = reaches(chosen.base, figures.fresh.first_on)
    note = "" if comparable else gettext("no data from before %(day)s to compare with") % {"day": figures.fresh.first_on or MISSING}
    cards = [
        _amount(viewer, figures, chosen, comparable=comparable),
        _active_rate(figures, chosen, comparable=comparable),
        _value_share(viewer, figures),
        _per_customer(viewer, figures, chosen, comparable=comparable),
    ]
    for card in cards:
        card["note"] = "" if card["change"] is not None else note
        if card["name"] in targets:
            card |= _target(viewer, card, targets[card["name"]])
    cards[0]["url"] = address("units")
    cards[2]["url"] = address("tiers")
    return cards


def _amount(viewer: Viewer, figures: Figures, chosen: Chosen, *, comparable: bool) -> dict[str, Any]:
    now, base = figures.now["amount"], figures.base["amount"]
    value, unit = _split(amount(viewer, now))
    return {
        "name": "amount",
        "label": word(viewer, "amount", _LABEL["amount"][active_language()]),
        "value": value,
        "unit": unit,
        "raw": now,
        "change": _change(now, base) if comparable else None,
        "against": chosen.against_label,
        "values": figures.weekly("amount", weeks=SPARK_WEEKS),
        "definition": _definition("amount", chosen),
    }


def _active_rate(figures: Figures, chosen: Chosen, *, comparable: bool) -> dict[str, Any]:
    now, base = figures.now.get("active_rate"), figures.base.get("active_rate") or 0.0
    now = 0.0 if now is None and figures.standing.customers else now
    return {
        "name": "active_rate",
        "label": _LABEL["active_rate"][active_language()],
        "value": MISSING if now is None else fixed(now * 100, 1),
        "unit": "%",
        "raw": now,
        "change": now - base if comparable and now is not None else None,
        "change_kind": "points",
        "against": chosen.against_label,
        "values": figures.weekly("active_rate", weeks=SPARK_WEEKS),
        "definition": _definition("active_rate", chosen),
    }


def _value_share(viewer: Viewer, figures: Figures) -> dict[str, Any]:
    one = figures.standing
    now, before = one.value_share, one.value_share_before
    share = one.value_customers / one.customers if one.customers else None
    values = [figures.value_weeks.get(start) for start in figures.week_starts(SPARK_WEEKS)]
    definition = gettext(
        "Amount of the customers of the value tier ÷ amount of all, last 365 days; they are %(count)s of %(all)s customers. "
        "Compared with the tiers of 13 weeks before and their 365 days. The line: the share by week of today's value tier."
    ) % {"count": fixed(one.value_customers), "all": fixed(one.customers)}
    return {
        "name": "value_share",
        "label": gettext("Value tier's share of the amount"),
        "value": MISSING if now is None else fixed(now * 100, 1),
        "unit": "%",
        "raw": now,
        "change": None if now is None or before is None else now - before,
        "change_kind": "points",
        "against": gettext("on 13 weeks before; %(share)s of customers") % {"share": percent(share)},
        "values": values,
        "definition": definition,
    }


def _per_customer(viewer: Viewer, figures: Figures, chosen: Chosen, *, comparable: bool) -> dict[str, Any]:
    now, base = figures.now.get("amount_per_customer"), figures.base.get("amount_per_customer")
    value, unit = _split(amount(viewer, now))
    return {
        "name": "amount_per_customer",
        "label": _LABEL["amount_per_customer"][active_language()],
        "value": value,
        "unit": unit,
        "raw": now,
        "change": _change(now, base) if comparable and now is not None else None,
        "against": chosen.against_label,
        "values": figures.weekly("amount_per_customer", weeks=SPARK_WEEKS),
        "definition": _definition("amount_per_customer", chosen),
    }


def _definition(name: str, chosen: Chosen) -> str:
    return gettext("%(meaning)s. Period: %(period)s; compared with %(base)s. The line: the last 13 whole weeks.") % {
        "meaning": _MEANING[name][active_language()],
        "period": text_of(chosen.period),
        "base": text_of(chosen.base),
    }


def _target(viewer: Viewer, card: Mapping[str, Any], target: Decimal) -> dict[str, Any]:
    reached = float(card["raw"] or 0) / float(target)
    text = percent(target, 0) if card["name"] == "active_rate" else amount(viewer, target)
    return {
        "target_share": reached,
        "target_text": gettext("Target %(target)s · %(share)s") % {"target": text, "share": percent(reached, 0)},
        "tone": "brand" if reached >= 0.9 else "warn",
    }


def _change(now: Any, base: Any) -> float | None:
    return float(now) / float(base) - 1 if base and base > 0 else None


def _split(text: str) -> tuple[str, str]:
    """A figure and its unit, so that the unit is set smaller; units before the figure stay with it."""
    head, space, tail = text.partition(" ")
    return (head, tail) if space else (text, "")


def trend(viewer: Viewer, figures: Figures) -> Chart:
    """The weeks of a year beside the same weeks a year before, with the peak seasons shaded."""
    starts, language = figures.week_starts(), active_language()
    now, before = figures.weekly("amount"), figures.weekly_before("amount")
    series = [Series(gettext("Actual"), now)]
    if sum(value is not None for value in before) > WEEKS_SHOWN // 4:
        series.append(Series(gettext("Same weeks a year before"), before, style="reference", colour="series-7"))
    known = [value for value in now if value is not None]
    summary = gettext("Weekly amount, last %(count)s whole weeks") % {"count": len(known)}
    if len(known) > 1:
        summary += f": {amount(viewer, known[0])} → {amount(viewer, known[-1])}"
    return line_chart(
        [week(start, language) for start in starts],
        series,
        fmt="money",
        currency=viewer.workspace.currency,
        shades=_shades(figures.happenings.seasons, starts),
        axis_label=gettext("Week"),
        summary=summary,
    )


def _shades(seasons: Sequence[Season], starts: Sequence[date]) -> list[Shade]:
    """The peak seasons as stretches of the weeks shown; one that lies outside them is left out."""
    language = active_language()
    found = []
    for season in seasons:
        inside = [start for start in starts if season.first_on < start + WEEK and start <= season.last_on]
        if inside:
            label = SEASONS[season.name][language] if season.name in SEASONS else season.name
            found.append(Shade(label, week(inside[0], language), week(inside[-1], language)))
    return found


def tier_chart(moves: Sequence[Move], address: Address) -> Chart:
    """From which tier to which, each flow with its customers behind it."""
    language = active_language()
    nodes = [Node(tier.value, tier.label[language], TIER_COLOURS[tier.value]) for tier in ValueTier]
    flows = [
        Flow(move.before, move.after, move.customers, address("customers", group="move", before=move.before, after=move.after))
        for move in moves
    ]
    heads = (gettext("13 weeks earlier"), gettext("Now"), gettext("Customers"), gettext("Share of the source"))
    return sankey_chart(nodes, flows, columns=heads, summary=str(tier_sentence(moves)))


def tier_sentence(moves: Sequence[Move]) -> SafeString:
    """The net change of the upper tiers in words."""
    language = active_language()
    up = sum(move.customers for move in moves if _RANK[move.after] < _RANK[move.before])
    down = sum(move.customers for move in moves if _RANK[move.after] > _RANK[move.before])
    net = {
        tier: sum(move.customers for move in moves if move.after == tier) - sum(move.customers for move in moves if move.before == tier)
        for tier in (ValueTier.VALUE, ValueTier.POTENTIAL)
    }
    return format_html(
        gettext("<b>{up}</b> rose, <b>{down}</b> fell; net {value_label} {value}, {potential_label} {potential}"),
        up=fixed(up),
        down=fixed(down),
        value_label=ValueTier.VALUE.label[language],
        value=signed(net[ValueTier.VALUE]),
        potential_label=ValueTier.POTENTIAL.label[language],
        potential=signed(net[ValueTier.POTENTIAL]),
    )


_RANK: Final = {"value": 0, "potential": 1, "base": 2}


@dataclass(frozen=True)
class UnitBar:
    """A line of the list of units; `share` is the length of the bar."""

    name: str
    url: str
    share: float
    text: str
    sub: str
    tone: str


@dataclass(frozen=True)
class UnitList:
    """Units in order; of many, the first ones and the last ones with what lies between left out."""

    bars: tuple[UnitBar, ...]
    left_out: int
    total: int
    split_after: int


def unit_list(viewer: Viewer, figures: Figures, chosen: Chosen, measure: UnitMeasure, address: Address) -> UnitList:
    """The units below the scope by active rate or by growth, best first."""
    comparable = reaches(chosen.base, figures.fresh.first_on)
    units = [unit for unit in figures.units if unit.path != figures.units_path]
    if measure == "change":
        units = [unit for unit in units if comparable and unit.change is not None]
    units.sort(key=lambda unit: (-_of(unit, measure), unit.path))
    shown = units if len(units) <= UNITS_WHOLE else [*units[:UNITS_EACH], *units[-UNITS_EACH:]]
    reach = max((abs(_of(unit, measure)) for unit in shown), default=0) or 1.0
    bars = tuple(_bar(viewer, unit, measure, reach, address, comparable=comparable) for unit in shown)
    return UnitList(bars, len(units) - len(shown), len(units), UNITS_EACH if len(shown) < len(units) else 0)


def _of(unit: Unit, measure: UnitMeasure) -> float:
    return unit.active_rate if measure == "active_rate" else (unit.change or 0.0)


def _bar(viewer: Viewer, unit: Unit, measure: UnitMeasure, reach: float, address: Address, *, comparable: bool) -> UnitBar:
    value = _of(unit, measure)
    text = percent(value) if measure == "active_rate" else signed_percent(value)
    sub = points(unit.active_rate - unit.active_rate_base, active_language()) if measure == "active_rate" else amount(viewer, unit.amount)
    people = ngettext("%(count)s customer", "%(count)s customers", unit.customers) % {"count": fixed(unit.customers)}
    tone = "bad" if value < 0 else "brand"
    return UnitBar(
        unit.name, address("unit", path=unit.path), abs(value) / reach, text, f"{sub} · {people}" if comparable else people, tone
    )
