"""Runs of the loop: when, how far, with what result."""

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
