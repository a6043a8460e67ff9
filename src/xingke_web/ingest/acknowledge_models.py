"""Findings of checks that somebody knows of and that wait for nobody until they grow or a day is over."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Acknowledgement(models.Model):
    """One finding of one table, acknowledged; taking it back removes the row, the audit log keeps both acts.

    `figure` is how large the finding was then, `named` are the columns or days that it named: what makes it worse is measured by both.
    """

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="acknowledgements")
    table = models.CharField(max_length=80)
    code = models.CharField(max_length=80)
    subject = models.CharField(max_length=200, blank=True, help_text=_("What tells two findings of one check apart."))
    figure = models.BigIntegerField()
    named = models.JSONField(default=list)
    why = models.CharField(max_length=150)
    until_on = models.DateField(help_text=_("The last day on which it holds."))
    by = models.ForeignKey("accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:  # noqa: D106 - as in models.py
        ordering = ("table", "code", "subject")
        constraints = (models.UniqueConstraint(fields=("workspace", "table", "code", "subject"), name="acknowledged_once"),)

    def __str__(self) -> str:
        return f"acknowledgement {self.table} {self.code}"
