"""Jobs under lease, and schedules that make them."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """One call of a task.

    A worker holds a job by `lease_until`; `attempts` is the fencing number: a worker whose lease ended can no longer write to the row.
    """

    class Status(models.TextChoices):
        """Where a job stands."""

        READY = "ready", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        DEAD = "dead", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey("accounts.Workspace", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    task = models.CharField(max_length=200)
    queue = models.CharField(max_length=40, default="default")
    priority = models.SmallIntegerField(default=0)
    args = models.JSONField(default=list)
    kwargs = models.JSONField(default=dict)
    unique_key = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001 - many jobs have no key, and NULL is not equal to NULL

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.READY)
    run_after = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=80, blank=True)
    workers = models.JSONField(default=list)
    attempts = models.PositiveIntegerField(default=0)
    max_attempts = models.PositiveIntegerField(default=5)

    result = models.JSONField(null=True, blank=True)
    error_type = models.CharField(max_length=200, blank=True)
    error_trace = models.TextField(blank=True)
    error_words = models.JSONField(null=True, blank=True)

    progress_done = models.PositiveBigIntegerField(default=0)
    progress_total = models.PositiveBigIntegerField(null=True, blank=True)
    progress_words = models.JSONField(null=True, blank=True)
    cancel_requested = models.BooleanField(default=False)

    enqueued_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    last_attempted_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-enqueued_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("unique_key",), condition=models.Q(status__in=("ready", "running")), name="job_unique_key_while_open"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=("ready", "running", "done", "dead", "cancelled")), name="job_status_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(status="running") | models.Q(lease_until__isnull=False), name="job_running_has_lease"
            ),
        )
        indexes = (
            models.Index(fields=("-priority", "run_after"), condition=models.Q(status="ready"), name="job_ready"),
            models.Index(fields=("lease_until",), condition=models.Q(status="running"), name="job_leases"),
            models.Index(fields=("workspace", "-enqueued_at"), name="job_by_workspace"),
        )

    def __str__(self) -> str:
        return f"{self.task} {self.status}"

    @property
    def is_open(self) -> bool:
        """Whether it still waits or runs."""
        return self.status in {self.Status.READY, self.Status.RUNNING}


class Schedule(models.Model):
    """When a recurring task is due next; what it is, the code declares under the same name."""

    name = models.CharField(max_length=80, primary_key=True)
    enabled = models.BooleanField(default=True)
    next_at = models.DateTimeField()
    last_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


def attempts_default() -> int:
    """How often a job is tried, unless it says otherwise."""
    value: int = settings.XINGKE_WORKER_ATTEMPTS
    return value
