"""Connections to other systems, and each pull of rows from one of them."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Connection(models.Model):
    """One stream of one source. Settings, cursor and mapping are sealed; what is here in the clear is named or counted.

    Exactly once: `cursor` is written in the transaction that makes a pull `done`, after the pull's rows are on disk. A pull that was killed
    starts again from the same cursor under the same number, after the rows that it had stored are removed.
    """

    class State(models.TextChoices):
        """Whether it is pulled by its schedule."""

        DRAFT = "draft", _("Not set up")
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="connections")
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(max_length=40)
    system = models.CharField(_("system"), max_length=40, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    settings = models.TextField(help_text=_("JSON, sealed."))
    stream = models.CharField(max_length=200, blank=True)
    mapping = models.TextField(blank=True, help_text=_("YAML, sealed."))
    cursor = models.TextField(blank=True, help_text=_("JSON, sealed: it may hold keys of rows."))
    every_minutes = models.PositiveIntegerField(_("schedule"), default=0, help_text=_("0: by hand only."))
    runs_pass = models.BooleanField(default=True, help_text=_("Whether a pass follows a pull that brought rows."))
    hook_key = models.CharField(max_length=40, null=True, blank=True, unique=True)
    next_at = models.DateTimeField(null=True, blank=True)
    job_id = models.UUIDField(null=True, blank=True)
    last_ok_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey("accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    class Meta:  # noqa: D106 - as in models.py
        ordering = ("name", "id")
        constraints = (
            models.CheckConstraint(condition=models.Q(state__in=("draft", "active", "paused")), name="connection_state_known"),
            models.UniqueConstraint(fields=("workspace", "name"), name="connection_name_once"),
        )
        indexes = (models.Index(fields=("next_at",), condition=models.Q(state="active"), name="connection_due"),)

    def __str__(self) -> str:
        return f"connection {self.pk} ({self.kind})"


class Pull(models.Model):
    """One reading of a connection that brought something. `counts` has one object a canonical table, as an import has."""

    class State(models.TextChoices):
        """Where it stands; a replaced one was followed by a newer reading of the whole."""

        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        REPLACED = "replaced", _("Replaced")
        UNDONE = "undone", _("Undone")

    class Cause(models.TextChoices):
        """Why it began."""

        SCHEDULE = "schedule", _("Started by schedule")
        HAND = "hand", _("Started by hand")

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="pulls")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    cause = models.CharField(max_length=8, choices=Cause.choices, default=Cause.SCHEDULE)
    token = models.UUIDField(default=uuid.uuid4)
    parts = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=list)
    rows_read = models.BigIntegerField(default=0)
    rows_loaded = models.BigIntegerField(default=0)
    rows_held = models.BigIntegerField(default=0)
    error_zh = models.TextField(blank=True)
    error_en = models.TextField(blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:  # noqa: D106 - as in models.py
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=("connection", "number"), name="pull_number_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=("running", "done", "failed", "replaced", "undone")), name="pull_state_known"
            ),
        )

    def __str__(self) -> str:
        return f"pull {self.connection_id}/{self.number} ({self.state})"

    @property
    def prefix(self) -> str:
        """What the names of its pieces begin with, whoever works on it."""
        return f"pull-{self.connection_id}-{self.number:06d}-"

    @property
    def reading(self) -> str:
        """What the names of its pieces begin with, the worker's token included: who lost the pull writes to no piece that counts."""
        return f"{self.prefix}{self.token.hex[:8]}"

    def load_id(self, part: int) -> str:
        """The name of a part among the pieces."""
        return f"{self.reading}-p{part:03d}"
