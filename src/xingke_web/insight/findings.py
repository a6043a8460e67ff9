"""What the figures say: rules that turn them into sentences and alerts, the largest sum of money first."""

from decimal import Decimal
from typing import Final

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from xingke_web.accounts.facade import Viewer
from xingke_web.insight.figures import Figures, Unit, complete_until
from xingke_web.insight.finding import Address, Finding
from xingke_web.insight.findings_year import of_happenings
from xingke_web.insight.periods import DAY, Chosen, reaches
from xingke_web.insight.wording import amount, word
from xingke_web.ui.numbers import fixed, percent, signed_percent

NOTABLE_SHARE: Final = Decimal("0.005")
"""A unit has to lose this share of the amount compared with before it is worth an alert."""
NOTABLE_CHANGE: Final = -0.1
LATE_DAYS: Final = 3


def findings_of(viewer: Viewer, figures: Figures, chosen: Chosen, address: Address) -> list[Finding]:
    """Everything notable, by impact. `address(kind, **what)` is where the evidence lies."""
    found = [
        *_late(figures, address),
        *_overdue(viewer, figures, address),
        *_shrinking(viewer, figures, address),
        *_licences(viewer, figures, address),
        *_units(viewer, figures, chosen, address),
        *of_happenings(viewer, figures, address),
    ]
    return sorted(found, key=lambda finding: finding.impact_yuan, reverse=True)


def headline(viewer: Viewer, figures: Figures, chosen: Chosen) -> SafeString:
    """The amount of the period and how it compares."""
    now, base = figures.now["amount"], figures.base["amount"]
    name = word(viewer, "amount", gettext("Amount"))
    if not reaches(chosen.base, figures.fresh.first_on) or base <= 0:
        return format_html(
            gettext("{name} <b>{amount}</b> in the period; there is nothing to compare it with yet."), name=name, amount=amount(viewer, now)
        )
    change = float(now / base) - 1
    text = gettext("{name} <b>{amount}</b>, <b>{change}</b> {against} ({difference}).")
    difference = amount(viewer, now - base)
    return format_html(
        text,
        name=name,
        amount=amount(viewer, now),
        change=signed_percent(change),
        against=chosen.against_label,
        difference=difference if now < base else f"+{difference}",
    )


def _late(figures: Figures, address: Address) -> list[Finding]:
    last = complete_until(figures.fresh)
    if last is None:
        return []
    days = (figures.fresh.as_of - DAY - last).days
    if days < LATE_DAYS:
        return []
    title = gettext("Orders are %(days)s days late") % {"days": days}
    sentence = format_html(gettext("The last order is of {day}: the period is not complete."), day=last.isoformat())
    # Late data put every other figure into question, so they come first whatever the sum.
    return [Finding("late", Decimal("Infinity"), "bad", title, str(sentence), address("data"), gettext("Look"), sentence)]


def _overdue(viewer: Viewer, figures: Figures, address: Address) -> list[Finding]:
    one = figures.standing
    if not one.overdue_customers:
        return []
    money, people = amount(viewer, one.overdue_yuan), word(viewer, "customers", gettext("customers")).lower()
    title = gettext("%(count)s %(people)s of the value tier are overdue") % {"count": fixed(one.overdue_customers), "people": people}
    sub = gettext("silent for twice their own cycle; %(money)s in 12 months") % {"money": money}
    sentence = format_html(
        gettext("<b>{count}</b> {people} of the value tier are overdue; they stood for <b>{money}</b> in the last 12 months."),
        count=fixed(one.overdue_customers),
        people=people,
        money=money,
    )
    return [Finding("overdue", one.overdue_yuan, "bad", title, sub, address("customers", group="overdue"), gettext("Show them"), sentence)]


def _shrinking(viewer: Viewer, figures: Figures, address: Address) -> list[Finding]:
    one = figures.standing
    if not one.shrinking_customers:
        return []
    money, people = amount(viewer, one.shrinking_yuan), word(viewer, "customers", gettext("customers")).lower()
    title = gettext("%(count)s %(people)s of the upper tiers keep declining") % {"count": fixed(one.shrinking_customers), "people": people}
    sub = gettext("%(money)s less in 90 days than in the 90 before") % {"money": money}
    sentence = format_html(
        gettext("<b>{count}</b> {people} of the upper tiers keep declining: <b>{money}</b> less in 90 days."),
        count=fixed(one.shrinking_customers),
        people=people,
        money=money,
    )
    return [
        Finding(
            "shrinking", one.shrinking_yuan, "warn", title, sub, address("customers", group="shrinking"), gettext("Show them"), sentence
        )
    ]


def _licences(viewer: Viewer, figures: Figures, address: Address) -> list[Finding]:
    one = figures.standing
    if not one.licence_customers:
        return []
    money, people = amount(viewer, one.licence_yuan), word(viewer, "customers", gettext("customers")).lower()
    title = gettext("%(count)s %(people)s order without a valid licence") % {"count": fixed(one.licence_customers), "people": people}
    sub = gettext("licence paused, expired or revoked; %(money)s in 90 days") % {"money": money}
    sentence = format_html(
        gettext("<b>{count}</b> {people} ordered in 90 days without a valid licence (<b>{money}</b>)."),
        count=fixed(one.licence_customers),
        people=people,
        money=money,
    )
    return [
        Finding("licence", one.licence_yuan, "warn", title, sub, address("customers", group="licence"), gettext("Check them"), sentence)
    ]


def _units(viewer: Viewer, figures: Figures, chosen: Chosen, address: Address) -> list[Finding]:
    if not reaches(chosen.base, figures.fresh.first_on):
        return []
    least = figures.base["amount"] * NOTABLE_SHARE
    falling = [unit for unit in figures.units if unit.change is not None and unit.change <= NOTABLE_CHANGE and unit.lost_yuan >= least]
    falling.sort(key=lambda unit: unit.lost_yuan, reverse=True)
    return [_falling(viewer, unit, chosen, address) for unit in falling[:2]]


def _falling(viewer: Viewer, unit: Unit, chosen: Chosen, address: Address) -> Finding:
    money, change = amount(viewer, unit.lost_yuan), signed_percent(unit.change)
    title = gettext("%(unit)s fell by %(money)s") % {"unit": unit.name, "money": money}
    sub = gettext("%(change)s %(against)s; active rate %(rate)s") % {
        "change": change,
        "against": chosen.against_label,
        "rate": percent(unit.active_rate),
    }
    sentence = format_html(
        gettext("The largest loss is in <b>{unit}</b>: <b>{money}</b> less ({change})."), unit=unit.name, money=money, change=change
    )
    return Finding(
        f"unit:{unit.path}", unit.lost_yuan, "warn", title, sub, address("unit", path=unit.path), gettext("Look into it"), sentence
    )
