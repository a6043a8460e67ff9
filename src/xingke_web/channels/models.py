"""Texts, the outbox, the in-app inbox, and every fact about a message."""

import hashlib

from django.db import models
from django.utils.translation import gettext_lazy as _

from xingke.words import Language


class MessageText(models.Model):
    """What one step of an action says over one channel, with its variables still open.

    `stopped` is the reason why nothing of it goes out any more, empty while it may; a stop holds for messages planned later, too.
    """

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=60)
    step = models.CharField(max_length=40)
    campaign_key = models.CharField(max_length=60)
    org_path = models.CharField(max_length=250, default="/")
    actor = models.CharField(max_length=120)
    purpose = models.CharField(max_length=20)
    channel = models.CharField(max_length=20)
    language = models.CharField(max_length=2)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    template_key = models.CharField(max_length=120)
    fingerprint = models.CharField(max_length=32, editable=False)
    stopped = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("workspace", "what", "step", "channel"), name="messagetext_once"),)

    def __str__(self) -> str:
        return f"{self.what}/{self.step}/{self.channel}"

    @property
    def tongue(self) -> Language:
        """The language of the text, for words that are added to it."""
        return "en" if self.language == "en" else "zh"


class OutboxMessage(models.Model):
    """One intended message; the natural key says that it is wanted once.

    `claimed_by` and `lease_until` say who works on it: whoever lost the claim can no longer change the row. `due_at` and `sent_at` are
    business time, `lease_until`, `retry_at` and `handed_at` (when it was handed over) the time of the machine.
    """

    class State(models.TextChoices):
        """Where a message stands."""

        PLANNED = "planned", _("Planned")
        CLAIMED = "claimed", _("Being prepared")
        HANDED_OVER = "handed_over", _("Handed over")
        CONFIRMED = "confirmed", _("Sent")
        FAILED = "failed", _("Failed")
        UNKNOWN = "unknown", _("Outcome unknown")
        WITHHELD = "withheld", _("Withheld")
        CANCELLED = "cancelled", _("Cancelled")

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="+")
    text = models.ForeignKey(MessageText, on_delete=models.PROTECT, related_name="messages")
    what = models.CharField(max_length=60)
    step = models.CharField(max_length=40)
    customer_number = models.BigIntegerField()
    channel = models.CharField(max_length=20)
    occurrence = models.CharField(max_length=40, default="1")
    verdict = models.ForeignKey("compliance.Verdict", on_delete=models.PROTECT, related_name="+")
    send_verdict = models.ForeignKey("compliance.Verdict", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    state = models.CharField(max_length=12, choices=State.choices, default=State.PLANNED)
    due_at = models.DateTimeField()
    retry_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    claimed_by = models.CharField(max_length=40, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    handed_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("workspace", "what", "step", "customer_number", "channel", "occurrence"), name="outbox_natural_key"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=("planned", "claimed", "handed_over", "confirmed", "failed", "unknown", "withheld", "cancelled")
                ),
                name="outbox_state_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=("claimed", "handed_over"))
                | (models.Q(lease_until__isnull=False) & ~models.Q(claimed_by="")),
                name="outbox_work_has_lease",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=("handed_over", "confirmed", "unknown"))
                | models.Q(sent_at__isnull=False, send_verdict__isnull=False),
                name="outbox_sent_has_fresh_verdict",
            ),
        )
        indexes = (
            models.Index(fields=("workspace", "due_at", "id"), condition=models.Q(state="planned"), name="outbox_due"),
            models.Index(
                fields=("workspace", "customer_number"), condition=models.Q(state__in=("claimed", "handed_over")), name="outbox_at_work"
            ),
            models.Index(fields=("workspace", "customer_number", "sent_at"), name="outbox_touches"),
            models.Index(fields=("workspace", "what", "state"), name="outbox_progress"),
        )

    def __str__(self) -> str:
        return f"{self.what}/{self.step} {self.customer_number} {self.state}"

    @property
    def idempotency_key(self) -> str:
        """A name of this message for the provider, made of the natural key alone."""
        key = f"{self.workspace_id}:{self.what}:{self.step}:{self.customer_number}:{self.channel}:{self.occurrence}"
        return hashlib.sha256(key.encode()).hexdigest()[:40]


class DeliveryGate(models.Model):
    """The row that is locked while messages of a workspace are claimed, so that two workers never claim for one customer."""

    workspace = models.OneToOneField("accounts.Workspace", on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return str(self.workspace_id)


class InboxMessage(models.Model):
    """A message in a customer's own inbox, as it was sent."""

    message = models.OneToOneField(OutboxMessage, on_delete=models.PROTECT, related_name="inbox")
    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="+")
    customer_number = models.BigIntegerField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    received_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-received_at", "-id")
        indexes = (models.Index(fields=("workspace", "customer_number", "-received_at"), name="inbox_of_customer"),)

    def __str__(self) -> str:
        return f"{self.customer_number} {self.subject}"


class Touch(models.Model):
    """One fact about a message: what we did, and what the customer answered. Added in the transaction of the doing, never changed.

    The loop carries these rows into the lake's `touch` table under the id `xk-<pk>`.
    """

    class Kind(models.TextChoices):
        """What happened; names as in the lake."""

        SENT = "sent", _("Sent")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Failed")
        WITHHELD = "withheld", _("Withheld")
        OPENED = "opened", _("Opened")
        CLICKED = "clicked", _("Followed the link")
        REPLIED = "replied", _("Answered")
        OPTED_OUT = "opted_out", _("Refused further messages")

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(OutboxMessage, on_delete=models.PROTECT, related_name="touches")
    customer_number = models.BigIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    channel = models.CharField(max_length=20)
    campaign_key = models.CharField(max_length=60)
    detail = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("message", "kind", "detail"), name="touch_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=("sent", "delivered", "failed", "withheld", "opened", "clicked", "replied", "opted_out")),
                name="touch_kind_known",
            ),
        )
        indexes = (models.Index(fields=("workspace", "campaign_key", "kind"), name="touch_of_campaign"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.customer_number}"


class LinkVisit(models.Model):
    """A link of a message was opened, by whomever: the last time, by the clock of the machine. No address and no program is kept."""

    class Link(models.TextChoices):
        """Which one."""

        ANSWER = "answer", _("Answer page")
        OPT_OUT = "opt_out", _("Refusal page")

    message = models.ForeignKey(OutboxMessage, on_delete=models.CASCADE, related_name="visits")
    link = models.CharField(max_length=10, choices=Link.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("message", "link"), name="linkvisit_last"),
            models.CheckConstraint(condition=models.Q(link__in=("answer", "opt_out")), name="linkvisit_link_known"),
        )

    def __str__(self) -> str:
        return f"{self.message_id} {self.link}"


ANSWERS = (Touch.Kind.OPENED, Touch.Kind.CLICKED, Touch.Kind.REPLIED, Touch.Kind.OPTED_OUT)
"""Kinds that are the customer's response."""
