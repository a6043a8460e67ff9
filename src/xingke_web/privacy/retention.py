"""How long each class of personal data is kept: the clocks as data, what is due, and the evidence of its erasure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import transaction
from django.utils import timezone

from xingke.errors import UserFacingError
from xingke.loop.personal import rewrite
from xingke.schema import TRACKED_EVENT, Table
from xingke.words import Words, both
from xingke_web.accounts.contracts import Viewer, WorkspaceInfo
from xingke_web.audit.facade import record
from xingke_web.channels.facade import inbox_due, inbox_erase
from xingke_web.loop.facade import lake_of, pieces_of
from xingke_web.privacy.differences import MONTHS, members_due, members_erase
from xingke_web.privacy.models import RetentionRule, RetentionRun, SubjectRequest
from xingke_web.privacy.signing import signature_of

_ZONE: Final = ZoneInfo("Asia/Shanghai")
Act = Callable[[WorkspaceInfo, date], int]


class RetentionRefused(UserFacingError):
    """A clock that cannot be set so."""


@dataclass(frozen=True)
class DataClass:
    """One class of data.

    Parameters
    ----------
    months
        Kept so long at most; a workspace may keep it shorter, not longer.
    due, erase
        Of a workspace and a day: how many rows lie before it, and their erasure. None where the law lets it be kept and nothing is erased
        by a clock.
    by_calendar
        Counted from today; facts of the trade are counted from the business day of the workspace, which may be pinned.
    """

    name: str
    label: Words
    basis: Words
    months: int
    due: Act | None = None
    erase: Act | None = None
    by_calendar: bool = False


@dataclass(frozen=True)
class Clock:
    """A class of data with its clock in a workspace; `before` is the day up to which rows are due."""

    data: DataClass
    months: int
    before: date
    due: int


def clocks(workspace: WorkspaceInfo) -> list[Clock]:
    """Every class of data with what is due on the business day: the preview of the next run."""
    chosen = dict(RetentionRule.objects.filter(workspace_id=workspace.id).values_list("data_class", "months"))
    found = []
    for data in CLASSES:
        months = chosen.get(data.name, data.months)
        before = months_before(timezone.localdate() if data.by_calendar else workspace.as_of, months)
        found.append(Clock(data, months, before, data.due(workspace, before) if data.due else 0))
    return found


def retention_run(workspace: WorkspaceInfo) -> RetentionRun:
    """Erase what is due, and sign how much that was; the run of a day without anything due is evidence too."""
    erased = {clock.data.name: clock.data.erase(workspace, clock.before) for clock in clocks(workspace) if clock.due and clock.data.erase}
    now = timezone.now()
    with transaction.atomic():
        run = RetentionRun.objects.create(
            workspace_id=workspace.id,
            ran_at=now,
            erased=erased,
            signature=signature_of({"at": now.isoformat(), "workspace": workspace.slug, "erased": erased}),
        )
        if erased:
            record("retention.ran", system=True, workspace_id=workspace.id, rows=sum(erased.values()))
    return run


@transaction.atomic
def retention_set(*, viewer: Viewer, data_class: str, months: int) -> None:
    """Keep a class of data for fewer months than is declared."""
    data = next((each for each in CLASSES if each.name == data_class), None)
    if data is None or data.erase is None or not 1 <= months <= data.months:
        most = data.months if data else 0
        raise RetentionRefused(
            zh=f"保留期须在 1 至 {most} 个月之间", en=f"keep it for 1 to {most} months; longer needs another legal basis", field="months"
        )
    RetentionRule.objects.update_or_create(workspace_id=viewer.workspace.id, data_class=data_class, defaults={"months": months})
    record("retention.changed", viewer=viewer, data_class=data_class, months=months)


def months_before(day: date, months: int) -> date:
    """The first day of the month so many months before."""
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def _events_due(workspace: WorkspaceInfo, before: date) -> int:
    lake, found = lake_of(workspace), 0
    if not lake.is_empty and TRACKED_EVENT.name in lake.current().tables:
        for path in lake.current().files(TRACKED_EVENT.name):
            found += _older(pq.read_table(path, columns=["happened_on"], partitioning=None), before)
    store = pieces_of(workspace)
    for piece in store.pieces(TRACKED_EVENT.name):
        found += _older(store.stored(piece.load_id, piece.table), before)
    return found


def _events_erase(workspace: WorkspaceInfo, before: date) -> int:
    """Events before a day leave the current tables, every older snapshot, and the pieces."""
    lake, store, now, gone = lake_of(workspace), pieces_of(workspace), timezone.now(), 0

    def change(rows: pa.Table, declared: Table) -> pa.Table | None:
        nonlocal gone
        if declared.name != TRACKED_EVENT.name or not _older(rows, before):
            return None
        gone += _older(rows, before)
        return rows.filter(pc.greater_equal(rows["happened_on"], before))

    for piece in store.pieces(TRACKED_EVENT.name):
        rows = store.read(piece.load_id, piece.table)
        if _older(rows, before):
            gone += _older(rows, before)
            store.put(piece.load_id, piece.table, rows.filter(pc.greater_equal(rows["happened_on"], before)))
    if not lake.is_empty:
        with lake.writer(now=now) as writer:
            rewrite(writer, change, now=now)
            writer.publish()
            lake.forget_past()
    return gone


def _older(rows: pa.Table, before: date) -> int:
    return int(pc.sum(pc.less(rows["happened_on"], before)).as_py() or 0)


def _answers(workspace: WorkspaceInfo, before: date) -> Any:
    done = SubjectRequest.objects.filter(workspace_id=workspace.id, done_at__lt=_instant(before))
    return done.exclude(answer="", wish="")


def _instant(day: date) -> datetime:
    return datetime.combine(day, time.min, _ZONE)


CLASSES: Final[tuple[DataClass, ...]] = (
    DataClass(
        "event",
        both("行为事件", "Events of behaviour"),
        both("同意；默认两年", "consent; two years by default"),
        24,
        _events_due,
        _events_erase,
    ),
    DataClass(
        "message",
        both("消息正文", "Texts of messages"),
        both("合同与同意；默认一年", "contract and consent; one year by default"),
        12,
        lambda workspace, before: inbox_due(workspace.id, _instant(before)),
        lambda workspace, before: inbox_erase(workspace.id, _instant(before)),
    ),
    DataClass(
        "answer",
        both("个人请求的答复", "Answers to requests of persons"),
        both("答复送达后不再需要", "not needed once handed over"),
        3,
        lambda workspace, before: int(_answers(workspace, before).count()),
        lambda workspace, before: int(_answers(workspace, before).update(answer="", wish="")),
        by_calendar=True,
    ),
    DataClass(
        "export_members",
        both("导出名单（加密）", "Members of exports (sealed)"),
        both("防止对照两次导出推断个人；一年", "so that nobody is inferred from two exports; one year"),
        MONTHS,
        members_due,
        members_erase,
        by_calendar=True,
    ),
    DataClass("order", both("订单与发票", "Orders and invoices"), both("会计与税法，十年", "accounting and tax law, ten years"), 120),
    DataClass(
        "consent", both("同意凭证", "Proof of consent"), both("同意有效期加三年", "as long as the consent holds, and three years"), 36
    ),
    DataClass(
        "assessment",
        both("影响评估与审计报告", "Impact assessments and audits"),
        both("个保法第五十六条，三年", "PIPL art. 56, three years"),
        36,
    ),
    DataClass("audit", both("审计记录", "Audit log"), both("网络安全法，至少六个月", "Cybersecurity Law, six months at least"), 60),
)
"""The classes in the order shown. Those without an erasure are kept as the law asks, and leave by deletion of the workspace."""
