"""A pull: from the cursor on, every row of a source into pieces of the lake, exactly once.

What makes it exact: the pieces are named for the pull and for who works on it, so that a pull that starts again after a crash removes what
was stored before; and the cursor moves in the transaction that makes the pull done, when its pieces are on disk.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.db import transaction
from django.utils import timezone

from xingke.errors import UserFacingError
from xingke.loop.pieces import PieceStore
from xingke.schema.findings import quarantine_joined, quarantine_of
from xingke.sources.connectors import Batch, Cursor, Mode
from xingke.sources.connectors.mapped import mapped
from xingke.sources.mapping import Mapping
from xingke.words import both
from xingke_web.accounts.facade import Viewer, WorkspaceInfo, workspace_info
from xingke_web.audit.facade import record
from xingke_web.config.vault import vault_of
from xingke_web.ingest.connections import (
    FREE_FORM,
    ConnectionRefused,
    connector_of,
    cursor_of,
    cursor_sealed,
    mapping_of,
    mode_of,
    next_time,
    ready_settings,
)
from xingke_web.ingest.imports import counts_of, keyer_of
from xingke_web.ingest.kept_files import sealed_rows_read, sealed_rows_write
from xingke_web.ingest.models import Connection, Pull
from xingke_web.ingest.readings import Readings
from xingke_web.jobs.facade import LeaseLost, progress

PART_ROWS = 200_000
HELD_KEPT = 100_000


class PullTakenOver(LeaseLost):
    """Another worker has this pull now; what this one read is left to it."""


@dataclass
class _Taken:
    """What a pull has brought so far."""

    read: int = 0
    loaded: int = 0
    parts: int = 0
    counts: list[dict[str, Any]] = field(default_factory=list)
    held: list[pa.Table] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Nothing came."""
        return not self.read


def pull_now(connection_id: int, *, cause: str) -> int:
    """Pull a connection to its end. Returns the rows loaded.

    Raises
    ------
    UserFacingError
        The source did not answer, or did not let us in: what was stored before stays, the cursor does not move, the pull says why.
    """
    connection = Connection.objects.select_related("workspace").get(pk=connection_id)
    mapping = mapping_of(connection)
    if mapping is None:
        raise ConnectionRefused(zh="请先选择数据流与映射", en="choose its stream and mapping first")
    workspace = workspace_info(connection.workspace.slug)
    store = PieceStore(workspace.lake_path, vault_of(workspace.id))
    _without_leftovers(connection, store)
    run = _Run(connection, workspace, store, mapping, cause)
    try:
        return run.whole()
    except LeaseLost:  # another worker has it; nothing of it is ours to touch
        raise
    except BaseException as error:
        run.failed(error)
        raise


