"""The pages of sources: the list, a connection with its pulls, its form, its stream and mapping, one pull."""

import re

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xingke.errors import UserFacingError
from xingke.extensions import connectors
from xingke.sources.mapping import to_yaml
from xingke_web.accounts.facade import Viewer, needs
from xingke_web.ingest import connection_selectors as shown
from xingke_web.ingest import connections as kept
from xingke_web.ingest.connection_asked import connection_of, viewer_of
from xingke_web.ingest.connection_forms import EVERY_WORDS, ConnectionForm
from xingke_web.ingest.layers import layers_of
from xingke_web.ingest.models import Connection
from xingke_web.ingest.pulls import connection_restart, pull_undo
from xingke_web.ingest.pulls_tasks import pull_start
from xingke_web.ingest.tabs import tabs_for
from xingke_web.ui.pages import page

MADE = "connection-secret-{}"
NUMBER = re.compile(r"[0-9]{1,18}")


@needs("data.view")
@require_GET
def sources(request: HttpRequest, workspace: str) -> HttpResponse:
    """Every connection, failing ones first, and the four layers of the platform."""
    viewer = viewer_of(request)
    found = shown.connections_shown(viewer.workspace)
    context = {
        "tabs": tabs_for(request, viewer),
        "connections": found,
        "failing": [one for one in found if one.status in {"failing", "late"}],
        "layers": layers_of(viewer.workspace, found),
        "may_run": viewer.can("data.run"),
    }
    return page(request, "ingest/sources.html", context)


@needs("data.run")
@require_GET
def source_new(request: HttpRequest, workspace: str) -> HttpResponse:
    """Which kind of connection it is to be."""
    viewer = viewer_of(request)
    kinds = [(one.kind, one.label[viewer.language], one.note[viewer.language]) for one in connectors()]
    return page(request, "ingest/source_new.html", {"tabs": tabs_for(request, viewer), "kinds": kinds})


@needs("data.run")
@require_http_methods(["GET", "POST"])
def source_add(request: HttpRequest, workspace: str, kind: str) -> HttpResponse:
    """The form of a new connection."""
    viewer = viewer_of(request)
    _known_kind(kind)
    form = ConnectionForm(request.POST or None, kind=kind, language=viewer.language, initial={"every_minutes": 60, "runs_pass": True})
    if request.method == "POST" and form.is_valid():
        try:
            connection, made = kept.connection_add(viewer=viewer, given=form.given())
        except UserFacingError as refused:
            _to_form(form, refused, viewer)
        else:
            if made:
                request.session[MADE.format(connection.pk)] = made
            return redirect("ingest:source_stream", workspace=workspace, connection_id=connection.pk)
    return _form(request, viewer, form, None)


@needs("data.run")
@require_http_methods(["GET", "POST"])
def source_edit(request: HttpRequest, workspace: str, connection_id: int) -> HttpResponse:
    """The form of a connection that is there; its secrets are not shown again."""
    viewer = viewer_of(request)
    connection = connection_of(viewer, connection_id)
    own = {
        "name": connection.name,
        "system": connection.system,
        "every_minutes": connection.every_minutes,
        "runs_pass": connection.runs_pass,
    }
    form = ConnectionForm(
        request.POST or None, kind=connection.kind, language=viewer.language, stored=kept.settings_of(connection), initial=own
    )
    if request.method == "POST" and form.is_valid():
        try:
            kept.connection_edit(viewer=viewer, connection=connection, given=form.given())
        except UserFacingError as refused:
            _to_form(form, refused, viewer)
        else:
            messages.success(request, _("The connection is saved"))
            return redirect("ingest:source", workspace=workspace, connection_id=connection.pk)
    return _form(request, viewer, form, connection)


@needs("data.run")
@require_POST
def source_check(request: HttpRequest, workspace: str, kind: str) -> HttpResponse:
    """Try what stands in the form, without storing it."""
    viewer = viewer_of(request)
    _known_kind(kind)
    number = request.POST.get("connection", "")
    connection = connection_of(viewer, int(number)) if NUMBER.fullmatch(number) else None
    form = ConnectionForm(request.POST, kind=kind, language=viewer.language)
    form.is_valid()
    settings = {name: form.cleaned_data.get(f"set-{name}") for name in (setting.name for setting in form.connector.settings)}
    try:
        if connection is not None and connection.kind == kind:
            settings = kept.with_kept_secrets(connection, settings)
        checked = kept.connection_check(kind, settings, viewer.workspace)
        context = {"tone": "ok", "text": checked.words[viewer.language], "notes": [note[viewer.language] for note in checked.notes]}
    except UserFacingError as refused:
        context = {"tone": "bad", "text": refused.text(viewer.language), "notes": []}
    return page(request, "ingest/source_check.html", context)


