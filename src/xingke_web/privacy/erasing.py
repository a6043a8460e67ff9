"""Deleting a person's data everywhere, and proving it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings
from django.db import connection

from xingke.loop.personal import QUARANTINE, Person, declared_table, erased_rows, holding
from xingke.privacy.masks import HIDDEN
from xingke.privacy.searching import files_with
from xingke_web.accounts.contracts import WorkspaceInfo
from xingke_web.config.vault import vault_of
from xingke_web.customers.facade import Subject, subject_data_all
from xingke_web.loop.facade import lake_of
from xingke_web.privacy.answers import subject_of
from xingke_web.privacy.held_in_lake import person_in
from xingke_web.privacy.models import Erased, SubjectRequest

UNIQUE: Final = ("phone", "id_number", "email", "open_id", "address")
"""Fields whose value belongs to one person; names are common and are looked for by the person's rows alone."""

SEARCHED: Final = ("contact_point", "message", "upload", "quarantine", "rejected_event", "decision")
"""Kinds of data that the proof asks again; rows of tables and loads are searched by their columns."""

_SHORTEST: Final = 6


def person_erase(
    workspace: WorkspaceInfo, number: int, *, request: SubjectRequest | None, values: frozenset[str], now: datetime
) -> dict[str, Any]:
    """Erase everything that may be erased; figures by kind of data, with the reason where something is kept.

    May be called again after it was cut off: what is erased already counts as nothing.
    """
    subject = replace(subject_of(workspace, number), values=values)
    _remembered(workspace, subject, request, now)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")  # freed pages are overwritten
    figures: dict[str, Any] = {}
    for data in subject_data_all():
        if data.erase is None:
            figures[data.name] = {"kept": len(data.export(subject)), "because": dict(data.kept_because or {})}
        else:
            figures[data.name] = {"erased": data.erase(subject)}
    return figures


def values_of(workspace: WorkspaceInfo, number: int) -> frozenset[str]:
    """The values that belong to this person alone, from everything that is held; what the proof looks for afterwards."""
    found: set[str] = set()
    for data in subject_data_all():
        if data.erase is not None:
            for row in data.export(subject_of(workspace, number)):
                found.update(value for name, value in row.items() if name in UNIQUE and len(value) >= _SHORTEST and value != HIDDEN)
    return frozenset(found)


def erasure_proof(workspace: WorkspaceInfo, number: int, values: Iterable[str], *, at: datetime) -> dict[str, Any]:
    """Search everything for what should be gone.

    Returns
    -------
    dict
        `rows_left`: identifying values in rows of the person, over every table version on the disk; `values_left`: sealed values equal to
        one of the person's own, where they are not somebody else's too; `shared`: those that are; `files_left`: files that hold a value
        readable; `files_searched`, `tables_searched`; `is_clean`.
    """
    person, wanted = person_in(workspace, number), frozenset(values)
    rows_left, values_left, shared, tables = _lake_left(workspace, person, wanted)
    home = settings.XINGKE
    readable = files_with(home.path, wanted, leave_out=(home.keys, home.static))
    subject = replace(subject_of(workspace, number), values=wanted)
    stores = {data.name: len(data.export(subject)) for data in subject_data_all() if data.name in SEARCHED}
    return {
        "at": at.isoformat(),
        "customer": number,
        "values": len(wanted),
        "tables_searched": tables,
        "files_searched": sum(1 for path in home.path.rglob("*") if path.is_file()),
        "rows_left": rows_left,
        "values_left": values_left,
        "shared": shared,
        "stores_left": stores,
        "files_left": sorted({path for paths in readable.values() for path in paths}),
        "is_clean": not rows_left and not values_left and not any(stores.values()) and not readable,
    }


def _lake_left(workspace: WorkspaceInfo, person: Person, wanted: frozenset[str]) -> tuple[int, int, int, int]:
    """Over every version of every table on the disk, named by a snapshot or not."""
    root, vault = lake_of(workspace).root, vault_of(workspace.id)
    rows_left = values_left = shared = tables = 0
    for path in sorted(root.glob("*/v=*/*.parquet")):
        declared = declared_table(path.parent.parent.name)
        if declared is None or not declared.identifying:
            continue
        tables += 1
        stored = pq.read_table(path, partitioning=None)
        rows_left += erased_rows(stored, declared, person)[1]
        opened = vault.open_table(stored, declared)
        if declared.name.startswith(QUARANTINE):
            values_left += int(pc.sum(holding(opened, declared, wanted)).as_py() or 0)
            continue
        without_person = erased_rows(opened, declared, person)[0]
        for name in declared.identifying:
            if name in opened.column_names:
                held = sum(value in wanted for value in opened.column(name).to_pylist())
                others = sum(value in wanted for value in without_person.column(name).to_pylist())
                values_left, shared = values_left + held - others, shared + others
    return rows_left, values_left, shared, tables


def _remembered(workspace: WorkspaceInfo, subject: Subject, request: SubjectRequest | None, now: datetime) -> None:
    """Note who was erased, by number and by keyed hashes of the records, so that a later load does not bring them back."""
    vault = vault_of(workspace.id)
    hashes = sorted(record_hash(vault, system, key) for system, key in subject.records)
    before = Erased.objects.filter(workspace_id=workspace.id, customer_number=subject.number).first()
    known = sorted({*hashes, *(before.record_hashes if before else [])})
    Erased.objects.update_or_create(
        workspace_id=workspace.id, customer_number=subject.number, defaults={"record_hashes": known, "request": request, "erased_at": now}
    )


def record_hash(vault: Any, system: str, key: str) -> str:
    """A keyed hash of a record's key."""
    return str(vault.blind(f"{system}|{key}", "erased record"))
