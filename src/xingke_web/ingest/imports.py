"""Importing a file: keep it, guess its columns, check it, load it in the background, take it back."""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as MappingOf
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import BinaryIO, Final

import pyarrow as pa
from django.db import transaction
from django.utils import timezone

from xingke.errors import UserFacingError
from xingke.loop.pieces import PieceStore
from xingke.paths import file_name
from xingke.sources.files import Limits, RawFile, read_raw
from xingke.sources.mapping import Applied, InMemory, Mapping, apply, from_yaml, to_yaml
from xingke.sources.mapping.again import refreshed
from xingke.sources.mapping.guess import Guess, guess
from xingke.sources.mapping.questions import Question, answered, doubts_of
from xingke.words import Language
from xingke_web.accounts.facade import Viewer, WorkspaceInfo
from xingke_web.audit.facade import record
from xingke_web.config.vault import vault_of
from xingke_web.ingest.import_systems import with_known_systems
from xingke_web.ingest.kept_files import file_keep, file_opened, files_forget
from xingke_web.ingest.models import Import, StoredMapping

UPLOAD_MEGABYTES: Final = 200
CHECKED_ROWS: Final = 200_000
OUTLET_PACKS: Final = ("tobacco", "wholesale")
"""Trades whose customers are outlets."""
PLACE: Final = "ingest.mapping"
_OPEN: Final = (Import.State.MAPPING, Import.State.FAILED)


class ImportNotOpen(UserFacingError):
    """The import is past the step that was asked for."""


class ColumnsMissing(UserFacingError):
    """Required columns have nothing to fill them yet."""


class QuestionsOpen(UserFacingError):
    """The file leaves something open that decides about rows or money; nothing is loaded before it is answered."""

    exit_code = 7

    def __init__(self, questions: Sequence[Question]) -> None:
        zh = "\n".join(f"  {one.code}：{one.words['zh']}{_answers(one, 'zh')}" for one in questions)
        en = "\n".join(f"  {one.code}: {one.words['en']}{_answers(one, 'en')}" for one in questions)
        super().__init__(
            zh=f"载入之前请先回答（命令行用 --answer 名称=回答；--yes 采用识别结果）：\n{zh}",
            en=f"answer before the load (on the command line by --answer NAME=ANSWER; --yes takes the guess):\n{en}",
        )
        self.details = {"questions": [asdict(one) for one in questions]}


def _answers(question: Question, language: Language) -> str:
    return "".join(f"\n    --answer {question.code}={key}  {words[language]}" for key, words in question.choices.items())


@dataclass(frozen=True)
class Checked:
    """A dry run: the balance, the first good rows by table, and the rows that would stay outside."""

    applied: Applied
    preview: dict[str, pa.Table]
    whole_file: bool


def import_add(
    *,
    workspace: WorkspaceInfo,
    file: BinaryIO,
    name: str,
    viewer: Viewer | None = None,
    origin: str = Import.Origin.UPLOAD,
    mapping: Mapping | None = None,
) -> Import:
    """Keep a file sealed and guess its mapping; a layout that was seen before gets the mapping it had.

    Raises
    ------
    FileRefused
        Nothing of it can be used; nothing is kept of it.
    """
    kept = Import(
        workspace_id=workspace.id,
        origin=origin,
        file_name=file_name(name),
        size_bytes=0,
        sha256="",
        created_by_id=viewer.user_id if viewer else None,
        created_at=timezone.now(),
    )
    kept.save()
    try:
        file_keep(kept, workspace, file)
        with opened(kept, workspace) as raw:
            _describe(kept, raw)
            _map_first(kept, workspace, raw, mapping)
    except BaseException:
        files_forget(kept, workspace)
        kept.delete()
        raise
    kept.save()
    _record("import.added", kept, viewer, rows=0)
    return kept


@contextmanager
def opened(kept: Import, workspace: WorkspaceInfo) -> Iterator[RawFile]:
    """The file, to be read while the context lasts."""
    with file_opened(kept, workspace) as path:
        yield read_raw(path, limits=Limits(file_bytes=8 << 30 if kept.origin == Import.Origin.COMMAND else UPLOAD_MEGABYTES << 20))


def mapping_of(kept: Import) -> Mapping:
    """The mapping as it stands."""
    return from_yaml(vault_of(kept.workspace_id).open(kept.mapping, place=PLACE))


def mapping_set(kept: Import, mapping: Mapping) -> None:
    """Change the mapping of an import that is not loaded yet."""
    require_open(kept)
    kept.mapping = vault_of(kept.workspace_id).seal(to_yaml(mapping), place=PLACE)
    kept.save(update_fields=["mapping"])