class _Run:
    """One call: one pull, or several one behind the other where an incremental reading is long."""

    def __init__(self, connection: Connection, workspace: WorkspaceInfo, store: PieceStore, mapping: Mapping, cause: str) -> None:
        self._connection, self._workspace, self._store = connection, workspace, store
        self._mapping, self._cause = mapping, cause
        self._mode = mode_of(connection)
        self._pull, self._taken, self._loaded = _begin(connection, cause, store), _Taken(), 0

    def whole(self) -> int:
        """Read to the end."""
        cursor = cursor_of(self._connection)
        readings = Readings(self._connection, self._mapping, self._mode, cursor, self._pull)
        settings = ready_settings(self._connection) | readings.settings()
        batches = connector_of(self._connection.kind).read(settings, self._connection.stream, cursor)
        for chunk, reached in _chunks(batches):
            in_units = any(batch.units is not None for batch in chunk)
            for part in readings.apart(chunk):
                readings.begin(self._store, self._pull.load_id(self._taken.parts), self._pull, part, in_units=in_units)
                self._store_part(part)
            # Without a cursor behind these rows, the pull is not done before the source has nothing more.
            if reached is not None and self._mode is not Mode.FULL and not self._taken.is_empty:
                self._done(reached)
                self._pull, self._taken = _begin(self._connection, self._cause, self._store), _Taken()
            cursor = reached if reached is not None else cursor
        self._done(cursor)
        return self._loaded

    def failed(self, error: BaseException) -> None:
        """Keep why it failed; nothing of it stays among the pieces."""
        stopped = both("读取中断，本次没有载入任何行", "the pull stopped; no row of it was loaded")
        words = error.words if isinstance(error, UserFacingError) else stopped
        mine = Pull.objects.filter(pk=self._pull.pk, token=self._pull.token, state=Pull.State.RUNNING)
        if mine.update(state=Pull.State.FAILED, error_zh=words["zh"], error_en=words["en"], finished_at=timezone.now()):
            _drop(self._store, self._pull)

    def _store_part(self, part: list[Batch]) -> None:
        rows = sum(batch.rows.num_rows for batch in part)
        odd = [one for batch in part for one in batch.rejected]
        taken = self._taken
        if rows:
            applied, kept = mapped(
                self._mapping,
                self._connection.stream or self._connection.kind,
                part,
                as_of=timezone.localdate(),
                keyer=keyer_of(self._workspace),
                start=taken.read + 1,
                free_form=self._connection.kind in FREE_FORM,
            )
            for table in kept.tables():
                self._store.put(self._pull.load_id(taken.parts), table, kept.whole(table))
            taken.parts += 1
            taken.counts = _summed(taken.counts, counts_of(applied))
            taken.loaded += sum(one.rows_loaded for one in applied.main)
            taken.held.append(applied.quarantine)
        if odd:
            table = self._mapping.tables[0].table
            taken.held.append(
                quarantine_of(
                    {"table": table, "file": self._connection.stream, "column": one.place, "reason": one.reason, "record": one.record}
                    for one in odd
                )
            )
        taken.read += rows + len(odd)
        progress(taken.read, None, both(f"已读取 {taken.read:,} 行", f"{taken.read:,} rows read"))

    def _done(self, cursor: Cursor | None) -> None:
        """The one step that makes rows and cursor true together."""
        connection, pull, taken = self._connection, self._pull, self._taken
        held = quarantine_joined(taken.held)
        if not taken.is_empty:
            held_keep(pull, self._workspace, held)
        with transaction.atomic():
            mine = Pull.objects.select_for_update().filter(pk=pull.pk, token=pull.token, state=Pull.State.RUNNING)
            if not mine.exists():
                raise PullTakenOver
            now = timezone.now()
            if taken.is_empty:
                mine.delete()
            else:
                mine.update(
                    state=Pull.State.DONE,
                    parts=taken.parts,
                    counts=taken.counts,
                    rows_read=taken.read,
                    rows_loaded=taken.loaded,
                    rows_held=held.num_rows,
                    finished_at=now,
                )
                facts = {"number": pull.number, "rows": taken.loaded, "outside": held.num_rows}
                record("pull.done", system=True, workspace_id=connection.workspace_id, subject=connection, **facts)
            if self._mode is Mode.FULL and not taken.is_empty:
                connection.pulls.filter(state=Pull.State.DONE, number__lt=pull.number).update(state=Pull.State.REPLACED)
            connection.cursor, connection.last_ok_at = cursor_sealed(connection, cursor), now
            connection.next_at = next_time(connection, now)
            connection.save(update_fields=["cursor", "last_ok_at", "next_at"])
        self._loaded += taken.loaded
        self._tidy(cursor)

    def _tidy(self, cursor: Cursor | None) -> None:
        _without_leftovers(self._connection, self._store)
        if self._mode is Mode.STREAM and cursor:
            ready_settings(self._connection)["spool"].forget(int(cursor["number"]))


def _begin(connection: Connection, cause: str, store: PieceStore) -> Pull:
    """The pull that a crash left behind, from its beginning, or a new one."""
    with transaction.atomic():
        Connection.objects.select_for_update().get(pk=connection.pk)
        pull = connection.pulls.filter(state=Pull.State.RUNNING).first()
        if pull is None:
            last = connection.pulls.values_list("number", flat=True).first() or 0
            return Pull.objects.create(connection=connection, number=last + 1, cause=cause, started_at=timezone.now())
        pull.token, pull.started_at = uuid.uuid4(), timezone.now()
        pull.save(update_fields=["token", "started_at"])
    _drop(store, pull)
    return pull


