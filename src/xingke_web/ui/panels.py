"""Cards that apps and packs add to a page of another app, such as the 360-degree page of a customer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.functional import Promise

from xingke.words import Words
from xingke_web.ui.numbers import active_language, format_value
from xingke_web.ui.viewer import viewer_of

Region = Literal["left", "main", "right"]


@dataclass(frozen=True)
class Panel:
    """One card.

    `load(request, subject)` returns the context of `template`, or None when there is nothing to show. A viewer without `capability` gets
    a note of what is hidden when `title` is given, and nothing otherwise.
    """

    name: str
    template: str
    load: Callable[[HttpRequest, Any], Mapping[str, Any] | None]
    title: str | Promise = ""
    region: Region = "main"
    order: int = 50
    capability: str = ""


@dataclass(frozen=True)
class Fact:
    """A labelled value of a declared panel: a key of the subject's record and a format of `xingke_web.ui.numbers`."""

    key: str
    label: Words
    format: str = "text"


@dataclass(frozen=True)
class ShownPanel:
    """A panel ready to be included: `template` with `context`."""

    name: str
    template: str
    title: str
    context: Mapping[str, Any]


_panels: dict[tuple[str, str], Panel] = {}


def register(place: str, *panels: Panel) -> None:
    """Add panels to a place such as `customer`; the same name again replaces the earlier panel."""
    for panel in panels:
        _panels[place, panel.name] = panel


def panels_for(place: str, region: Region, request: HttpRequest, subject: Any) -> list[ShownPanel]:
    """The panels of one region of a page, in order."""
    viewer = viewer_of(request)
    chosen = sorted(
        (panel for (where, _), panel in _panels.items() if where == place and panel.region == region), key=lambda one: one.order
    )
    shown = []
    for panel in chosen:
        if panel.capability and (viewer is None or not viewer.can(panel.capability)):
            if panel.title:
                shown.append(ShownPanel(panel.name, "ui/panels/hidden.html", str(panel.title), {"title": panel.title}))
            continue
        context = panel.load(request, subject)
        if context is not None:
            shown.append(ShownPanel(panel.name, panel.template, str(panel.title), {"title": panel.title, **context}))
    return shown


def facts_panel(
    name: str,
    *,
    title: Words,
    facts: Sequence[Fact],
    record: Callable[[HttpRequest, Any], Mapping[str, Any] | None],
    region: Region = "left",
    order: int = 50,
) -> Panel:
    """A panel that a pack declares as data: labelled values of the subject's record, hidden when the record has none of them."""

    def load(request: HttpRequest, subject: Any) -> Mapping[str, Any] | None:
        values, language, viewer = record(request, subject), active_language(), viewer_of(request)
        if values is None or all(values.get(fact.key) is None for fact in facts):
            return None
        currency = viewer.workspace.currency if viewer else "CNY"
        rows = [(fact.label[language], format_value(fact.format, values.get(fact.key), language, currency)) for fact in facts]
        return {"title": title[language], "facts": rows}

    return Panel(name=name, template="ui/panels/facts.html", load=load, region=region, order=order)
