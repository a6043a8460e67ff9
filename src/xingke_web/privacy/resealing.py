"""Sealing texts in the database again after a rotation, each for the place that it is bound to."""

from collections.abc import Callable
from typing import Any, Final

import pyarrow.parquet as pq
from django.db import connection, models, transaction

from xingke.privacy import Vault, key_id_of
from xingke.privacy.files import file_key_id
from xingke.quality.held import DIRECTORY, QuarantineStore
from xingke.schema import TABLES
from xingke.schema.findings import quarantine_form
from xingke_web.config.resealing import resealer_register
from xingke_web.customers.facade import contact_points_reseal
from xingke_web.identity import guard
from xingke_web.identity.corrections import place_of
from xingke_web.identity.models import Decision
from xingke_web.ingest import connections, imports, pulls
from xingke_web.ingest.connection_models import Connection, Pull
from xingke_web.ingest.kept_files import files_resealed
from xingke_web.ingest.models import Import, StoredMapping
from xingke_web.privacy.differences import members_place
from xingke_web.privacy.models import ExportMembers, SubjectRequest
from xingke_web.privacy.places import workspace_of_id
from xingke_web.privacy.requests import answer_place, wish_place
from xingke_web.tracking.models import AnonymousLink, RejectedEvent
from xingke_web.tracking.sealing import LINK_PLACE, REJECTED_PLACE

Place = Callable[[Any], str]

TEXTS: Final[tuple[tuple[type[models.Model], str, Place], ...]] = (
    (SubjectRequest, "wish", wish_place),
    (SubjectRequest, "answer", answer_place),
    (Import, "mapping", lambda row: imports.PLACE),
    (StoredMapping, "mapping", lambda row: imports.PLACE),
    (Connection, "settings", lambda row: connections.SETTINGS),
    (Connection, "cursor", lambda row: connections.CURSOR),
    (Connection, "mapping", lambda row: connections.MAPPING),
    (AnonymousLink, "user_sealed", lambda row: LINK_PLACE),
    (ExportMembers, "sealed", members_place),
    (Decision, "value", lambda row: place_of(row.field)),
)
"""Every field of the database that holds sealed texts, with what they are bound to."""


def register() -> None:
    """Called once when the application is ready."""
    resealer_register("contact points", contact_points_reseal)
    resealer_register("texts", _texts)
    resealer_register("rejected events", _rejected)
    resealer_register("uploads", _uploads)
    resealer_register("pulls", _pulls)
    resealer_register("quarantine", _quarantine)


def _texts(workspace_id: int, vault: Vault) -> int:
    return sum(_field(model, field, place, workspace_id, vault) for model, field, place in TEXTS)


@transaction.atomic
def _field(model: type[models.Model], field: str, place: Place, workspace_id: int, vault: Vault) -> int:
    rows: Any = models.QuerySet(model).filter(workspace_id=workspace_id, **{f"{field}__startswith": "xk1."})
    stale = [row for row in rows.exclude(**{f"{field}__startswith": f"xk1.{vault.key_id}."}) if key_id_of(getattr(row, field))]
    if not stale:
        return 0
    if model is Decision:  # append-only: only what it says is closed anew, in one transaction
        guard.guard_off(connection)
    for row in stale:
        models.QuerySet(model).filter(pk=row.pk).update(**{field: vault.reseal(getattr(row, field), place=place(row))})
    if model is Decision:
        guard.guard_on(connection)
    return len(stale)


def _rejected(workspace_id: int, vault: Vault) -> int:
    done = 0
    for row in RejectedEvent.objects.filter(workspace_id=workspace_id).iterator(chunk_size=500):
        sealed = bytes(row.sealed)
        if file_key_id(sealed[:16]) not in ("", vault.key_id):
            fresh = vault.seal_bytes(vault.open_bytes(sealed, place=REJECTED_PLACE), place=REJECTED_PLACE)
            done += RejectedEvent.objects.filter(pk=row.pk).update(sealed=fresh)
    return done


def _uploads(workspace_id: int, vault: Vault) -> int:
    workspace = workspace_of_id(workspace_id)
    return sum(files_resealed(kept, workspace, vault) for kept in Import.objects.filter(workspace_id=workspace_id))


def _pulls(workspace_id: int, vault: Vault) -> int:
    """Rows of pulls that stayed outside; written anew whole, as they are few."""
    workspace, done = workspace_of_id(workspace_id), 0
    for pull in Pull.objects.filter(connection__workspace_id=workspace_id):
        path = workspace.lake_path / "uploads" / f"pull-{pull.connection_id}-{pull.number}.held"
        if path.exists() and file_key_id(path.read_bytes()[:16]) not in ("", vault.key_id):
            pulls.held_keep(pull, workspace, pulls.held_of(pull, workspace))
            done += 1
    return done


def _quarantine(workspace_id: int, vault: Vault) -> int:
    workspace, done = workspace_of_id(workspace_id), 0
    store = QuarantineStore(workspace.lake_path, vault)
    for load_id in store.loads():
        for table in store.tables(load_id):
            stored = (workspace.lake_path / DIRECTORY / load_id).glob(f"{table}*.parquet")
            form = quarantine_form(TABLES[table])
            if not all(vault.is_current(pq.read_table(path, partitioning=None), form) for path in stored):
                store.settle(load_id, table, waiting=store.read(load_id, table), left_out=store.left_out(load_id, table))
                done += 1
    return done