@needs("data.view")
@require_GET
def source(request: HttpRequest, workspace: str, connection_id: int) -> HttpResponse:
    """One connection: how it stands, its settings, its pulls."""
    viewer = viewer_of(request)
    found = shown.connection_shown(viewer.workspace, connection_id)
    connection = found.connection
    mapping = kept.mapping_of(connection)
    context = {
        "tabs": tabs_for(request, viewer),
        "one": found,
        "settings": shown.settings_shown(connection),
        "schedule": EVERY_WORDS.get(connection.every_minutes, connection.every_minutes),
        "mapping": to_yaml(mapping) if mapping else "",
        "pulls": shown.pulls_shown(connection),
        "hook_url": request.build_absolute_uri(f"/in/{connection.hook_key}/") if connection.hook_key else "",
        "made_secret": request.session.pop(MADE.format(connection.pk), "") if viewer.can("data.run") else "",
        "waiting": kept.spool_of(connection).waiting() if connection.kind in kept.SPOOLED else 0,
        "may_run": viewer.can("data.run"),
    }
    return page(request, "ingest/source.html", context)


@needs("data.run")
@require_POST
def source_do(request: HttpRequest, workspace: str, connection_id: int, what: str) -> HttpResponse:
    """Run, pause, resume, restart or remove."""
    viewer = viewer_of(request)
    connection = connection_of(viewer, connection_id)
    try:
        match what:
            case "run":
                if connection.state == Connection.State.DRAFT:
                    raise kept.ConnectionRefused(zh="请先选择数据流与映射", en="choose its stream and mapping first")
                pull_start(viewer=viewer, connection=connection)
            case "pause" | "resume":
                kept.connection_pause(viewer=viewer, connection=connection, paused=what == "pause")
            case "restart":
                connection_restart(viewer=viewer, connection=connection)
            case "remove":
                kept.connection_remove(viewer=viewer, connection=connection, workspace=viewer.workspace)
                return redirect("ingest:sources", workspace=workspace)
            case _:
                raise Http404
    except UserFacingError as refused:
        messages.warning(request, refused.text(viewer.language))
    return redirect("ingest:source", workspace=workspace, connection_id=connection_id)


@needs("data.view")
@require_GET
def pull(request: HttpRequest, workspace: str, connection_id: int, number: int) -> HttpResponse:
    """One pull: its balance by table, and the first rows that stayed outside."""
    viewer = viewer_of(request)
    found = shown.pull_of(viewer.workspace, connection_id, number)
    context = {
        "tabs": tabs_for(request, viewer),
        "pull": found,
        "connection": found.connection,
        "tables": shown.counts_shown(found),
        "held": shown.held_shown(found, viewer.workspace),
        "error": found.error_zh if viewer.language == "zh" else found.error_en,
        "may_run": viewer.can("data.run"),
    }
    return page(request, "ingest/pull.html", context)


@needs("data.run")
@require_POST
def pull_take_back(request: HttpRequest, workspace: str, connection_id: int, number: int) -> HttpResponse:
    """Undo a pull."""
    viewer = viewer_of(request)
    try:
        pull_undo(viewer=viewer, pull=shown.pull_of(viewer.workspace, connection_id, number), workspace=viewer.workspace)
    except UserFacingError as refused:
        messages.warning(request, refused.text(viewer.language))
    return redirect("ingest:pull", workspace=workspace, connection_id=connection_id, number=number)


def _form(request: HttpRequest, viewer: Viewer, form: ConnectionForm, connection: Connection | None) -> HttpResponse:
    context = {
        "tabs": tabs_for(request, viewer),
        "form": form,
        "connection": connection,
        "kind_label": form.connector.label[viewer.language],
        "kind_note": form.connector.note[viewer.language],
        "inbox": kept.inbox_of(viewer.workspace),
    }
    return page(request, "ingest/source_form.html", context, status=422 if form.errors else 200)


def _to_form(form: ConnectionForm, refused: UserFacingError, viewer: Viewer) -> None:
    name = f"set-{refused.values.get('setting')}"
    form.add_error(name if name in form.fields else None, refused.text(viewer.language))


def _known_kind(kind: str) -> None:
    if kind not in {one.kind for one in connectors()}:
        raise Http404
