"""Pages of the import wizard: upload, columns, check, load, done."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xingke.errors import UserFacingError
from xingke.schema.findings import REASONS
from xingke.sources.files import SUFFIXES
from xingke.sources.mapping import to_yaml
from xingke_web.accounts.facade import Viewer, needs
from xingke_web.accounts.permissions import ViewerRequest
from xingke_web.ingest import imports, wizard_check, wizard_columns
from xingke_web.ingest.first_steps import address
from xingke_web.ingest.import_notes import notes_shown
from xingke_web.ingest.import_shown import counts_shown, damaged_shown, held_problems, questions_shown, recent, steps
from xingke_web.ingest.models import Import
from xingke_web.ingest.samples import SAMPLES, sample_named
from xingke_web.jobs.facade import job_state
from xingke_web.ui.pages import page


@needs("data.run")
@require_http_methods(["GET", "POST"])
def import_new(request: HttpRequest, workspace: str) -> HttpResponse:
    """Choose a file, or one of the sample books."""
    viewer = _viewer(request)
    error = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None or not file.name:
            error = gettext("Choose a file first.")
        elif file.size and file.size > imports.UPLOAD_MEGABYTES << 20:
            error = gettext("The file is larger than %(most)s MB; split it or use the command line.") % {"most": imports.UPLOAD_MEGABYTES}
        else:
            try:
                kept = imports.import_add(workspace=viewer.workspace, file=file.file, name=file.name, viewer=viewer)  # type: ignore[arg-type]  # an open file
            except UserFacingError as refused:
                error = refused.text(viewer.language)
            else:
                return redirect("ingest:import_columns", workspace=workspace, number=kept.pk)
    context = {
        "error": error,
        "suffixes": ",".join(SUFFIXES),
        "most": imports.UPLOAD_MEGABYTES,
        "samples": [(book.key, book.label[viewer.language], book.note[viewer.language]) for book in SAMPLES],
        "recent": recent(viewer.workspace),
        "steps": steps("upload"),
    }
    return page(request, "ingest/import_new.html", context, status=422 if error else 200)


@needs("data.run")
@require_GET
def sample_download(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """A sample book as a file."""
    book = sample_named(key)
    if book is None:
        raise Http404
    response = HttpResponse(book.make(), content_type="application/octet-stream")
    extension = book.file_name.rpartition(".")[2]
    response["Content-Disposition"] = f'attachment; filename="{book.key}.{extension}"'
    return response


@needs("data.run")
@require_POST
def sample_try(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """Start an import with a sample book."""
    import io

    viewer, book = _viewer(request), sample_named(key)
    if book is None:
        raise Http404
    kept = imports.import_add(
        workspace=viewer.workspace, file=io.BytesIO(book.make()), name=book.file_name, viewer=viewer, origin=Import.Origin.SAMPLE
    )
    return redirect("ingest:import_columns", workspace=workspace, number=kept.pk)


@needs("data.run")
@require_http_methods(["GET", "POST"])
def import_columns(request: HttpRequest, workspace: str, number: int) -> HttpResponse:
    """Which column becomes what; the guess is there already."""
    viewer, kept = _viewer(request), _import(request, number)
    if kept.state not in (Import.State.MAPPING, Import.State.FAILED):
        return redirect("ingest:import", workspace=workspace, number=kept.pk)
    error = ""
    with imports.opened(kept, viewer.workspace) as raw:
        mapping = imports.mapping_of(kept)
        if request.method == "POST":
            try:
                before, mapping = mapping, wizard_columns.mapping_from(request.POST, mapping, raw)
                imports.mapping_set(kept, mapping)
                if mapping != before:
                    imports.questions_again(kept, raw)
                imports.import_answer(kept, _answers(request, kept))
                mapping = imports.mapping_of(kept)
                if request.POST.get("action") == "next":
                    imports.require_whole(mapping)
                    if kept.questions:
                        raise imports.ColumnsMissing(zh="请先回答下面的问题", en="answer the questions below first")
                    return redirect("ingest:import_check", workspace=workspace, number=kept.pk)
            except UserFacingError as refused:
                error = refused.text(viewer.language)
        sections = wizard_columns.sections_of(kept, mapping, raw, viewer.language)
        unread = wizard_columns.unread_of(mapping, raw)
        above = [(sheet.name, sheet.above, sheet.header_row, sheet.header_rows) for sheet in raw.sheets]
    context = {
        "kept": kept,
        "sections": sections,
        "above": above,
        "notes": [one[viewer.language] for one in notes_shown(kept.notes)],
        "to_confirm": wizard_columns.to_confirm(sections),
        "questions": questions_shown(kept, viewer.language),
        "unread": unread,
        "systems": wizard_columns.system_choices(),
        "kinds": wizard_columns.kind_choices(),
        "tables": wizard_columns.table_choices(viewer.language),
        "error": error,
        "steps": steps("columns", kept, workspace),
    }
    return page(request, "ingest/import_columns.html", context, status=422 if error else 200)


@needs("data.run")
@require_http_methods(["GET", "POST"])
def import_check(request: HttpRequest, workspace: str, number: int) -> HttpResponse:
    """What would be loaded and what not; values can be replaced here."""
    viewer, kept = _viewer(request), _import(request, number)
    if kept.state not in (Import.State.MAPPING, Import.State.FAILED):
        return redirect("ingest:import", workspace=workspace, number=kept.pk)
    error = ""
    if request.method == "POST":
        try:
            _correct(request, kept)
        except UserFacingError as refused:
            error = refused.text(viewer.language)
    try:
        with imports.opened(kept, viewer.workspace) as raw:
            checked = imports.import_check(kept, viewer.workspace, raw)
    except (imports.ColumnsMissing, imports.QuestionsOpen) as missing:
        messages.warning(request, missing.text(viewer.language))
        return redirect("ingest:import_columns", workspace=workspace, number=kept.pk)
    mapping = imports.mapping_of(kept)
    shown = wizard_check.problems(mapping, checked.applied.tables)
    context = {
        "kept": kept,
        "balances": wizard_check.balances(checked),
        "problems": shown,
        "wrong": sum(one.quarantined for one in checked.applied.tables),
        "loadable": sum(one.rows_loaded for one in checked.applied.main),
        "rows_read": checked.applied.rows_read,
        "duplicates": wizard_check.duplicates(checked.applied.tables),
        "previews": wizard_check.previews(checked),
        "damaged": [told for one in checked.applied.tables for told in damaged_shown(one.table, one.emptied, viewer.language)],
        "damaged_accepts": REASONS["digits_lost"].accepts[viewer.language],
        "corrections": wizard_check.corrections(mapping),
        "checked": checked,
        "checked_rows": imports.CHECKED_ROWS,
        "error": error,
        "steps": steps("check", kept, workspace),
    }
    return page(request, "ingest/import_check.html", context, partial="check", status=422 if error else 200)


@needs("data.run")
@require_POST
def import_load(request: HttpRequest, workspace: str, number: int) -> HttpResponse:
    """Load in the background."""
    viewer, kept = _viewer(request), _import(request, number)
    try:
        imports.import_start(kept, viewer=viewer)
    except UserFacingError as refused:
        messages.warning(request, refused.text(viewer.language))
    return redirect("ingest:import", workspace=workspace, number=kept.pk)


@needs("data.view")
@require_GET
def import_show(request: HttpRequest, workspace: str, number: int) -> HttpResponse:
    """What became of an import: its progress, then its balance, and the way back."""
    viewer, kept = _viewer(request), _import(request, number)
    job = job_state(kept.job_id, workspace_id=viewer.workspace.id) if kept.job_id else None
    context = {
        "kept": kept,
        "job": job,
        "busy": kept.state == Import.State.LOADING or (job is not None and job.is_open),
        "counts": counts_shown(kept, viewer.language),
        "problems": held_problems(kept, viewer),
        "error_text": kept.error_zh if viewer.language == "zh" else kept.error_en,
        "may_run": viewer.can("data.run"),
        "customers_url": address("customers:list", workspace),
        "steps": steps("done", kept, workspace),
        "notes": [one[viewer.language] for one in notes_shown(kept.notes)],
    }
    return page(request, "ingest/import_show.html", context, partial="state")


@needs("data.run")
@require_POST
def import_undo(request: HttpRequest, workspace: str, number: int) -> HttpResponse:
    """Take everything of the load back."""
    viewer, kept = _viewer(request), _import(request, number)
    try:
        imports.import_undo(kept, workspace=viewer.workspace, viewer=viewer)
    except UserFacingError as refused:
        messages.warning(request, refused.text(viewer.language))
    else:
        messages.success(request, gettext("The load was taken back; the tables are being made again without it."))
    return redirect("ingest:import", workspace=workspace, number=kept.pk)


@needs("data.run")
@require_POST
def import_again(request: HttpRequest, workspace: str, number: int) -> HttpResponse:
    """Open an import that was taken back, to correct and load it once more."""
    kept = _import(request, number)
    try:
        imports.import_reopen(kept)
    except UserFacingError as refused:
        messages.warning(request, refused.text(_viewer(request).language))
    return redirect("ingest:import_columns", workspace=workspace, number=kept.pk)


@needs("data.run")
@require_POST
def import_discard(request: HttpRequest, workspace: str, number: int) -> HttpResponse:
    """Throw an upload away."""
    viewer, kept = _viewer(request), _import(request, number)
    try:
        imports.import_discard(kept, workspace=viewer.workspace, viewer=viewer)
    except UserFacingError as refused:
        messages.warning(request, refused.text(viewer.language))
    return redirect("ingest:import_new", workspace=workspace)


@needs("data.run")
@require_GET
def import_mapping(request: HttpRequest, workspace: str, number: int) -> HttpResponse:
    """The mapping as YAML, for the command line and for keeping."""
    kept = _import(request, number)
    response = HttpResponse(to_yaml(imports.mapping_of(kept)), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="mapping-{kept.pk}.yaml"'
    return response


def _answers(request: HttpRequest, kept: Import) -> dict[str, str]:
    given = {one.code: request.POST.get(f"q-{one.code}", "").strip() for one in imports.questions_of(kept)}
    return {code: answer for code, answer in given.items() if answer}


def _correct(request: HttpRequest, kept: Import) -> None:
    form = request.POST
    place = int(form.get("place", "-1")) if form.get("place", "").isdigit() else -1
    new = None if form.get("action") == "remove" else form.get("new", "")
    if new is not None and not new.strip():
        new = form.get("blank") or ""
    mapping = wizard_check.corrected(imports.mapping_of(kept), place=place, target=form.get("target", ""), old=form.get("old", ""), new=new)
    imports.mapping_set(kept, mapping)


def _import(request: HttpRequest, number: int) -> Import:
    kept = Import.objects.filter(pk=number, workspace_id=_viewer(request).workspace.id).exclude(state=Import.State.DISCARDED).first()
    if kept is None:
        raise Http404
    return kept


def _viewer(request: HttpRequest) -> Viewer:
    return cast("ViewerRequest", request).viewer
