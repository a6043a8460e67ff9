"""Runs of the loop: when, how far, with what result; and what tags changed between them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LoopRun(models.Model):
    """One pass of the loop over a workspace."""

    class State(models.TextChoices):
        """Where a run stands."""

        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="loop_runs")
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    as_of = models.DateField()
    source = models.CharField(max_length=60, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    snapshot = models.PositiveIntegerField(null=True, blank=True)
    stages = models.JSONField(default=list)
    tables = models.JSONField(default=list)
    error_zh = models.TextField(blank=True)
    error_en = models.TextField(blank=True)

    class Meta:
        ordering = ("-started_at",)
        constraints = (models.CheckConstraint(condition=models.Q(state__in=("running", "done", "failed")), name="looprun_state_known"),)
        indexes = (models.Index(fields=("workspace", "-started_at"), name="looprun_latest"),)

    def __str__(self) -> str:
        return f"{self.workspace_id} {self.started_at:%Y-%m-%d %H:%M} {self.state}"


class TagChange(models.Model):
    """A tag of a customer that took another value between two passes: what it was, what it is, and why."""

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="+")
    customer_number = models.BigIntegerField()
    tag = models.CharField(max_length=100)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    cause = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-id")
        indexes = (models.Index(fields=("workspace", "customer_number", "-at"), name="tagchange_latest"),)

    def __str__(self) -> str:
        return f"{self.customer_number} {self.tag}"
