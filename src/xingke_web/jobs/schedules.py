"""Recurring tasks as data: declared by the apps, their next time kept in a table that all workers share."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django_tasks.base import Task

from xingke.words import Words
from xingke_web.jobs.backend import new_job
from xingke_web.jobs.models import Schedule
from xingke_web.jobs.queue import job_insert

_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Recurring:
    """A task that comes back: `every` so often, or each day at `daily_at` (Asia/Shanghai)."""

    name: str
    task: Task[Any, Any]
    label: Words
    every: timedelta | None = None
    daily_at: time | None = None
    kwargs: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (self.every is None) == (self.daily_at is None):
            raise ValueError(f"'{self.name}': give either every or daily_at")
        if self.every is not None and self.every <= timedelta():
            raise ValueError(f"'{self.name}': every must be longer than nothing")

    def next_after(self, now: datetime) -> datetime:
        """When it is due after `now`; missed times are not made up for."""
        if self.every is not None:
            return now + self.every
        local = now.astimezone(_ZONE)
        at = datetime.combine(local.date(), self.daily_at or time.min, tzinfo=_ZONE)
        return at if at > local else at + timedelta(days=1)


_declared: dict[str, Recurring] = {}


def schedule(recurring: Recurring) -> None:
    """Declare a recurring task; apps do so when they are ready. The same name again replaces it."""
    _declared[recurring.name] = recurring


def schedules_due(now: datetime | None = None) -> int:
    """Enqueue what is due and move its next time on, in one transaction; two workers never enqueue the same occurrence."""
    now = now or timezone.now()
    if not _declared:
        return 0
    _make_rows(now)
    if not Schedule.objects.filter(name__in=_declared, enabled=True, next_at__lte=now).exists():
        return 0
    with transaction.atomic():
        due = list(Schedule.objects.select_for_update(skip_locked=True).filter(name__in=_declared, enabled=True, next_at__lte=now))
        for row in due:
            _enqueue(row, now)
    return len(due)


def _enqueue(row: Schedule, now: datetime) -> None:
    recurring = _declared[row.name]
    job = new_job(recurring.task, args=[], kwargs=recurring.kwargs, unique_key=f"schedule:{row.name}")
    job_insert(job)
    row.last_at, row.next_at = now, recurring.next_after(now)
    row.save(update_fields=["last_at", "next_at"])


def _make_rows(now: datetime) -> None:
    known = set(Schedule.objects.filter(name__in=_declared).values_list("name", flat=True))
    missing = [Schedule(name=name, next_at=each.next_after(now)) for name, each in _declared.items() if name not in known]
    if missing:
        Schedule.objects.bulk_create(missing, ignore_conflicts=True)
