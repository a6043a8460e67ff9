"""Campaigns, their frozen members, the preview that a second person launches, and who did what."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from xingke.words import Language

ZERO = Decimal(0)


class Campaign(models.Model):
    """One action to a segment, with a control group unless a reason says why not.

    `launched_at` and `send_at` are business time. Shares lie in 0..1: `control_share` of those who may be reached get nothing, and
    `holdout_share` of all customers get no marketing at all, the same ones in every campaign.
    """

    class State(models.TextChoices):
        """Where a campaign stands."""

        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Waiting for launch")
        LAUNCHED = "launched", _("Running")
        FINISHED = "finished", _("Finished")
        IMPORTED = "imported", _("Imported")

    class Metric(models.TextChoices):
        """What the campaign is to change."""

        AMOUNT = "amount", _("Purchase amount")
        ORDERS = "orders", _("Number of orders")

    class Second(models.TextChoices):
        """A second estimate of the effect that does not hang on the few largest customers; decided before the launch."""

        NONE = "", _("No second estimate")
        WINSORISED = "winsorised", _("Winsorised at 99%, response and covariate")
        WITHOUT_LARGEST = "without_largest", _("The largest 2% before the launch judged apart")

    class Purpose(models.TextChoices):
        """What the contact is for."""

        MARKETING = "marketing", _("Marketing")
        SERVICE = "service", _("Service")
        TRANSACTION = "transaction", _("Transaction")

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=60)
    name = models.CharField(_("name"), max_length=80)
    org_path = models.CharField(max_length=250, default="/")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)

    goal = models.CharField(_("goal"), max_length=200, blank=True)
    goal_metric = models.CharField(_("measured by"), max_length=10, choices=Metric.choices, default=Metric.AMOUNT)
    outcome_days = models.PositiveSmallIntegerField(
        _("days measured after launch"), default=56, validators=[MinValueValidator(7), MaxValueValidator(364)]
    )
    before_days = models.PositiveSmallIntegerField(
        _("days before launch to compare with"), default=91, validators=[MinValueValidator(7), MaxValueValidator(728)]
    )

    segment_key = models.CharField(_("segment"), max_length=80, blank=True)
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose.choices, default=Purpose.MARKETING)
    channel = models.CharField(_("channel"), max_length=20, blank=True)
    language = models.CharField(_("language of the text"), max_length=2, choices=(("zh", "中文"), ("en", "English")), default="zh")
    subject = models.CharField(_("subject"), max_length=120, blank=True)
    body = models.TextField(_("text"), max_length=2000, blank=True)
    send_at = models.DateTimeField(_("not before"), null=True, blank=True)

    cost_per_message_yuan = models.DecimalField(
        _("cost per message"), max_digits=10, decimal_places=4, default=ZERO, validators=[MinValueValidator(ZERO)]
    )
    fixed_cost_yuan = models.DecimalField(
        _("fixed cost"), max_digits=14, decimal_places=2, default=ZERO, validators=[MinValueValidator(ZERO)]
    )
    control_share = models.DecimalField(
        _("share of the control group"),
        max_digits=4,
        decimal_places=3,
        default=Decimal("0.2"),
        validators=[MinValueValidator(ZERO), MaxValueValidator(Decimal("0.5"))],
    )
    no_control_reason = models.CharField(_("why there is no control group"), max_length=200, blank=True)
    second_estimate = models.CharField(_("second estimate"), max_length=16, choices=Second.choices, default=Second.NONE, blank=True)
    holdout_share = models.DecimalField(max_digits=4, decimal_places=3, default=Decimal("0.05"))
    salt = models.CharField(max_length=40)

    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1)
    launched_at = models.DateTimeField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("workspace", "key"), name="campaign_key_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=("draft", "submitted", "launched", "finished", "imported")), name="campaign_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(control_share=0) | models.Q(control_share__gte=Decimal("0.05"), control_share__lte=Decimal("0.5")),
                name="campaign_control_share_sound",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=("draft", "submitted")) | models.Q(launched_at__isnull=False),
                name="campaign_launched_has_time",
            ),
        )
        indexes = (models.Index(fields=("workspace", "state", "-id"), name="campaign_by_state"),)

    def __str__(self) -> str:
        return self.name

    @property
    def what(self) -> str:
        """The name under which its messages stand in the outbox and its verdicts in the log."""
        return f"campaign:{self.pk}"

    @property
    def tongue(self) -> Language:
        """The language of the text."""
        return "en" if self.language == "en" else "zh"

    @property
    def is_editable(self) -> bool:
        """Whether it may still be changed."""
        return self.state == self.State.DRAFT


class CampaignMember(models.Model):
    """A customer as the launch froze them."""

    class Arm(models.TextChoices):
        """What was drawn for the customer."""

        TREATED = "treated", _("Treated")
        CONTROL = "control", _("Control group")
        EXCLUDED = "excluded", _("Excluded")

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="members")
    customer_number = models.BigIntegerField()
    arm = models.CharField(max_length=10, choices=Arm.choices)
    reason = models.CharField(max_length=80, blank=True)
    verdict = models.ForeignKey("compliance.Verdict", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("campaign", "customer_number")
        constraints = (
            models.UniqueConstraint(fields=("campaign", "customer_number"), name="campaignmember_once"),
            models.CheckConstraint(condition=models.Q(arm__in=("treated", "control", "excluded")), name="campaignmember_arm_known"),
            models.CheckConstraint(condition=~models.Q(arm="excluded") | ~models.Q(reason=""), name="campaignmember_excluded_has_reason"),
        )
        indexes = (
            models.Index(fields=("campaign", "arm"), name="campaignmember_by_arm"),
            models.Index(fields=("customer_number", "campaign"), name="campaignmember_of_customer"),
        )

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.customer_number} {self.arm}"


class LaunchPreview(models.Model):
    """What the person who submitted saw; launching is bound to it by the token."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="previews")
    token = models.CharField(max_length=64)
    audience = models.BinaryField()
    audience_fingerprint = models.CharField(max_length=64)
    content_fingerprint = models.CharField(max_length=64)
    rules_fingerprint = models.CharField(max_length=64)
    budget_fingerprint = models.CharField(max_length=64)
    figures = models.JSONField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.made_at:%Y-%m-%d %H:%M}"


class CampaignAct(models.Model):
    """Somebody changed the state of a campaign."""

    class Name(models.TextChoices):
        """What was done."""

        CREATED = "created", _("Drafted")
        EDITED = "edited", _("Changed the draft")
        SUBMITTED = "submitted", _("Submitted")
        SIGNED_OFF = "signed_off", _("Signed off the text")
        RETURNED = "returned", _("Returned")
        LAUNCHED = "launched", _("Launched")
        FINISHED = "finished", _("Finished")
        IMPORTED = "imported", _("Imported")
        STOPPED = "stopped", _("Stopped sending")

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="acts")
    name = models.CharField(max_length=12, choices=Name.choices)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.name}"
