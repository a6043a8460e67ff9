"""Tags and filters of every template: icons, chips, numbers, small pictures, chart data."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from xingke_web.ui import numbers, svg
from xingke_web.ui.numbers import MISSING, Number, active_language
from xingke_web.ui.tables import with_query
from xingke_web.ui.templatetags import partials

register = template.Library()
register.tags.update(partials.register.tags)  # one `{% load xk %}` is enough for a page

TIER_ICONS = {"value": "star", "potential": "trending-up", "base": "circle-dashed"}
_SPRITE = Path(__file__).resolve().parent.parent / "static" / "ui" / "icons.svg"


@lru_cache(maxsize=1)
def icon_names() -> frozenset[str]:
    """The icons of the sprite."""
    return frozenset(re.findall(r'<symbol id="([^"]+)"', _SPRITE.read_text(encoding="utf-8")))


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """An icon of the sprite; decoration, so the text or `aria-label` beside it says the same."""
    if name not in icon_names():
        close = get_close_matches(name, icon_names(), n=1)
        raise template.TemplateSyntaxError(
            f"no icon '{name}'{f'; did you mean {close[0]!r}?' if close else ''} (tools/icons.txt lists them)"
        )
    return format_html(
        '<svg class="xk-icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f" {extra}" if extra else "",
        static("ui/icons.svg"),
        name,
    )


@register.simple_tag
def chip(text: object, tone: str = "neutral", icon_name: str = "", title: object = "") -> SafeString:
    """A chip: tones `neutral brand ok warn bad info`; state is never told by colour alone, so give the text its word."""
    return format_html(
        '<span class="xk-chip xk-chip-{}"{}>{}{}</span>',
        tone,
        format_html(' title="{}"', title) if title else "",
        icon(icon_name) if icon_name else "",
        text,
    )


@register.simple_tag
def tier_chip(key: str, label: object) -> SafeString:
    """The chip of a value tier: `value`, `potential`, `base`; the label comes from the pack."""
    known = key if key in TIER_ICONS else "base"
    return format_html('<span class="xk-chip xk-tier-{}">{}{}</span>', known, icon(TIER_ICONS[known]), label)


@register.simple_tag
def progress(value: Number | None, label: object, highest: Number = 1, tone: str = "brand", size: str = "") -> SafeString:
    """A bar of `value` out of `highest`; `label` says what it measures to whoever cannot see it."""
    share = 0.0 if value is None or not highest else max(0.0, min(1.0, float(value) / float(highest)))
    return format_html(
        '<progress class="xk-progress xk-tone-{}{}" max="100" value="{}" aria-label="{}">{}</progress>',
        tone,
        f" xk-progress-{size}" if size else "",
        f"{share * 100:.1f}",
        label,
        numbers.percent(share, 0),
    )


@register.simple_tag
def delta(change: Number | None, kind: str = "change", better_when: str = "higher", against: object = "") -> SafeString:
    """A signed difference with its arrow and what it compares with.

    `kind`: `change` (relative, 0.032), `points` (difference of shares), `count`, `decimal2`. Green is better and red is worse,
    whatever the direction.
    """
    if change is None or numbers.is_missing(change):
        return format_html('<span class="xk-delta">{} <span class="xk-delta-against">{}</span></span>', MISSING, against)
    texts = {
        "change": lambda: numbers.signed_percent(change),
        "points": lambda: numbers.points(change, active_language()),
        "count": lambda: numbers.signed(change),
        "decimal2": lambda: numbers.signed(change, 2),
    }
    text = texts[kind]()
    if not re.search(r"[1-9]", text):
        tone, arrow = "flat", "arrow-right"
    else:
        tone, arrow = ("good" if (change > 0) == (better_when == "higher") else "bad"), ("arrow-up" if change > 0 else "arrow-down")
    return format_html(
        '<span class="xk-delta"><span class="xk-delta-{}">{}{}</span> <span class="xk-delta-against">{}</span></span>',
        tone,
        icon(arrow),
        text,
        against,
    )


@register.simple_tag
def sparkline(values: Sequence[float | None], tone: str = "brand", width: int = 88, height: int = 32) -> SafeString:
    """A small line beside a figure."""
    return svg.sparkline(values, width=width, height=height, tone=tone)


@register.simple_tag
def interval_plot(rows: Sequence[svg.Interval]) -> SafeString:
    """Effects with their intervals around zero."""
    return svg.interval_plot(rows)


@register.simple_tag(takes_context=True)
def money(context: Context, amount: Number | None, detail: bool = False) -> SafeString:  # a template passes it by name
    """An amount in the workspace's unit of account, the exact one in the title."""
    currency = _currency(context)
    text = numbers.money(amount, currency, active_language(), detail=detail)
    return format_html('<span class="xk-num" title="{}">{}</span>', numbers.money(amount, currency, active_language(), detail=True), text)


