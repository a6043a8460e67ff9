"""Targets that somebody set, and measured effects as they were found."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Goal(models.Model):
    """A target of one figure for one period of one organisation unit."""

    class Metric(models.TextChoices):
        """Figures that can have a target."""

        AMOUNT = "amount", _("Amount")
        ACTIVE_RATE = "active_rate", _("Active rate")

    class Span(models.TextChoices):
        """Periods that can have a target."""

        MONTH = "month", _("Month")
        QUARTER = "quarter", _("Quarter")
        YEAR = "year", _("Year")

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="goals")
    metric = models.CharField(max_length=20, choices=Metric.choices)
    span = models.CharField(max_length=10, choices=Span.choices)
    start_on = models.DateField()
    org_path = models.CharField(max_length=250)
    target = models.DecimalField(max_digits=18, decimal_places=4)
    set_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ("-start_on", "org_path", "metric")
        constraints = (
            models.UniqueConstraint(fields=("workspace", "metric", "span", "start_on", "org_path"), name="goal_once"),
            models.CheckConstraint(condition=models.Q(target__gt=0), name="goal_above_zero"),
            models.CheckConstraint(condition=models.Q(metric__in=("amount", "active_rate")), name="goal_metric_known"),
            models.CheckConstraint(condition=models.Q(span__in=("month", "quarter", "year")), name="goal_span_known"),
        )

    def __str__(self) -> str:
        return f"{self.metric} {self.span} {self.start_on} {self.org_path}"


class EffectReport(models.Model):
    """What a campaign changed, as computed over one snapshot; rows are added and never changed."""

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="effect_reports")
    campaign_id = models.BigIntegerField()
    snapshot = models.PositiveIntegerField()
    as_of = models.DateField()
    window_over = models.BooleanField()
    verdict = models.CharField(max_length=20)
    report = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-as_of", "-pk")
        constraints = (models.UniqueConstraint(fields=("workspace", "campaign_id", "as_of", "snapshot"), name="effectreport_once"),)
        indexes = (models.Index(fields=("workspace", "campaign_id", "-as_of"), name="effectreport_latest"),)

    def __str__(self) -> str:
        return f"campaign {self.campaign_id} as of {self.as_of}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Only a new report is stored."""
        if not self._state.adding:
            raise TypeError("a stored effect is not changed; store a new one")
        super().save(*args, **kwargs)
