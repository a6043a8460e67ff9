"""The audit log: rows are only ever added, and each row seals the one before it."""

from typing import Any, NoReturn

from django.db import models

from xingke.errors import PermanentError


class AppendOnly(PermanentError):
    """Audit entries are neither changed nor deleted."""

    def __init__(self) -> None:
        super().__init__("audit entries are append-only: they are neither changed nor deleted")


class EntryQuerySet(models.QuerySet["AuditEntry"]):
    """Reads only; the ways around `save` and `delete` are closed as well."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise AppendOnly

    def delete(self) -> NoReturn:
        """Refused."""
        raise AppendOnly

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise AppendOnly


class AuditEntry(models.Model):
    """One thing that was done.

    `chain` is the workspace's sequence of entries or that of the installation; `hash` seals the row and the hash before it. `org_path` is
    the unit that the act concerned; None where none can be told (the system's own acts, and entries of before units were kept): those
    are read by viewers of the whole workspace only.
    The actor has no database constraint: an entry outlives the account that made it.
    """

    chain = models.CharField(max_length=20, editable=False)
    sequence = models.PositiveBigIntegerField(editable=False)
    workspace = models.ForeignKey("accounts.Workspace", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(editable=False)
    actor = models.ForeignKey("accounts.User", null=True, blank=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    name = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=60, blank=True)
    facts = models.JSONField(default=dict)
    org_path = models.CharField(max_length=250, null=True, editable=False)  # noqa: DJ001 - None and the root are not the same
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-id")
        constraints = (models.UniqueConstraint(fields=("chain", "sequence"), name="audit_sequence_once"),)
        indexes = (
            models.Index(fields=("workspace", "-at"), name="audit_by_day"),
            models.Index(fields=("workspace", "subject_kind", "subject_id"), name="audit_by_subject"),
            models.Index(fields=("workspace", "org_path", "-at"), name="audit_by_unit"),
        )

    def __str__(self) -> str:
        return f"{self.chain} {self.sequence} {self.name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; anything else is refused."""
        if not self._state.adding:
            raise AppendOnly
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise AppendOnly


class AuditHead(models.Model):
    """Where a chain ends; locked while an entry is added, and what makes a cut-off tail visible."""

    chain = models.CharField(max_length=20, primary_key=True)
    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.chain} {self.sequence}"