def guess_of(raw: RawFile, workspace: WorkspaceInfo) -> Guess:
    """The first mapping, in the units of the workspace's trade and with the system whose numbers the file uses."""
    first = guess(
        raw, units="cigarettes" if workspace.pack == "tobacco" else "pieces", kind="outlet" if workspace.pack in OUTLET_PACKS else ""
    )
    return replace(first, mapping=with_known_systems(first.mapping, raw, workspace))


def known_before(found: Guess, raw: RawFile, workspace: WorkspaceInfo) -> tuple[Mapping, tuple[Question, ...]] | None:
    """The mapping that the last file of this layout had, with the steps that the values of this one call for, and what it leaves open."""
    known = StoredMapping.objects.filter(workspace_id=workspace.id, fingerprint=found.mapping.fingerprint).first()
    if known is None:
        return None
    mapping = refreshed(from_yaml(vault_of(workspace.id).open(known.mapping, place=PLACE)), found.mapping)
    return mapping, doubts_of(mapping, raw)


def questions_of(kept: Import) -> tuple[Question, ...]:
    """What is still to be answered before the load."""
    return tuple(Question(**one) for one in kept.questions)


def import_answer(kept: Import, answers: MappingOf[str, str]) -> None:
    """Take answers to the questions of an import.

    Raises
    ------
    xingke.sources.mapping.questions.BadAnswer
        An answer that is none of the choices.
    """
    require_open(kept)
    mapping, left = answered(mapping_of(kept), questions_of(kept), answers)
    mapping_set(kept, mapping)
    kept.questions = [asdict(one) for one in left]
    kept.save(update_fields=["questions"])


def questions_again(kept: Import, raw: RawFile) -> None:
    """Try a mapping that somebody changed: whether most rows would be lost is asked of it and not of the guess."""
    mapping = mapping_of(kept)
    settled = [one for one in questions_of(kept) if one.code != "loss" and one.table < len(mapping.tables)]
    kept.questions = [asdict(one) for one in (*settled, *doubts_of(mapping, raw))]
    kept.save(update_fields=["questions"])


def require_answered(kept: Import) -> None:
    """Refuse a load while a question is open."""
    if kept.questions:
        raise QuestionsOpen(questions_of(kept))


def import_check(kept: Import, workspace: WorkspaceInfo, raw: RawFile) -> Checked:
    """Try the mapping without loading anything; of a very long file its beginning.

    Raises
    ------
    ColumnsMissing
        A required column has nothing to fill it.
    """
    mapping = mapping_of(kept)
    require_whole(mapping)
    require_answered(kept)
    applied, sink = apply(mapping, raw, as_of=timezone.localdate(), keyer=keyer_of(workspace), most_rows=CHECKED_ROWS)
    assert isinstance(sink, InMemory)  # noqa: S101 - no other sink was given
    preview = {name: sink.whole(name) for name in sink.tables()}
    return Checked(applied, preview, applied.rows_read < CHECKED_ROWS)


def keyer_of(workspace: WorkspaceInfo) -> Callable[[str], str]:
    """Numbers for customers who have none, which nobody can turn back without the key of the workspace."""
    vault = vault_of(workspace.id)
    return lambda text: vault.blind(text, "source_id")


@transaction.atomic
def import_start(kept: Import, *, viewer: Viewer) -> Import:
    """Queue the load.

    Raises
    ------
    ImportNotOpen, ColumnsMissing
        It is loading already, or required columns are missing.
    """
    from xingke_web.ingest.import_tasks import import_run
    from xingke_web.jobs.facade import job_add

    require_open(kept)
    mapping = mapping_of(kept)
    require_whole(mapping)
    require_answered(kept)
    job = job_add(import_run, kept.pk, workspace_id=kept.workspace_id, unique_key=f"import:{kept.pk}", max_attempts=1)
    kept.state, kept.job_id = Import.State.LOADING, job.id
    kept.save(update_fields=["state", "job_id"])
    _record("import.started", kept, viewer, rows=0)
    return kept


@transaction.atomic
def import_undo(kept: Import, *, workspace: WorkspaceInfo, viewer: Viewer) -> Import:
    """Take a load back whole, and queue the pass that makes every table as if it had never come."""
    from xingke_web.ingest.import_tasks import pass_queue

    import_take_back(kept, workspace=workspace, viewer=viewer)
    kept.job_id = pass_queue(workspace.slug, workspace.id).id
    kept.save(update_fields=["job_id"])
    return kept


