"""Rows that wait: corrected and tried again, or left out for good; every row stays accounted for."""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction

from xingke.errors import UserFacingError
from xingke.quality import CHECKS
from xingke.schema import TABLES
from xingke.schema.findings import quarantine_joined
from xingke_web.accounts.facade import Viewer, WorkspaceInfo
from xingke_web.audit.facade import record
from xingke_web.ingest.held_stores import pieces_store, store_of
from xingke_web.ingest.holder import Holder, corrected
from xingke_web.ingest.holding import holder_of
from xingke_web.ingest.quarantine import masked
from xingke_web.ui.numbers import active_language

LONGEST_VALUE = 2_000


class NothingWaits(UserFacingError):
    """The rows are not there any more: somebody else was quicker, or the load was taken back."""


class CannotCorrect(UserFacingError):
    """The value cannot be corrected here."""


@dataclass(frozen=True)
class Group:
    """Waiting rows of one load with the same fault and the same value."""

    key: str
    table: str
    table_label: str
    column: str
    reason: str
    label: str
    accepts: str
    is_fault: bool
    value: str
    rows: int
    places: str
    can_correct: bool


@dataclass(frozen=True)
class Retried:
    """What became of a trial."""

    tried: int
    passed: int
    waiting: int


def groups_of(workspace: WorkspaceInfo, load_id: str) -> list[Group]:
    """The waiting rows of a load by fault and value, wrong ones first, the most rows first."""
    holder, rows = _held(workspace, load_id)
    found: dict[str, list[dict[str, object]]] = {}
    for row in rows.select(["table", "file", "row", "column", "value", "reason"]).to_pylist():
        found.setdefault(_key(row["table"], row["column"], row["reason"], row["value"]), []).append(row)
    groups = [_group(workspace, holder, load_id, key, rows) for key, rows in found.items()]
    return sorted(groups, key=lambda group: (not group.is_fault, -group.rows, group.table, group.column, group.key))


def _group(workspace: WorkspaceInfo, holder: Holder, load_id: str, key: str, rows: list[dict[str, object]]) -> Group:
    language, first = active_language(), rows[0]
    table, column, reason = str(first["table"]), str(first["column"] or ""), str(first["reason"])
    check = CHECKS.get(reason)
    value = masked(table, column, None if first["value"] is None else str(first["value"])) if table in TABLES else "****"
    places = ", ".join(str(row["row"]) for row in rows[:6] if row["row"] is not None)
    return Group(
        key=key,
        table=table,
        table_label=TABLES[table].label[language] if table in TABLES else table,
        column=column,
        reason=reason,
        label=check.label[language] if check else reason,
        accepts=check.advice[language] if check else "",
        is_fault=check.is_fault if check else True,
        value=(value or "")[:80],
        rows=len(rows),
        places=f"{places} …" if len(rows) > 6 else places,
        can_correct=reason != "duplicate_key" and bool(holder.fields(workspace, load_id, table, column)),
    )


def retry(*, viewer: Viewer, load_id: str, group: str = "", value: str | None = None) -> Retried:
    """Try waiting rows again, those of one group with a new value or as they are, or all of the load.

    Rows that pass become a piece of their own, named after the load, so that taking the load back takes them along; a pass is queued.

    Raises
    ------
    NothingWaits
        There are no such rows any more.
    CannotCorrect
        The column is made of nothing that could be changed, or the value is too long.
    """
    workspace = viewer.workspace
    with _alone(workspace):
        holder, rows = _held(workspace, load_id)
        chosen = _mask(rows, group)
        trying = rows.filter(chosen)
        if not trying.num_rows:
            raise _nothing()
        given = trying
        if value is not None:
            first = trying.slice(0, 1).to_pylist()[0]
            trying = _with_value(holder, workspace, load_id, trying, first["table"], first["column"] or "", value)
        result = holder.again(workspace, load_id, trying)
        still = quarantine_joined([result.waiting])
        if result.pieces:
            store = pieces_store(workspace)
            begins = holder.piece_id(load_id)
            piece = _next_piece(store.loads(), begins)
            store.begin_correction(piece, begins.removesuffix("-r"))
            for table, good in result.pieces.items():
                store.put(piece, table, good)
        gone = _without(given, still)
        with transaction.atomic():
            holder.keep(workspace, load_id, quarantine_joined([rows.filter(pc.invert(chosen)), still]), gone)
            record("quarantine.retried", viewer=viewer, load=load_id, rows=trying.num_rows, passed=result.passed)
            if result.passed:
                from xingke_web.ingest.import_tasks import pass_queue

                pass_queue(workspace.slug, workspace.id)
    return Retried(trying.num_rows, result.passed, still.num_rows)


