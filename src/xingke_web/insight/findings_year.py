"""What happened in the year, in words: a late route, outlets left without a manager, stocking-up before Spring Festival."""

from datetime import date, timedelta

from django.utils.html import format_html
from django.utils.translation import gettext

from xingke_web.accounts.facade import Viewer
from xingke_web.config.vault import vault_of
from xingke_web.insight.figures import Figures
from xingke_web.insight.finding import Address, Finding
from xingke_web.insight.happenings import HANDOVER_DAYS, LateRoute, LeftAlone, StockedUp
from xingke_web.insight.periods import DAY
from xingke_web.insight.wording import amount, word
from xingke_web.ui.numbers import fixed, mask_name, percent

RECENT = timedelta(days=56)
"""What ended longer ago is past: shown, but not the first thing of today."""
MOST_ROUTES = 2


def of_happenings(viewer: Viewer, figures: Figures, address: Address) -> list[Finding]:
    """The findings of a year's happenings."""
    found, as_of = figures.happenings, figures.fresh.as_of
    return [
        *(_route(viewer, route, as_of, address) for route in found.routes[:MOST_ROUTES]),
        *([_left_alone(viewer, found.left_alone, as_of, address)] if found.left_alone else []),
        *([_stocked_up(viewer, found.stocked_up, as_of, address)] if found.stocked_up else []),
    ]


def _people(viewer: Viewer) -> str:
    return word(viewer, "customers", gettext("customers")).lower()


def _route(viewer: Viewer, route: LateRoute, as_of: date, address: Address) -> Finding:
    last_on = route.until_on - DAY
    values = {
        "route": f"R{route.route:03d}",
        "share": percent(route.share, 0),
        "other": percent(route.other_share, 0),
        "first": route.from_on.isoformat(),
        "last": last_on.isoformat(),
        "until": last_on.isoformat() if last_on.year > route.from_on.year else f"{last_on:%m-%d}",
        "count": fixed(route.outlets),
        "people": _people(viewer),
        "complaints": fixed(route.complaints),
        "money": amount(viewer, route.late_yuan),
    }
    title = gettext("Route %(route)s: %(share)s on time, the others %(other)s") % values
    if route.is_open:
        sub = gettext("since %(first)s; %(count)s affected, %(complaints)s complaints") % values
        text = gettext("Route <b>{route}</b> has delivered only <b>{share}</b> on time since {first} ({count} {people}).")
    else:
        sub = gettext("%(first)s to %(until)s; %(count)s affected, %(complaints)s complaints") % values
        text = gettext("Route <b>{route}</b> delivered only <b>{share}</b> on time from {first} to {last} ({count} {people}).")
    evidence = address(
        "customers", group="route", route=str(route.route), since=route.from_on.isoformat(), before=route.until_on.isoformat()
    )
    return Finding(
        f"route:{route.route}",
        route.late_yuan,
        "bad" if route.is_open else "warn",
        title,
        sub,
        evidence,
        gettext("Show them"),
        format_html(text, **values),
        is_past=not route.is_open and last_on < as_of - RECENT,
    )


def _left_alone(viewer: Viewer, found: LeftAlone, as_of: date, address: Address) -> Finding:
    values = {
        "count": fixed(found.outlets),
        "people": _people(viewer),
        "name": mask_name(vault_of(viewer.workspace.id).open(found.name, place="staff.name")),
        "day": found.left_on.isoformat(),
        "days": fixed(found.days),
        "money": amount(viewer, found.amount_yuan),
        "managers": fixed(found.managers),
        "limit": fixed(HANDOVER_DAYS),
    }
    title = gettext("%(count)s %(people)s were left without a manager") % values
    if found.is_open:
        sub = gettext("%(name)s left on %(day)s, nobody has taken over") % values
    else:
        sub = gettext("%(name)s left on %(day)s, taken over after %(days)s days") % values
    text = gettext("<b>{count}</b> {people} had no manager for more than {limit} days (<b>{money}</b> ordered meanwhile).")
    ended = found.left_on + timedelta(days=found.days or 0)
    return Finding(
        "left_alone",
        found.amount_yuan,
        "bad" if found.is_open else "warn",
        title,
        sub,
        address("customers", group="left_alone"),
        gettext("Show them"),
        format_html(text, **values),
        is_past=not found.is_open and ended < as_of - RECENT,
    )


def _stocked_up(viewer: Viewer, found: StockedUp, as_of: date, address: Address) -> Finding:
    values = {
        "count": fixed(found.outlets),
        "people": _people(viewer),
        "money": amount(viewer, found.excess_yuan),
    }
    title = gettext("%(count)s %(people)s stocked up before Spring Festival") % values
    sub = gettext("%(money)s beyond their usual is stock, not growth") % values
    text = gettext("<b>{count}</b> {people} stocked up before Spring Festival; <b>{money}</b> of it is stock and no growth.")
    return Finding(
        "stocked_up",
        found.excess_yuan,
        "neutral",
        title,
        sub,
        address("customers", group="stocked_up", day=found.festival_on.isoformat()),
        gettext("Show them"),
        format_html(text, **values),
        is_past=found.festival_on < as_of - RECENT,
    )
