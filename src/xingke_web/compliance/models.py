"""Verdicts, the wording of the rules they name, and the texts a person signed off."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from xingke_web.compliance.errors import AppendOnly


class Outcome(models.TextChoices):
    """What a verdict says."""

    ALLOW = "allow", _("Allowed")
    DEFER = "defer", _("Later")
    HOLD = "hold", _("Waits for a sign-off")
    BLOCK = "block", _("Blocked")


class AppendOnlyQuerySet(models.QuerySet["Verdict"]):
    """Rows that are added and never changed."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnly

    def delete(self) -> NoReturn:
        """Refuse."""
        raise AppendOnly


class Verdict(models.Model):
    """One judgement of one intended touch. Triggers in the database refuse changes, too.

    `findings` holds rule id, version and severity of each broken rule, the gravest first; their words are in `RuleWording`, so that a
    verdict can be read after a rule was reworded. `rule_ids` is the same list as ` a b ` for filters and counts.
    """

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="+")
    customer_number = models.BigIntegerField(null=True, blank=True)
    org_path = models.CharField(max_length=250, blank=True)
    subject = models.CharField(max_length=80)
    action_fingerprint = models.CharField(max_length=64)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    findings = models.JSONField(default=list)
    rule_ids = models.CharField(max_length=600, blank=True)
    rules_fingerprint = models.CharField(max_length=64)
    next_allowed_at = models.DateTimeField(null=True, blank=True)
    judged_at = models.DateTimeField()

    objects = models.Manager.from_queryset(AppendOnlyQuerySet)()

    class Meta:
        ordering = ("-id",)
        constraints = (models.CheckConstraint(condition=models.Q(outcome__in=Outcome.values), name="verdict_outcome_known"),)
        indexes = (
            models.Index(fields=("workspace", "-id"), name="verdict_latest"),
            models.Index(fields=("workspace", "subject", "customer_number"), name="verdict_by_subject"),
        )

    def __str__(self) -> str:
        return f"{self.subject} {self.outcome}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; a stored one is never saved again."""
        if not self._state.adding:
            raise AppendOnly
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnly


class RuleWording(models.Model):
    """What a version of a rule said when it was first used."""

    rule_id = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    label = models.JSONField()
    message = models.JSONField()
    basis = models.JSONField()
    substitute = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ("rule_id", "version")
        constraints = (models.UniqueConstraint(fields=("rule_id", "version"), name="rulewording_once"),)

    def __str__(self) -> str:
        return f"{self.rule_id} v{self.version}"


class SignOff(models.Model):
    """A text that a person read and released; the key names one text, so an edited text is a new, unread one."""

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="+")
    template_key = models.CharField(max_length=120)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ("-signed_at",)
        constraints = (models.UniqueConstraint(fields=("workspace", "template_key"), name="signoff_once"),)

    def __str__(self) -> str:
        return self.template_key
