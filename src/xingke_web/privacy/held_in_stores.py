"""What lies in texts without a sure key: uploads, rows in quarantine, rejected events, corrections of stewards.

They are searched for the values that belong to the person alone. An upload that holds one is removed whole: its good rows are in the loads,
and a file of many people cannot be cut without becoming another file.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection, models, transaction

from xingke.loop.personal import holding
from xingke.privacy.searching import ENCODINGS
from xingke.quality.held import QuarantineStore
from xingke.schema import TABLES
from xingke.schema.findings import quarantine_form
from xingke.words import both
from xingke_web.accounts.contracts import WorkspaceInfo
from xingke_web.config.vault import vault_of
from xingke_web.customers.facade import Rows, Subject, SubjectData, subject_data_register
from xingke_web.identity import guard
from xingke_web.identity.corrections import place_of
from xingke_web.identity.models import Decision
from xingke_web.ingest import pulls
from xingke_web.ingest.connection_models import Pull
from xingke_web.ingest.kept_files import FileGone, file_opened, files_forget, held_keep, held_of
from xingke_web.ingest.models import Import
from xingke_web.privacy.places import workspace_of_id
from xingke_web.tracking.models import RejectedEvent
from xingke_web.tracking.sealing import REJECTED_PLACE

_OURS = both("本公司", "our own")
_CHECKING = both("核对与重试导入", "checking loads and trying again")
_SYSTEMS = both("各业务系统", "the systems of the firm")
_LARGEST_MEMBER = 256 << 20


def register() -> None:
    """Called once when the application is ready."""
    for name, label, export, erase in (
        ("upload", both("上传的文件", "Uploaded files"), _uploads_named, _uploads_erase),
        ("quarantine", both("隔离区", "Rows in quarantine"), _quarantine_rows, _quarantine_erase),
        ("rejected_event", both("被拒绝的行为事件", "Rejected events"), _rejected_rows, _rejected_erase),
        ("decision", both("人工更正", "Corrections by stewards"), _decision_rows, _decision_erase),
    ):
        subject_data_register(SubjectData(name, label, _CHECKING, _SYSTEMS, _OURS, export, erase))


def _uploads_with(subject: Subject) -> Iterator[tuple[Import, WorkspaceInfo]]:
    if not subject.values:
        return
    workspace = workspace_of_id(subject.workspace_id)
    patterns = _patterns(subject.values)
    for kept in Import.objects.filter(workspace_id=subject.workspace_id):
        with suppress(FileGone), file_opened(kept, workspace) as path:
            if any(pattern in content for content in _contents(path.read_bytes()) for pattern in patterns):
                yield kept, workspace


def _contents(content: bytes) -> Iterator[bytes]:
    """A file, or the members of one that is an archive, as spreadsheets are."""
    if not content.startswith(b"PK\x03\x04"):
        yield content
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist():
                if member.file_size <= _LARGEST_MEMBER:
                    yield archive.read(member)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
        yield content  # a damaged one is searched as it lies there, and does not end the search


def _patterns(values: frozenset[str]) -> tuple[bytes, ...]:
    return tuple({value.encode(encoding) for value in values for encoding in ENCODINGS})


def _uploads_named(subject: Subject) -> Rows:
    return [{"file": kept.file_name, "at": kept.created_at.isoformat()} for kept, _ in _uploads_with(subject)]


def _uploads_erase(subject: Subject) -> int:
    found = list(_uploads_with(subject))
    for kept, workspace in found:
        files_forget(kept, workspace)
    return len(found)


def _store(subject: Subject) -> QuarantineStore:
    return QuarantineStore(workspace_of_id(subject.workspace_id).lake_path, vault_of(subject.workspace_id))


def _about(rows: pa.Table, table: str, subject: Subject) -> pa.ChunkedArray:
    form = quarantine_form(TABLES[table]) if table in TABLES else None
    columns = form if form is not None and form.identifying else quarantine_form(TABLES["source_record"])
    return holding(rows, columns, subject.values)


def _quarantine_rows(subject: Subject) -> Rows:
    if not subject.values:
        return []
    store = _store(subject)
    found: list[dict[str, str]] = []
    for load_id in store.loads():
        for table in store.tables(load_id):
            for rows in (store.read(load_id, table), store.left_out(load_id, table)):
                found += _texts(rows.filter(_about(rows, table, subject)))
    for held in _held_tables(subject):
        found += _texts(held.filter(_about(held, "source_record", subject)))
    return found


def _quarantine_erase(subject: Subject) -> int:
    if not subject.values:
        return 0
    store, gone, workspace = _store(subject), 0, workspace_of_id(subject.workspace_id)
    for load_id in store.loads():
        for table in store.tables(load_id):
            waiting, left_out = store.read(load_id, table), store.left_out(load_id, table)
            masks = [_about(rows, table, subject) for rows in (waiting, left_out)]
            count = sum(int(pc.sum(mask).as_py() or 0) for mask in masks)
            if count:
                kept = [rows.filter(pc.invert(mask)) for rows, mask in zip((waiting, left_out), masks, strict=True)]
                store.settle(load_id, table, waiting=kept[0], left_out=kept[1])
                gone += count
    for kept_import in Import.objects.filter(workspace_id=subject.workspace_id):
        gone += _held_erase(subject, held_of(kept_import, workspace), lambda rows, one=kept_import: held_keep(one, workspace, rows))
    for pull in Pull.objects.filter(connection__workspace_id=subject.workspace_id):
        gone += _held_erase(subject, pulls.held_of(pull, workspace), lambda rows, one=pull: pulls.held_keep(one, workspace, rows))
    return gone


def _held_erase(subject: Subject, rows: pa.Table, keep: object) -> int:
    mask = _about(rows, "source_record", subject)
    count = int(pc.sum(mask).as_py() or 0)
    if count and callable(keep):
        keep(rows.filter(pc.invert(mask)))
    return count


def _held_tables(subject: Subject) -> Iterator[pa.Table]:
    workspace = workspace_of_id(subject.workspace_id)
    for kept in Import.objects.filter(workspace_id=subject.workspace_id):
        yield held_of(kept, workspace)
    for pull in Pull.objects.filter(connection__workspace_id=subject.workspace_id):
        yield pulls.held_of(pull, workspace)


def _texts(rows: pa.Table) -> list[dict[str, str]]:
    return [{name: str(value) for name, value in row.items() if value is not None} for row in rows.to_pylist()]


def _rejected(subject: Subject) -> list[RejectedEvent]:
    if not subject.values:
        return []
    patterns, vault = _patterns(subject.values), vault_of(subject.workspace_id)
    found = RejectedEvent.objects.filter(workspace_id=subject.workspace_id).iterator(chunk_size=500)
    return [event for event in found if any(pattern in vault.open_bytes(bytes(event.sealed), place=REJECTED_PLACE) for pattern in patterns)]


def _rejected_rows(subject: Subject) -> Rows:
    return [{"reason": event.reason, "at": event.received_at.isoformat()} for event in _rejected(subject)]


def _rejected_erase(subject: Subject) -> int:
    found = _rejected(subject)
    RejectedEvent.objects.filter(pk__in=[event.pk for event in found]).delete()
    return len(found)


def _decision_rows(subject: Subject) -> Rows:
    vault = vault_of(subject.workspace_id)
    found = Decision.objects.filter(workspace_id=subject.workspace_id, number=subject.number).exclude(value="")
    return [{str(each.field): vault.open(each.value, place=place_of(each.field)), "at": each.at.isoformat()} for each in found]


@transaction.atomic
def _decision_erase(subject: Subject) -> int:
    """The corrected value goes out of the append-only ledger; that there was a correction, by whom and when, stays."""
    found: Any = models.QuerySet(Decision).filter(workspace_id=subject.workspace_id, number=subject.number).exclude(value="")
    if not found.exists():
        return 0
    guard.guard_off(connection)
    try:
        return int(found.update(value=""))
    finally:
        guard.guard_on(connection)