def leave_out(*, viewer: Viewer, load_id: str, group: str, why: str) -> int:
    """Leave the rows of a group out for good, with a reason that is written down; they stay kept and counted."""
    if not why.strip():
        raise CannotCorrect(zh="请写明为什么不再需要这些行", en="say why these rows are not needed")
    workspace = viewer.workspace
    with _alone(workspace):
        holder, rows = _held(workspace, load_id)
        chosen = _mask(rows, group)
        gone = rows.filter(chosen)
        if not gone.num_rows:
            raise _nothing()
        store = store_of(workspace)
        kept_with = "bulk-left-out" if load_id == "bulk" else load_id
        for table in sorted(set(gone["table"].to_pylist()) & set(TABLES)):
            mine = gone.filter(pc.equal(gone["table"], table))
            left = quarantine_joined([store.left_out(kept_with, table), mine])
            store.settle(kept_with, table, waiting=mine.slice(0, 0), left_out=left)
        with transaction.atomic():
            holder.keep(workspace, load_id, rows.filter(pc.invert(chosen)), gone)
            record("quarantine.left_out", viewer=viewer, load=load_id, rows=gone.num_rows, why=why.strip()[:150])
    return int(gone.num_rows)


def left_out_rows(workspace: WorkspaceInfo, load_id: str) -> int:
    """How many rows of a load were left out for good."""
    store, name = store_of(workspace), "bulk-left-out" if load_id == "bulk" else load_id
    return sum(store.left_out(name, table).num_rows for table in store.tables(name))


def _held(workspace: WorkspaceInfo, load_id: str) -> tuple[Holder, pa.Table]:
    holder = holder_of(workspace, load_id)
    rows = holder.read(workspace, load_id) if holder else None
    if holder is None or rows is None:
        raise _nothing()
    return holder, rows


def _with_value(holder: Holder, workspace: WorkspaceInfo, load_id: str, rows: pa.Table, table: str, column: str, value: str) -> pa.Table:
    fields = holder.fields(workspace, load_id, table, column)
    if not fields:
        raise CannotCorrect(
            zh="这一列不能在此更正：它由多个字段推算而来，或整行无法识别。请更正来源后重新导入",
            en="this column cannot be corrected here: it is computed, or the row could not be taken apart; correct the source instead",
        )
    if len(value) > LONGEST_VALUE:
        raise CannotCorrect(zh=f"值过长，最多 {LONGEST_VALUE} 个字符", en=f"the value is too long; {LONGEST_VALUE} characters at most")
    return corrected(rows, fields=fields, value=value)


def _mask(rows: pa.Table, group: str) -> pa.Array:
    if not group:
        return pc.not_equal(rows["reason"], "duplicate_key").combine_chunks()
    keys = [
        _key(row["table"], row["column"], row["reason"], row["value"])
        for row in rows.select(["table", "column", "reason", "value"]).to_pylist()
    ]
    return pa.array([key == group for key in keys], pa.bool_())


def _key(table: object, column: object, reason: object, value: object) -> str:
    shown = "" if reason == "duplicate_key" else value  # every repeated key is another one; they belong together all the same
    return hashlib.sha256(f"{table}\x1f{column}\x1f{reason}\x1f{shown}".encode("utf-8", "surrogatepass")).hexdigest()[:20]


def _without(rows: pa.Table, still: pa.Table) -> pa.Table:
    """Rows that wait no longer, by their places."""
    left = {(row["table"], row["file"], row["row"]) for row in still.select(["table", "file", "row"]).to_pylist()}
    places = rows.select(["table", "file", "row"]).to_pylist()
    return rows.filter(pa.array([(row["table"], row["file"], row["row"]) not in left for row in places], pa.bool_()))


def _next_piece(loads: list[str], begins: str) -> str:
    taken = [int(tail) for load_id in loads if load_id.startswith(begins) and (tail := load_id.removeprefix(begins)).isdecimal()]
    return f"{begins}{max(taken, default=0) + 1}"


def _nothing() -> NothingWaits:
    return NothingWaits(
        zh="这些行已不在隔离区：可能已被处理，或该批数据已撤销；请刷新页面",
        en="these rows wait no longer: somebody settled them, or the load was taken back; refresh the page",
    )


@contextmanager
def _alone(workspace: WorkspaceInfo) -> Iterator[None]:
    """Only one trial at a time in a workspace, in whatever process."""
    directory = workspace.lake_path / "quarantine"
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / ".trial").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