@transaction.atomic
def import_take_back(kept: Import, *, workspace: WorkspaceInfo, viewer: Viewer | None = None) -> None:
    """Take a load back; the next pass makes every table as if it had never come.

    Raises
    ------
    ImportNotOpen
        It is not loaded.
    """
    if kept.state != Import.State.LOADED:
        raise ImportNotOpen(
            zh=f"这次导入处于「{kept.get_state_display()}」状态，没有可撤销的数据",
            en=f"this import is '{kept.state}'; there is nothing of it to take back",
        )
    pieces_drop(kept, workspace)
    kept.state, kept.undone_at = Import.State.UNDONE, timezone.now()
    kept.save(update_fields=["state", "undone_at"])
    _record("import.undone", kept, viewer, rows=kept.total("rows_loaded"))


@transaction.atomic
def import_discard(kept: Import, *, workspace: WorkspaceInfo, viewer: Viewer) -> None:
    """Throw away a file that was not loaded."""
    require_open(kept)
    kept.state = Import.State.DISCARDED
    kept.save(update_fields=["state"])
    _record("import.discarded", kept, viewer, rows=0)
    transaction.on_commit(lambda: files_forget(kept, workspace))


def import_reopen(kept: Import) -> Import:
    """Let an undone import be corrected and loaded again."""
    if kept.state != Import.State.UNDONE:
        raise ImportNotOpen(zh="只有已撤销的导入可以重新打开", en="only an import that was undone can be opened again")
    kept.state = Import.State.MAPPING
    kept.save(update_fields=["state"])
    return kept


def pieces_drop(kept: Import, workspace: WorkspaceInfo) -> None:
    """Remove every part of a load, and the corrections of rows that waited."""
    store = pieces_of(workspace)
    for load_id in store.loads():
        if load_id == kept.load_id or load_id.startswith(f"{kept.load_id}-"):
            store.drop(load_id)


def pieces_of(workspace: WorkspaceInfo) -> PieceStore:
    """The pieces of a workspace."""
    return PieceStore(workspace.lake_path, vault_of(workspace.id))


def mapping_store(kept: Import, mapping: Mapping) -> None:
    """Keep the mapping for the next file with the same headers."""
    if not kept.fingerprint:
        return
    sealed = vault_of(kept.workspace_id).seal(to_yaml(mapping), place=PLACE)
    values = {"mapping": sealed, "name": kept.file_name, "updated_at": timezone.now()}
    stored, is_new = StoredMapping.objects.update_or_create(workspace_id=kept.workspace_id, fingerprint=kept.fingerprint, defaults=values)
    if not is_new:
        stored.uses += 1
        stored.save(update_fields=["uses"])


def counts_of(applied: Applied) -> list[dict[str, object]]:
    """The balance as JSON."""
    names = (
        "table",
        "sheet",
        "folds",
        "rows_read",
        "rows_loaded",
        "folded",
        "quarantined",
        "duplicates",
        "set_aside",
        "reasons",
        "emptied",
    )
    return [{name: getattr(one, name) for name in names} for one in applied.tables]


def require_open(kept: Import) -> None:
    """Refuse what is loading, loaded or gone."""
    if kept.state not in _OPEN:
        raise ImportNotOpen(
            zh=f"这次导入处于「{kept.get_state_display()}」状态，不能再修改",
            en=f"this import is '{kept.state}' and can no longer be changed",
        )


def require_whole(mapping: Mapping) -> None:
    """Refuse a mapping with a table that lacks a required column."""
    missing = [(table, column) for table in mapping.tables for column in table.missing]
    if missing:
        zh = "、".join(f"{table.declared.label['zh']}的{column.label['zh']}" for table, column in missing)
        en = ", ".join(f"{column.label['en']} of {table.declared.label['en']}" for table, column in missing)
        raise ColumnsMissing(zh=f"还缺：{zh}。请为它选择一列", en=f"still missing: {en}. Choose a column for it")


def _describe(kept: Import, raw: RawFile) -> None:
    kept.form, kept.notes = raw.form, list(raw.notes)


def _map_first(kept: Import, workspace: WorkspaceInfo, raw: RawFile, given: Mapping | None) -> None:
    first = guess_of(raw, workspace)
    kept.fingerprint = first.mapping.fingerprint
    known = known_before(first, raw, workspace) if given is None else None
    mapping, questions = (given, ()) if given else known or (first.mapping, first.questions)
    kept.known_mapping = known is not None
    kept.questions = [asdict(one) for one in questions]
    kept.notes = [*kept.notes, *(f"left_out_sheet:{name}" for name in first.left_out)]
    kept.choices = [asdict(one) for one in first.choices]
    kept.mapping = vault_of(workspace.id).seal(to_yaml(mapping), place=PLACE)


def _record(name: str, kept: Import, viewer: Viewer | None, *, rows: int) -> None:
    who = {"system": True, "workspace_id": kept.workspace_id} if viewer is None else {"viewer": viewer}
    record(name, subject=kept, file=kept.sha256[:12], rows=rows, **who)
