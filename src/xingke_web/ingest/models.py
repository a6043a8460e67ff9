"""Files that were brought in: each import from upload to undo, and the mappings kept for the next file of the same layout."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from xingke_web.ingest.acknowledge_models import Acknowledgement
from xingke_web.ingest.connection_models import Connection, Pull

__all__ = ["Acknowledgement", "Connection", "Import", "Pull", "StoredMapping"]


class Import(models.Model):
    """One file. The upload, the mapping and the rows that stayed outside are sealed; what is here in the clear is counted or named.

    `counts` has one object a target table: table, sheet, rows_read, rows_loaded, folded, quarantined, duplicates, set_aside, reasons.
    """

    class State(models.TextChoices):
        """Where it stands; undone and discarded are the ends, a failed one can be loaded again."""

        MAPPING = "mapping", _("Columns to be chosen")
        LOADING = "loading", _("Loading")
        LOADED = "loaded", _("Loaded")
        FAILED = "failed", _("Load failed")
        UNDONE = "undone", _("Undone")
        DISCARDED = "discarded", _("Discarded")

    class Origin(models.TextChoices):
        """How the file came."""

        UPLOAD = "upload", _("Upload")
        SAMPLE = "sample", _("Sample book")
        COMMAND = "command", _("Command line")

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="imports")
    state = models.CharField(max_length=12, choices=State.choices, default=State.MAPPING)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.UPLOAD)
    file_name = models.CharField(max_length=200)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    form = models.CharField(max_length=80, blank=True)
    notes = models.JSONField(default=list)
    fingerprint = models.CharField(max_length=12, blank=True)
    mapping = models.TextField(blank=True, help_text=_("YAML, sealed: its corrections may hold personal values."))
    choices = models.JSONField(default=list)
    questions = models.JSONField(default=list)
    known_mapping = models.BooleanField(default=False)
    counts = models.JSONField(default=list)
    rows_read = models.BigIntegerField(default=0)
    parts = models.PositiveIntegerField(default=0)
    job_id = models.UUIDField(null=True, blank=True)
    error_zh = models.TextField(blank=True)
    error_en = models.TextField(blank=True)
    created_by = models.ForeignKey("accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    loaded_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=("mapping", "loading", "loaded", "failed", "undone", "discarded")), name="import_state_known"
            ),
        )
        indexes = (models.Index(fields=("workspace", "state"), name="import_by_state"),)

    def __str__(self) -> str:
        return f"import {self.pk} ({self.state})"

    @property
    def load_id(self) -> str:
        """Its name among the pieces; a large file is stored in parts, `-p01` and so on behind it."""
        return f"import-{self.pk}"

    def total(self, what: str) -> int:
        """A count over the tables that rows of the file became, each row once."""
        seen: set[str] = set()
        found = 0
        for table in self.counts:
            if table["sheet"] not in seen:
                seen.add(table["sheet"])
                found += int(table[what])
        return found

    def table_counts(self) -> list[dict[str, Any]]:
        """The counts by table."""
        return list(self.counts)


class StoredMapping(models.Model):
    """The mapping of the last file of a layout; the next one with the same headers gets it."""

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="stored_mappings")
    fingerprint = models.CharField(max_length=12)
    name = models.CharField(max_length=200)
    mapping = models.TextField(help_text=_("YAML, sealed."))
    uses = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ("-updated_at",)
        constraints = (models.UniqueConstraint(fields=("workspace", "fingerprint"), name="stored_mapping_once"),)

    def __str__(self) -> str:
        return f"mapping {self.fingerprint}"
