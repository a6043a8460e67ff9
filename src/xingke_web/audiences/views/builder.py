"""The segment builder: one form, posted on each change; rules, words and counts stay on the server."""

import json
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from xingke.engine import LakeEmpty
from xingke.expr import EVERYBODY, Condition, ConditionError, from_json
from xingke_web.accounts.facade import Viewer, needs
from xingke_web.accounts.permissions import refusal_of_part
from xingke_web.audiences import services
from xingke_web.audiences.conditions_form import FieldError, Understood, understood
from xingke_web.audiences.contracts import SegmentRefused
from xingke_web.audiences.counting import CHANNELS, Counted, counted, reach
from xingke_web.audiences.desk import Desk
from xingke_web.audiences.draft import Group, edited, numbered, read_draft, rows_of
from xingke_web.audiences.models import Segment
from xingke_web.audiences.selectors import segment_get
from xingke_web.audiences.shown import shown_group, shown_row
from xingke_web.audiences.views.shared import address, address_or_none, desk_for, no_data, request_viewer
from xingke_web.ui.pages import is_fragment_request, page

MOST_IMPORTED = 100_000
"""Characters of a condition that may be handed over in the address or pasted."""


@dataclass(frozen=True)
class Sheet:
    """What the builder shows: the rule, how it was understood, and the fields around it."""

    desk: Desk
    viewer: Viewer
    draft: Group
    read: Understood
    segment: Segment | None = None
    name: str = ""
    meaning: str = ""
    as_tag: bool = False
    channel: str = "inbox"
    last: str = ""
    refused: SegmentRefused | None = None
    note: str = ""

    def context(self) -> dict[str, Any]:
        """The context of the whole page."""
        viewer, segment = self.viewer, self.segment
        may_edit = viewer.can("segments.edit") and (segment is None or segment.state != Segment.State.RETIRED)
        may_change = may_edit and (segment is None or segment.is_of(viewer))
        return {
            **self.side(),
            "rule": shown_group(self.draft, self.desk, self.read.error),
            "picks": self.desk.picks,
            "segment": segment,
            "name": self.name,
            "meaning": self.meaning,
            "as_tag": self.as_tag,
            "refused": self.refused and {"field": self.refused.values["field"], "text": self.refused.text(viewer.language)},
            "note": self.note,
            "may_edit": may_edit,
            "may_change": may_change,
            "may_see_customers": viewer.can("customers.view"),
            "templates": _templates(self.desk, viewer),
            "exclusions": _exclusions(),
            "versions": _versions(segment, viewer),
            "campaign_url": _campaign_url(viewer, segment),
            "save_url": address("audiences:segment", viewer, segment.key) if segment else address("audiences:segment_new", viewer),
            "state_tone": {"active": "ok", "draft": "neutral", "retired": "warn"}.get(segment.state if segment else "draft", "neutral"),
        }

    def side(self) -> dict[str, Any]:
        """The context of the panel with the count."""
        error = self.read.error
        answer = self._counted() if self.read.tree is not None else None
        return {
            "counted": answer,
            "last": str(answer.count) if answer else self.last,
            "error": error,
            "marked": error.node_id if error else "",
            "condition_text": json.dumps(self.read.json, ensure_ascii=False, indent=1),
            "channels": list(CHANNELS.items()),
            "channel": self.channel,
            "draft_url": address("audiences:segment_draft", self.viewer),
            "reach_url": address("audiences:segment_reach", self.viewer),
            "customer_url": address_or_none("customers:detail", self.viewer, 0),
            "scope_name": self.viewer.scope_name,
            "editing": self.segment.key if self.segment else "",
        }

    def _counted(self) -> Counted:
        assert self.read.tree is not None  # noqa: S101 - asked only of a rule that was understood
        return counted(self.read.tree, self.desk.population, self.viewer)


def _templates(desk: Desk, viewer: Viewer) -> list[dict[str, str]]:
    here = address("audiences:segment_new", viewer)
    return [{"name": one.name_in(viewer.language), "url": f"{here}?template={key}"} for key, one in desk.population.rules.items()]


def _exclusions() -> list[str]:
    return [
        _("Licence invalid or closed"),
        _("No consent for the channel"),
        _("Contact limit of 7 days reached"),
        _("Not known to be of age"),
    ]


def _versions(segment: Segment | None, viewer: Viewer) -> list[dict[str, Any]]:
    if segment is None:
        return []
    found = segment.versions.all()[:10]
    return [{"version": one.version, "said": one.said_in(viewer.language), "at": one.saved_at} for one in found]


def _campaign_url(viewer: Viewer, segment: Segment | None) -> str | None:
    if segment is None or segment.state != Segment.State.ACTIVE or not viewer.can("campaigns.edit"):
        return None
    url = address_or_none("campaigns:new", viewer)
    return f"{url}?segment={segment.key}" if url else None


