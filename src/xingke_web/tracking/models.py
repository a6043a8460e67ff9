"""Write keys, what was made of the event log, and the events that wait in quarantine."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xingke.schema.trade.identity import SYSTEMS


class WriteKey(models.Model):
    """What a client sends events with. The secret itself is shown once; only its digest is stored."""

    class PlanMode(models.TextChoices):
        """What an event outside the tracking plan leads to."""

        OFF = "off", _("Not checked")
        FLAG = "flag", _("Accepted with a note")
        REFUSE = "refuse", _("Put into quarantine")

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="write_keys")
    name = models.CharField(max_length=60)
    system = models.CharField(max_length=20)
    secret_hash = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)
    kinds = models.JSONField(default=list, blank=True)
    event_names = models.JSONField(default=list, blank=True)
    origins = models.JSONField(default=list, blank=True)
    rate_per_second = models.PositiveIntegerField(default=5000)
    batch_kb = models.PositiveIntegerField(default=500)
    plan_mode = models.CharField(max_length=10, choices=PlanMode.choices, default=PlanMode.OFF)
    plan = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    disabled_at = models.DateTimeField(null=True, blank=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=("workspace", "name"), name="writekey_name_once"),
            models.CheckConstraint(condition=models.Q(system__in=SYSTEMS), name="writekey_system_known"),
            models.CheckConstraint(condition=models.Q(batch_kb__gte=1, batch_kb__lte=4096), name="writekey_batch_bounded"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_live(self) -> bool:
        """Whether events with it are taken."""
        return self.disabled_at is None


class EventLoad(models.Model):
    """A stretch of the log that became a piece of the lake: [`start`, `end`) of its positions.

    The row is written before the piece, so that a worker killed in between makes the same piece again.
    """

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="event_loads")
    load_id = models.CharField(max_length=80)
    start = models.CharField(max_length=42, blank=True)
    end = models.CharField(max_length=42)
    is_open = models.BooleanField(default=True)
    events = models.PositiveIntegerField(default=0)
    records = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    written_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("workspace", "load_id"), name="eventload_once"),
            models.UniqueConstraint(fields=("workspace",), condition=models.Q(is_open=True), name="eventload_one_open"),
        )

    def __str__(self) -> str:
        return self.load_id


class EventCursor(models.Model):
    """How far a consumer has read the log of a workspace; moved in the transaction of its result."""

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="event_cursors")
    consumer = models.CharField(max_length=40)
    position = models.CharField(max_length=42, blank=True)
    moved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("workspace", "consumer"), name="eventcursor_once"),)

    def __str__(self) -> str:
        return f"{self.consumer} {self.position}"


class MinuteCount(models.Model):
    """Events of one key in one minute of receipt."""

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=60)
    minute = models.DateTimeField()
    accepted = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("workspace", "source", "minute"), name="minutecount_once"),)
        indexes = (models.Index(fields=("workspace", "minute"), name="minutecount_minute"),)

    def __str__(self) -> str:
        return f"{self.source} {self.minute:%Y-%m-%d %H:%M}"


class RejectedEvent(models.Model):
    """An event in quarantine: why, and what came, sealed."""

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("In quarantine")
        RETRIED = "retried", _("Tried again")

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="rejected_events")
    source = models.CharField(max_length=60)
    reason = models.CharField(max_length=40)
    field = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200, blank=True)
    received_at = models.DateTimeField()
    place = models.CharField(max_length=60)
    sealed = models.BinaryField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)

    class Meta:
        ordering = ("-received_at", "-pk")
        constraints = (models.UniqueConstraint(fields=("workspace", "place"), name="rejectedevent_once"),)
        indexes = (models.Index(fields=("workspace", "state", "reason"), name="rejectedevent_reason"),)

    def __str__(self) -> str:
        return f"{self.reason} {self.received_at:%Y-%m-%d %H:%M}"


class AnonymousLink(models.Model):
    """From when on an anonymous id was a user's: the digest of the one, the other sealed; one row each time that the user changed."""

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=32)
    since_ms = models.BigIntegerField(default=0)
    user_sealed = models.TextField()
    is_new = models.BooleanField(default=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("workspace", "digest", "since_ms"), name="anonymouslink_once"),)

    def __str__(self) -> str:
        return self.digest