def _chunks(batches: Iterable[Batch]) -> Iterator[tuple[list[Batch], Cursor | None]]:
    """Batches gathered to parts, each with the cursor behind it; a part ends where there is one, or where it is full."""
    waiting: list[Batch] = []
    rows = 0
    for batch in batches:
        waiting.append(batch)
        rows += batch.rows.num_rows
        if rows >= PART_ROWS:
            yield waiting, batch.cursor
            waiting, rows = [], 0
    if waiting:
        yield waiting, waiting[-1].cursor


def _summed(before: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not before:
        return new
    found = []
    for one, other in zip(before, new, strict=True):
        sums = {name: one[name] + other[name] for name in one if isinstance(one[name], int) and not isinstance(one[name], bool)}
        reasons = {code: one["reasons"].get(code, 0) + other["reasons"].get(code, 0) for code in {*one["reasons"], *other["reasons"]}}
        found.append({**one, **sums, "reasons": reasons})
    return found


def _drop(store: PieceStore, pull: Pull) -> None:
    for load_id in store.loads():
        if load_id.startswith(pull.prefix):
            store.drop(load_id)


def _without_leftovers(connection: Connection, store: PieceStore) -> None:
    """Remove pieces whose pull is replaced, undone, failed or gone: a crash may have come between the word and the deed."""
    kept = {pull.load_id(0).rpartition("-")[0] for pull in connection.pulls.filter(state__in=(Pull.State.DONE, Pull.State.RUNNING))}
    for load_id in store.loads():
        if load_id.startswith(f"pull-{connection.pk}-") and load_id.rpartition("-")[0] not in kept:
            store.drop(load_id)


def pull_undo(*, viewer: Viewer, pull: Pull, workspace: WorkspaceInfo) -> Pull:
    """Take the rows of a pull back. The cursor stays, so they do not come again by themselves."""
    from xingke_web.ingest.import_tasks import pass_queue

    with transaction.atomic():
        if not Pull.objects.filter(pk=pull.pk, state=Pull.State.DONE).update(state=Pull.State.UNDONE):
            raise ConnectionRefused(zh="这次读取没有可撤销的数据", en="there is nothing of this pull to take back")
        record("pull.undone", viewer=viewer, subject=pull.connection, number=pull.number, rows=pull.rows_loaded)
        pass_queue(workspace.slug, workspace.id)
    _drop(PieceStore(workspace.lake_path), pull)
    _held_path(pull, workspace).unlink(missing_ok=True)
    pull.refresh_from_db()
    return pull


@transaction.atomic
def connection_restart(*, viewer: Viewer, connection: Connection) -> None:
    """Forget how far the stream was read: the next pull reads all of it, and rows that came before count once."""
    connection.cursor = ""
    connection.save(update_fields=["cursor"])
    record("connection.restarted", viewer=viewer, subject=connection)


def held_keep(pull: Pull, workspace: WorkspaceInfo, quarantine: pa.Table) -> None:
    """Seal the rows that stayed outside, the first of them where they are very many; their number is with the pull."""
    rows = quarantine.slice(0, HELD_KEPT)
    sealed_rows_write(_held_path(pull, workspace), rows, vault_of(workspace.id), place=_place(pull))


def held_of(pull: Pull, workspace: WorkspaceInfo) -> pa.Table:
    """The rows of a pull that stayed outside."""
    path = _held_path(pull, workspace)
    if not path.exists():
        return quarantine_of()
    return sealed_rows_read(path, vault_of(workspace.id), place=_place(pull))


def _held_path(pull: Pull, workspace: WorkspaceInfo) -> Path:
    return workspace.lake_path / "uploads" / f"pull-{pull.connection_id}-{pull.number}.held"


def _place(pull: Pull) -> str:
    return f"pull {pull.connection_id} {pull.number} held"