def _answer(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    wrong = sheet.read.error is not None or sheet.refused is not None
    return page(request, "audiences/segment_builder.html", sheet.context(), status=422 if wrong else 200)


@needs("segments.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def segment_new(request: HttpRequest, workspace: str) -> HttpResponse:
    """A new segment: empty, from a condition in the address, or after one that exists."""
    viewer = request_viewer(request)
    try:
        desk = desk_for(viewer)
    except LakeEmpty:
        return no_data(request, viewer)
    if request.method == "POST":
        return _save(request, viewer, desk, None)
    return _answer(request, _begun(request, viewer, desk))


def _begun(request: HttpRequest, viewer: Viewer, desk: Desk) -> Sheet:
    """The sheet that a link to the builder asks for."""
    template, given = request.GET.get("template", ""), request.GET.get("condition", "")
    tree, name, note = None, "", ""
    if template:
        chosen = segment_get(viewer, template)
        tree, name = _stored(desk, chosen)[0], _("%(name)s (new)") % {"name": chosen.name_in(viewer.language)}
    elif given:
        tree, note = _imported(given, desk)
    draft = numbered(Group(children=[desk.new_row()])) if tree is None else desk.draft_of(tree)
    read = understood(draft, desk)
    return Sheet(desk, viewer, draft, read, name=name or request.GET.get("name", "")[: services.NAME_CHARACTERS], note=note)


def _imported(text: str, desk: Desk) -> tuple[Condition | None, str]:
    """A condition that came with the address, or why it cannot be used."""
    try:
        if len(text) > MOST_IMPORTED:
            raise ValueError("too long")
        return from_json(json.loads(text), desk.population.catalogue), ""
    except ConditionError as refused:
        return None, refused.text(desk.language)
    except ValueError:  # not JSON, or nested deeper than JSON is read
        return None, _("The condition in the address is not valid JSON.")
    except RecursionError:
        return None, _("The condition in the address is not valid JSON.")


@needs("segments.view")
@require_http_methods(["GET", "HEAD", "POST"])
def segment(request: HttpRequest, workspace: str, key: str) -> HttpResponseBase:
    """A saved segment: its rule, its count, its versions; saving makes a new version."""
    viewer = request_viewer(request)
    found = segment_get(viewer, key)
    try:
        desk = desk_for(viewer)
    except LakeEmpty:
        return no_data(request, viewer)
    if request.method == "POST":
        return segment_save(request, workspace, key)
    tree, note = _stored(desk, found)
    draft = desk.draft_of(tree)
    sheet = Sheet(
        desk,
        viewer,
        draft,
        understood(draft, desk, key=key),
        segment=found,
        name=found.name_in(viewer.language),
        meaning=found.meaning_in(viewer.language),
        as_tag=found.as_tag,
        note=note,
    )
    return page(request, "audiences/segment_builder.html", sheet.context())


def _stored(desk: Desk, segment: Segment) -> tuple[Condition, str]:
    """The rule of a segment; where it speaks of something that is gone, everybody and the reason."""
    try:
        return desk.population.tree_of(segment), ""
    except ConditionError as refused:
        return EVERYBODY, refused.text(desk.language)


@needs("segments.edit")
@require_POST
def segment_save(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """Save what the form says into an existing segment, or as another one."""
    viewer = request_viewer(request)
    found = segment_get(viewer, key)
    if request.POST.get("act") in ("save", "draft") and not found.is_of(viewer):
        return refusal_of_part(request, viewer)
    return _save(request, viewer, desk_for(viewer), found)


def _save(request: HttpRequest, viewer: Viewer, desk: Desk, found: Segment | None) -> HttpResponse:
    act = request.POST.get("act", "")
    sheet = _posted(request, viewer, desk, found)
    if act not in ("save", "draft", "save_as"):
        return _answer(request, sheet)
    if sheet.read.tree is None:
        return _answer(request, sheet)
    state = Segment.State.DRAFT if act == "draft" else Segment.State.ACTIVE
    draft = services.Draft(sheet.name, sheet.meaning, sheet.read.tree, state=state, as_tag=sheet.as_tag)
    try:
        if found is None or act == "save_as":
            saved = services.segment_create(viewer=viewer, draft=draft, catalogue=desk.population.catalogue)
        else:
            saved = services.segment_change(viewer=viewer, segment=found, draft=draft, catalogue=desk.population.catalogue)
    except SegmentRefused as refused:
        return _answer(request, replace(sheet, refused=refused))
    text = _("Segment “%(name)s” saved as version %(version)s")
    messages.success(request, text % {"name": saved.name_in(viewer.language), "version": saved.version})
    return HttpResponseRedirect(address("audiences:segment", viewer, saved.key))


def _posted(request: HttpRequest, viewer: Viewer, desk: Desk, found: Segment | None) -> Sheet:
    """The sheet as the form has it, after the button that was pressed."""
    form = request.POST
    draft = desk.settled(read_draft(dict(form.lists())))
    act = form.get("act", "")
    if ":" in act:
        draft = desk.settled(edited(draft, act, desk.new_row()))
        draft = numbered(draft)
    channel = form.get("channel", "inbox")
    return Sheet(
        desk,
        viewer,
        draft,
        understood(draft, desk, key=found.key if found else form.get("editing", "")),
        segment=found,
        name=form.get("name", "").strip(),
        meaning=form.get("meaning", "").strip(),
        as_tag=form.get("as_tag") == "1",
        channel=channel if channel in CHANNELS else "inbox",
        last=form.get("last", "") if form.get("last", "").isdigit() else "",
    )


@needs("segments.view")
@require_POST
def segment_draft(request: HttpRequest, workspace: str) -> HttpResponse:
    """What one change of the form means: the rule again after a button, only the count after typing.

    A rule that cannot be read answers 422 and leaves the count as it was; the row that is wrong comes back with its message.
    """
    viewer = request_viewer(request)
    desk = desk_for(viewer)
    sheet = _posted(request, viewer, desk, None)
    if not is_fragment_request(request):
        return _answer(request, sheet)
    typed = "only" in request.GET
    html = [] if typed else [_drawn(request, "audiences/_rule.html", {**_rule_context(sheet), "draft_url": request.path})]
    if sheet.read.tree is not None:
        html.append(_drawn(request, "audiences/_side.html", {**sheet.side(), **_people(viewer), "oob": not typed}))
    else:
        html.append(_drawn(request, "audiences/_stale.html", {**_stale(sheet)}))
    if typed:
        html += _changed_rows(request, sheet)
    response = HttpResponse("".join(html), status=422 if sheet.read.error else 200)
    if typed and sheet.read.error:
        response["HX-Reswap"] = "none"
    return response


def _drawn(request: HttpRequest, template: str, context: dict[str, Any]) -> str:
    return render_to_string(template, context, request)


def _rule_context(sheet: Sheet) -> dict[str, Any]:
    return {"rule": shown_group(sheet.draft, sheet.desk, sheet.read.error), "may_edit": True}


def _people(viewer: Viewer) -> dict[str, Any]:
    return {"may_see_customers": viewer.can("customers.view")}


def _stale(sheet: Sheet) -> dict[str, Any]:
    return {"error": sheet.read.error, "marked": sheet.read.error.node_id if sheet.read.error else "", "last": sheet.last, "oob": True}


def _changed_rows(request: HttpRequest, sheet: Sheet) -> list[str]:
    """The rows whose mark changed: the one that is wrong now, and the one that was wrong before."""
    now = sheet.read.error.node_id if sheet.read.error else ""
    before = request.POST.get("marked", "")
    changed = {_row_id(one) for one in (now, before) if one} if now or before else set()
    same = sheet.read.error is not None and _row_id(now) == _row_id(before)
    return [
        _drawn(
            request,
            "audiences/_row.html",
            {"node": shown_row(row, sheet.desk, sheet.read.error), "oob": True, "may_edit": True, "draft_url": request.path},
        )
        for row in rows_of(sheet.draft)
        if row.id in changed and not (same and _same_error(request, sheet.read.error))
    ]


def _row_id(node_id: str) -> str:
    """The row that a node belongs to: a restriction belongs to its event."""
    return node_id.partition("-w")[0]


def _same_error(request: HttpRequest, error: FieldError | None) -> bool:
    """Whether the mark on screen says the same already; then the field that is being typed into is left alone."""
    return error is not None and request.POST.get("marked_text", "") == error.message


@needs("segments.view")
@require_POST
def segment_reach(request: HttpRequest, workspace: str) -> HttpResponse:
    """How many of the members can be reached over a channel; asked for after the count, because consent is asked customer by customer."""
    viewer = request_viewer(request)
    desk = desk_for(viewer)
    sheet = _posted(request, viewer, desk, None)
    steps = reach(sheet.read.tree, desk.population, viewer, sheet.channel) if sheet.read.tree is not None else []
    context = {"steps": steps, "channel": sheet.channel, "channels": list(CHANNELS.items()), "reach_url": request.path}
    return HttpResponse(_drawn(request, "audiences/_reach.html", context))


@needs("segments.edit")
@require_POST
def segment_duplicate(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """A draft of the same rule."""
    viewer = request_viewer(request)
    desk, found = desk_for(viewer), segment_get(viewer, key)
    tree, problem = _stored(desk, found)
    if problem:
        messages.error(request, problem)
        return HttpResponseRedirect(address("audiences:segment", viewer, key))
    copy = services.segment_duplicate(viewer=viewer, segment=found, tree=tree, catalogue=desk.population.catalogue)
    messages.success(request, _("Duplicated as “%(name)s”") % {"name": copy.name})
    return HttpResponseRedirect(address("audiences:segment", viewer, copy.key))


@needs("segments.edit")
@require_POST
def segment_retire(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """Take a segment out of use."""
    viewer = request_viewer(request)
    found = segment_get(viewer, key)
    if not found.is_of(viewer):
        return refusal_of_part(request, viewer)
    try:
        services.segment_retire(viewer=viewer, segment=found)
    except SegmentRefused as refused:
        messages.error(request, refused.text(viewer.language))
        return HttpResponseRedirect(address("audiences:segment", viewer, key))
    messages.success(request, _("Segment “%(name)s” retired") % {"name": found.name_in(viewer.language)})
    return HttpResponseRedirect(address("audiences:segments", viewer))
