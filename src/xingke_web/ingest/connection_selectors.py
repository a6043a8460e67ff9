"""Connections and pulls as the pages show them: failing ones first, each state a true one."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
from django.db.models import OuterRef, Subquery, Sum
from django.http import Http404
from django.utils import timezone

from xingke.engine.lake import LakeEmpty
from xingke.schema import TABLES
from xingke.schema.findings import REASONS
from xingke.sources.systems import systems
from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.ingest.connections import connector_of, mapping_of, settings_of
from xingke_web.ingest.models import Connection, Pull
from xingke_web.ingest.pulls import held_of
from xingke_web.ingest.pulls_tasks import job_of
from xingke_web.ingest.quality import tables_quality
from xingke_web.ingest.quarantine import masked
from xingke_web.jobs.facade import JobState
from xingke_web.ui.numbers import active_language

PULLS_SHOWN, HELD_SHOWN = 50, 50
HEAD_COLUMNS, HEAD_ROWS = 12, 8
LOOKS_PERSONAL = re.compile(r"(?<!\d)1\d{10}(?!\d)|(?<!\d)\d{17}[\dXx]|[^\s@]+@[^\s@]+\.[a-z]{2,}")
"""A mobile number, an identity number, an e-mail address."""
ORDER = ("failing", "late", "draft", "running", "fine", "waiting", "paused")
GRACE = timedelta(minutes=5)


@dataclass(frozen=True)
class ShownConnection:
    """A connection in the list. `status` is one of `ORDER`; `late_by` beyond its schedule; `score` the lowest of the tables it fills."""

    connection: Connection
    kind_label: str
    system_label: str
    status: str
    late_by: timedelta | None
    rows: int
    held: int
    score: Decimal | None
    error: str
    tables: tuple[str, ...]
    job: JobState | None


@dataclass(frozen=True)
class HeldRow:
    """A row that stayed outside, masked."""

    place: str
    column: str
    value: str
    reason: str
    accepts: str


def connections_shown(workspace: WorkspaceInfo) -> list[ShownConnection]:
    """Every connection, those that need somebody first."""
    last = Pull.objects.filter(connection=OuterRef("pk")).order_by("-number")
    found = (
        Connection.objects.filter(workspace_id=workspace.id)
        .select_related("workspace")
        .annotate(
            last_state=Subquery(last.values("state")[:1]),
            last_zh=Subquery(last.values("error_zh")[:1]),
            last_en=Subquery(last.values("error_en")[:1]),
        )
    )
    sums = {
        row["connection"]: row
        for row in Pull.objects.filter(connection__workspace_id=workspace.id, state=Pull.State.DONE)
        .values("connection")
        .annotate(rows=Sum("rows_loaded"), held=Sum("rows_held"))
        .order_by()
    }
    scores = _scores(workspace)
    shown = [_shown(one, sums.get(one.pk, {}), scores) for one in found]
    return sorted(shown, key=lambda one: (ORDER.index(one.status), one.connection.name))


def connection_shown(workspace: WorkspaceInfo, connection_id: int) -> ShownConnection:
    """One connection; 404 where the workspace has none of that number."""
    for one in connections_shown(workspace):
        if one.connection.pk == connection_id:
            return one
    raise Http404


def pull_of(workspace: WorkspaceInfo, connection_id: int, number: int) -> Pull:
    """A pull; 404 where the workspace has no such one."""
    found = Pull.objects.select_related("connection").filter(
        connection__workspace_id=workspace.id, connection_id=connection_id, number=number
    )
    pull = found.first()
    if pull is None:
        raise Http404
    return pull


def _shown(connection: Connection, sums: Mapping[str, Any], scores: Mapping[str, Decimal]) -> ShownConnection:
    language = active_language()
    labels = {one.name: one.label[language] for one in systems()}
    mapping = mapping_of(connection)
    tables = tuple(dict.fromkeys(table.table for table in mapping.tables)) if mapping else ()
    job, now = job_of(connection), timezone.now()
    late = _late_by(connection, now)
    known = [scores[name] for name in tables if name in scores]
    failed = getattr(connection, "last_state", "") == Pull.State.FAILED or (job is not None and job.status == "dead")
    words = (getattr(connection, "last_zh", "") if language == "zh" else getattr(connection, "last_en", "")) or ""
    return ShownConnection(
        connection=connection,
        kind_label=connector_of(connection.kind).label[language],
        system_label=labels.get(connection.system, ""),
        status=_status(connection, job, late, failed=failed),
        late_by=late,
        rows=sums.get("rows") or 0,
        held=sums.get("held") or 0,
        score=min(known) if known else None,
        error=(words or (job.error[language] if job and job.error else "")) if failed else "",
        tables=tuple(TABLES[name].label[language] for name in tables if name in TABLES),
        job=job if job and job.is_open else None,
    )


def _status(connection: Connection, job: JobState | None, late: timedelta | None, *, failed: bool) -> str:
    if connection.state == Connection.State.DRAFT:
        return "draft"
    if connection.state == Connection.State.PAUSED:
        return "paused"
    if job is not None and job.is_open:
        return "running"
    if failed:
        return "failing"
    if late is not None:
        return "late"
    return "fine" if connection.last_ok_at else "waiting"


def _late_by(connection: Connection, now: datetime) -> timedelta | None:
    """How long it is overdue, beyond a few minutes of grace."""
    if connection.state != Connection.State.ACTIVE or not connection.every_minutes:
        return None
    since = connection.last_ok_at or connection.created_at
    late = now - since - timedelta(minutes=connection.every_minutes)
    return late if late > GRACE else None


def _scores(workspace: WorkspaceInfo) -> dict[str, Decimal]:
    try:
        return {one.name: one.score for one in tables_quality(workspace)}
    except LakeEmpty:
        return {}


def settings_shown(connection: Connection) -> list[tuple[str, str]]:
    """The settings in words; of a secret only whether there is one."""
    language, stored, found = active_language(), settings_of(connection), []
    for setting in connector_of(connection.kind).settings:
        value = stored.get(setting.name)
        if value in (None, "", [], {}, False) or value == setting.default:
            continue
        choices = {choice: words[language] for choice, words in setting.choices}
        text = "••••••••" if setting.is_secret else choices.get(str(value)) or _plain(value)
        found.append((setting.label[language], text))
    return found


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(value)  # names only: a header may hold a key
    if isinstance(value, list):
        return ", ".join(value)
    return "✓" if value is True else str(value)


def pulls_shown(connection: Connection) -> Sequence[Pull]:
    """The newest pulls."""
    return list(connection.pulls.all()[:PULLS_SHOWN])


def counts_shown(pull: Pull) -> list[tuple[str, dict[str, Any]]]:
    """The balance of a pull, each table with its name in words."""
    language = active_language()
    return [(TABLES[one["table"]].label[language] if one["table"] in TABLES else one["table"], one) for one in pull.counts]


def head_shown(rows: pa.Table, personal: Collection[str]) -> dict[str, Any]:
    """The first rows of a stream, with whatever tells who somebody is hidden but for its ends."""
    names = rows.column_names[:HEAD_COLUMNS]
    cells = [[_hidden(row[name], name in personal) for name in names] for row in rows.slice(0, HEAD_ROWS).to_pylist()]
    return {"names": names, "rows": cells}


def _hidden(text: str | None, personal: bool) -> str | None:
    if not text or not (personal or LOOKS_PERSONAL.search(text)):
        return text
    return f"{text[0]}***{text[-1]}" if len(text) > 2 else f"{text[0]}*"


def held_shown(pull: Pull, workspace: WorkspaceInfo) -> list[HeldRow]:
    """The first rows of a pull that stayed outside, masked."""
    language, found = active_language(), []
    for row in held_of(pull, workspace).slice(0, HELD_SHOWN).to_pylist():
        reason = REASONS.get(row["reason"])
        value = masked(row["table"], row["column"] or "", row["value"]) if row["table"] in TABLES else "****"
        found.append(
            HeldRow(
                place=str(row["row"] or ""),
                column=row["column"] or "",
                value=value or "",
                reason=reason.label[language] if reason else row["reason"],
                accepts=reason.accepts[language] if reason else "",
            )
        )
    return found
