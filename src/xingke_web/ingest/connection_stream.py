"""The step in which the stream of a connection is chosen, and what its columns are."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xingke.errors import UserFacingError, XingkeError
from xingke.sources.connectors import Stream
from xingke.sources.mapping import Mapping, from_yaml, to_yaml
from xingke.sources.mapping.questions import Question
from xingke.sources.systems import system as system_named
from xingke_web.accounts.facade import Viewer, needs
from xingke_web.ingest import connection_selectors as shown
from xingke_web.ingest import connections as kept
from xingke_web.ingest.connection_asked import connection_of, viewer_of
from xingke_web.ingest.models import Connection
from xingke_web.ingest.tabs import tabs_for
from xingke_web.ui.pages import page


@needs("data.run")
@require_http_methods(["GET", "POST"])
def source_stream(request: HttpRequest, workspace: str, connection_id: int) -> HttpResponse:
    """Which stream is read and what its columns are."""
    viewer = viewer_of(request)
    connection = connection_of(viewer, connection_id)
    asked = request.POST or request.GET
    context: dict[str, Any] = {"tabs": tabs_for(request, viewer), "connection": connection, "error": "", "head": None, "yaml": ""}
    try:
        streams = kept.streams_of(connection)
    except UserFacingError as refused:
        streams, context["error"] = (), refused.text(viewer.language)
    chosen = asked.get("stream") or connection.stream or (streams[0].name if streams else "")
    context |= {"streams": [one.name for one in streams], "chosen": chosen}
    if request.method == "POST":
        try:
            kept.connection_map(viewer=viewer, connection=connection, stream=chosen, mapping=from_yaml(request.POST.get("mapping", "")))
        except UserFacingError as refused:
            context |= {"error": refused.text(viewer.language), "yaml": request.POST.get("mapping", "")}
        else:
            messages.success(request, _("The mapping is saved; the connection is active"))
            return redirect("ingest:source", workspace=workspace, connection_id=connection.pk)
    _offer(viewer, connection, chosen, next((one for one in streams if one.name == chosen), None), asked.get("as", ""), context)
    return page(request, "ingest/source_stream.html", context, status=422 if request.method == "POST" else 200)


def _offer(viewer: Viewer, connection: Connection, chosen: str, stream: Stream | None, template: str, context: dict[str, Any]) -> None:
    """The first rows, the tables that fit, and a mapping to begin with."""
    head = None
    if not context["error"] and chosen:
        try:
            head = kept.head_of(connection, chosen)
        except UserFacingError as refused:
            context["error"] = refused.text(viewer.language)
    columns = tuple(head.rows.column_names) if head else stream.columns if stream else ()
    tables = kept.tables_for(connection, columns)
    context["tables"] = [(f"{name}.{table.name}", _table_words(name, table.label[viewer.language], viewer)) for name, table in tables]
    context["template"] = template
    if not context["yaml"]:
        mapping, questions = _first_mapping(viewer, connection, chosen, head, columns, template)
        context["yaml"] = to_yaml(mapping) if mapping else ""
        context["doubts"] = [one.words[viewer.language] for one in questions]
    if head is not None:
        context["head"] = shown.head_shown(head.rows, _personal(context["yaml"]))


def _personal(text: str) -> frozenset[str]:
    """Columns of the source that a mapping makes identifying ones of."""
    try:
        tables = from_yaml(text).tables if text else ()
    except UserFacingError:
        tables = ()
    return frozenset(
        name for table in tables for one in table.columns if table.declared.column(one.target).identifies for name in one.source
    )


def _first_mapping(
    viewer: Viewer, connection: Connection, chosen: str, head: Any, columns: tuple[str, ...], template: str
) -> tuple[Mapping | None, tuple[Question, ...]]:
    """A mapping to begin with, and what is open about it where it is a guess."""
    if template:
        name, _dot, table = template.partition(".")
        try:
            return system_named(name).table(table).mapping, ()
        except UserFacingError:
            raise Http404 from None  # no choice of this page
    stored = kept.mapping_of(connection)
    if stored is not None and chosen == connection.stream:
        return stored, ()
    best = kept.tables_for(connection, columns)[0][1]
    if columns and set(best.column_names) <= set(columns):
        return (kept.in_system(best.mapping, connection.system) if connection.system else best.mapping), ()
    if head is None:
        return None, ()
    try:
        found = kept.mapping_guessed(viewer.workspace, connection, head, chosen)
    except XingkeError:
        return None, ()  # nothing in it looks like a table that we know: a person says what it is
    return found.mapping, found.questions


def _table_words(system: str, label: str, viewer: Viewer) -> str:
    return f"{system_named(system).label[viewer.language]} · {label}"
