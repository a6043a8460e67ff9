"""What happened to personal data: reported, contained, told, recovered, each by its clock; and the guard in front of exports."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from xingke.errors import UserFacingError
from xingke_web.accounts.contracts import Viewer
from xingke_web.audit.facade import record
from xingke_web.privacy.clocks import AUTHORITY_HOURS, CONTAIN_HOURS, PEOPLE_HOURS, RECOVER_DAYS
from xingke_web.privacy.differences import difference_refuse, members_keep
from xingke_web.privacy.models import ExportBlock, ExportCount, Incident

MOST_PERSONS: Final = 1_000
"""Records about persons that an account may take in a day; more needs an approved use, and without one it is an incident."""

STEPS: Final = {
    "contained": ("contained_at", timedelta(hours=CONTAIN_HOURS)),
    "authority": ("authority_told_at", timedelta(hours=AUTHORITY_HOURS)),
    "people": ("people_told_at", timedelta(hours=PEOPLE_HOURS)),
    "recovered": ("recovered_at", timedelta(days=RECOVER_DAYS)),
}
"""Steps in order, each with its field and the time since the finding within which it is taken."""


class IncidentRefused(UserFacingError):
    """A report or step that cannot be taken so."""


class ExportBlocked(UserFacingError):
    """An export that the role does not cover; an incident was reported."""


@dataclass(frozen=True)
class Step:
    """One step of an incident with its clock."""

    name: str
    due_at: datetime
    done_at: datetime | None

    @property
    def is_late(self) -> bool:
        """Whether it was or is taken after its time."""
        return (self.done_at or timezone.now()) > self.due_at


def steps_of(incident: Incident) -> list[Step]:
    """The steps of an incident in order."""
    return [Step(name, incident.found_at + within, getattr(incident, field)) for name, (field, within) in STEPS.items()]


@transaction.atomic
def incident_report(
    *, workspace_id: int, kind: str, what: str, people: int | None = None, viewer: Viewer | None = None, now: datetime | None = None
) -> Incident:
    """Report an incident; its clocks run from here. `what` tells what happened without naming anybody."""
    if kind not in Incident.Kind.values or not what.strip():
        raise IncidentRefused(zh="请选择类别并写明经过", en="choose the kind and say what happened", field="what")
    incident = Incident.objects.create(
        workspace_id=workspace_id,
        kind=kind,
        what=what.strip()[:300],
        people=people,
        found_at=now or timezone.now(),
        reported_by_id=viewer.user_id if viewer else None,
    )
    record(
        "incident.reported",
        viewer=viewer,
        system=viewer is None,
        workspace_id=workspace_id,
        subject=incident,
        incident=incident.pk,
        kind=kind,
        people=people,
    )
    return incident


@transaction.atomic
def incident_step(*, viewer: Viewer, incident: Incident, step: str, note: str = "") -> None:
    """Note that a step was taken. Recovery comes after containment."""
    if step not in STEPS or getattr(incident, STEPS[step][0]) is not None:
        raise IncidentRefused(zh="该步骤已完成", en="this step was taken already", field="step")
    if step == "recovered" and incident.contained_at is None:
        raise IncidentRefused(zh="请先完成控制，再登记恢复", en="contain it first", field="step")
    setattr(incident, STEPS[step][0], timezone.now())
    if step in ("contained", "recovered"):
        incident.state = Incident.State(step)
    if note.strip():
        incident.measures = f"{incident.measures}\n{note.strip()}".strip()
    incident.save()
    record("incident.moved", viewer=viewer, subject=incident, incident=incident.pk, step=step)


def export_allowed(*, viewer: Viewer, what: str, count: int, persons: bool, numbers: Collection[int] = ()) -> None:
    """Let an export pass, or stop it: no right to export, a block in force, or more persons in a day than an account may take.

    More than a thousand records outside the role block the account's exports and report an incident at once.

    Raises
    ------
    ExportBlocked
        Nothing may be given out.
    xingke_web.privacy.differences.ExportsTooClose
        The persons differ from those of an earlier export by a few.
    """
    today = timezone.now() - timedelta(days=1)
    blocked = ExportBlock.objects.filter(workspace_id=viewer.workspace.id, user_id=viewer.user_id, lifted_at__isnull=True).exists()
    counted = ExportCount.objects.filter(workspace_id=viewer.workspace.id, user_id=viewer.user_id, at__gte=today, persons=True)
    taken = (counted.aggregate(most=Sum("count"))["most"] or 0) if persons else 0
    outside = not viewer.can("export") or (persons and taken + count > MOST_PERSONS)
    if not blocked and not outside:
        _counted(viewer, what, count, persons=persons, numbers=numbers)
        return
    if not blocked and taken + count > MOST_PERSONS:
        _block(viewer, what, count)
    raise ExportBlocked(
        zh="该导出超出您的角色范围，已被拦截；如确有需要，请联系管理员",
        en="this export is beyond your role and was stopped; ask an administrator if you need it",
        field="export",
    )


@transaction.atomic
def _counted(viewer: Viewer, what: str, count: int, *, persons: bool, numbers: Collection[int]) -> None:
    """Count an export, and keep the persons who leave where they do not differ by a few from those who left before."""
    if persons and numbers:
        list(
            ExportCount.objects.select_for_update().filter(workspace_id=viewer.workspace.id).order_by("-pk")[:1]
        )  # two at once are compared with each other, too
        difference_refuse(viewer.workspace.id, numbers)
        members_keep(viewer.workspace.id, numbers)
    ExportCount.objects.create(
        workspace_id=viewer.workspace.id, user_id=viewer.user_id, what=what[:60], count=count, persons=persons, at=timezone.now()
    )


@transaction.atomic
def _block(viewer: Viewer, what: str, count: int) -> None:
    incident = incident_report(workspace_id=viewer.workspace.id, kind=Incident.Kind.EXPORT, what=f"{what}: {count}", people=count)
    ExportBlock.objects.create(workspace_id=viewer.workspace.id, user_id=viewer.user_id, incident=incident, since=timezone.now())
    incident.contained_at, incident.state = timezone.now(), Incident.State.CONTAINED  # the block is the containment
    incident.save(update_fields=["contained_at", "state"])
    record("export.blocked", viewer=viewer, subject=incident, what=what[:60], count=count)


@transaction.atomic
def block_lift(*, viewer: Viewer, block: ExportBlock) -> None:
    """Let an account export again; not one's own."""
    if block.user_id == viewer.user_id:
        raise IncidentRefused(zh="不能恢复自己的导出", en="your own block is lifted by somebody else", field="block")
    block.lifted_at, block.lifted_by_id = timezone.now(), viewer.user_id
    block.save(update_fields=["lifted_at", "lifted_by"])
    record("export.unblocked", viewer=viewer, subject=block.incident)
