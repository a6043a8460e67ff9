"""Exports of persons compared with those before: two lists that differ by a few would tell who the few are.

The lists are kept sealed for as long as they are compared. A person who is deleted leaves them too.
"""

import base64
import zlib
from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from xingke.errors import UserFacingError
from xingke.privacy.groups import K
from xingke.words import both
from xingke_web.accounts.contracts import WorkspaceInfo
from xingke_web.config.vault import vault_of
from xingke_web.customers.facade import Rows, Subject, SubjectData, subject_data_register
from xingke_web.privacy.models import ExportMembers

MONTHS: Final = 12
_DAYS: Final = 366
_OURS = both("本公司", "our own")


class ExportsTooClose(UserFacingError):
    """An export of persons that differs from an earlier one by so few that they would be known."""


def members_place(row: object = None) -> str:
    """What the sealed lists are bound to."""
    return "export_members.sealed"


def difference_refuse(workspace_id: int, numbers: Collection[int]) -> None:
    """Stop an export whose persons differ from those of an earlier one by one to nine on either side.

    Raises
    ------
    ExportsTooClose
        There is such an export within twelve months.
    """
    asked = frozenset(numbers)
    found = ExportMembers.objects.filter(workspace_id=workspace_id, at__gte=timezone.now() - timedelta(days=_DAYS))
    for row in found.order_by("-at").iterator(chunk_size=100):
        known = _opened(row)
        few = [len(side) for side in (asked - known, known - asked) if 0 < len(side) < K]
        if few:
            raise ExportsTooClose(
                zh=f"与 {row.at:%Y-%m-%d} 的导出只差 {min(few)} 人，对照即可认出他们，不能导出；请改变筛选条件，使相差至少 {K} 人",
                en=f"this differs from the export of {row.at:%Y-%m-%d} by {min(few)} persons, who would be known from the two; "
                f"change the filters so that {K} or more differ",
                persons=min(few),
                field="export",
            )


def members_keep(workspace_id: int, numbers: Collection[int]) -> None:
    """Keep who left, for the comparison with later exports."""
    ExportMembers.objects.create(workspace_id=workspace_id, at=timezone.now(), sealed=_sealed(workspace_id, numbers))


def members_due(workspace: WorkspaceInfo, before: date) -> int:
    """How many lists are older than a day."""
    return int(_before(workspace, before).count())


def members_erase(workspace: WorkspaceInfo, before: date) -> int:
    """Erase the lists older than a day."""
    found = _before(workspace, before)
    gone = int(found.count())
    found.delete()
    return gone


def register() -> None:
    """Called once when the application is ready."""
    label, purpose = (
        both("导出名单", "Members of exports"),
        both("比对前后导出，防止推断个人", "comparing exports, so that nobody is inferred"),
    )
    source = both("导出操作", "exports")
    subject_data_register(SubjectData("export_members", label, purpose, source, _OURS, _rows, _erase))


def _before(workspace: WorkspaceInfo, before: date) -> Any:
    at = timezone.make_aware(datetime.combine(before, time.min))
    return ExportMembers.objects.filter(workspace_id=workspace.id, at__lt=at)


def _sealed(workspace_id: int, numbers: Collection[int]) -> str:
    text = base64.b64encode(zlib.compress(",".join(map(str, sorted(numbers))).encode())).decode()
    return vault_of(workspace_id).seal(text, place=members_place())


def _opened(row: ExportMembers) -> frozenset[int]:
    text = zlib.decompress(base64.b64decode(vault_of(row.workspace_id).open(row.sealed, place=members_place()))).decode()
    return frozenset(int(each) for each in text.split(",") if each)


def _about(subject: Subject) -> Iterator[tuple[ExportMembers, frozenset[int]]]:
    for row in ExportMembers.objects.filter(workspace_id=subject.workspace_id).iterator(chunk_size=100):
        members = _opened(row)
        if subject.number in members:
            yield row, members


def _rows(subject: Subject) -> Rows:
    return [{"at": row.at.isoformat()} for row, _members in _about(subject)]


@transaction.atomic
def _erase(subject: Subject) -> int:
    found = list(_about(subject))
    for row, members in found:
        ExportMembers.objects.filter(pk=row.pk).update(sealed=_sealed(subject.workspace_id, members - {subject.number}))
    return len(found)