@register.simple_tag(takes_context=True)
def fmt(context: Context, value: object, name: str) -> str:
    """A value in a format given by name."""
    return numbers.format_value(name, value, active_language(), _currency(context))


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: object) -> str:
    """The address of this page with some keys changed; None leaves a key out."""
    request: HttpRequest = context["request"]
    return with_query(request.GET, **changes)


@register.simple_tag(takes_context=True)
def toasts(context: Context) -> list[Any]:
    """The messages of this request, each shown once; `extra_tags="undo:<address>"` offers to take back what the message tells."""
    request = context.get("request")
    shown = list(get_messages(request)) if request is not None else []
    for message in shown:
        head, _, address = (message.extra_tags or "").partition(":")
        message.undo_url = address if head == "undo" else ""  # read by the template below
    return shown


@register.filter
def count(value: Number | None) -> str:
    """A count with 万, 亿 or K, M."""
    return numbers.count(value, active_language())


@register.filter
def integer(value: Number | None) -> str:
    """A whole number with separators, unscaled."""
    return numbers.fixed(value)


@register.filter
def fixed(value: Number | None, digits: int = 1) -> str:
    """A number with fixed decimals."""
    return numbers.fixed(value, digits)


@register.filter
def percent(value: Number | None, digits: int = 1) -> str:
    """A share in 0..1 as a percentage."""
    return numbers.percent(value, digits)


@register.filter
def points(value: Number | None) -> str:
    """A difference of shares in points of per cent."""
    return numbers.points(value, active_language())


@register.filter
def hidden_count(value: int | None) -> str:
    """A count of people, hidden below five."""
    return numbers.hidden_count(value, active_language())


@register.filter
def moment(value: datetime | None) -> SafeString:
    """An instant beside today, the full stamp in the title."""
    text = numbers.moment(value, active_language())
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat() if value else "", numbers.stamp(value), text)


@register.filter
def day(value: date | None) -> str:
    """A day, ISO."""
    return numbers.day(value)


@register.filter
def time_left(value: timedelta) -> str:
    """Time until a deadline or past it."""
    return numbers.time_left(value, active_language())


@register.filter
def duration(value: timedelta) -> str:
    """A length of time."""
    return numbers.duration(value, active_language())


@register.filter
def mask_phone(value: str) -> str:
    """A telephone number with its middle hidden."""
    return numbers.mask_phone(value)


@register.filter
def mask_name(value: str) -> str:
    """A person's name with its middle hidden."""
    return numbers.mask_name(value)


@register.filter
def mask_licence(value: str) -> str:
    """A licence number with its middle hidden."""
    return numbers.mask_licence(value)


@register.simple_tag
def script_words() -> dict[str, Any]:
    """The words that the scripts show, in the language of the page."""
    return {
        "language": active_language(),
        "failed": gettext("This part could not be loaded."),
        "failedKept": gettext("What you entered is kept; the rest of the page still works."),
        "offline": gettext("The server cannot be reached. Check the connection and try again."),
        "retry": gettext("Try again"),
        "reference": gettext("Reference number"),
        "close": gettext("Close"),
        "selected": gettext("%(count)s selected"),
        "allSelected": gettext("All %(count)s selected"),
        "showTable": gettext("Show as table"),
        "showChart": gettext("Show as chart"),
        "chartFailed": gettext("The chart could not be drawn; its numbers are in the table."),
        "today": gettext("Today"),
    }


def _currency(context: Context) -> str:
    request = context.get("request")
    viewer = getattr(request, "viewer", None)
    return viewer.workspace.currency if viewer else "CNY"
