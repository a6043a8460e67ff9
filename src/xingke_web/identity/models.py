"""What a steward has to decide about records, everything that was decided, and where merged customers went."""

from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from xingke.errors import PermanentError
from xingke_web.accounts.contracts import Viewer
from xingke_web.accounts.paths import ROOT, below


class DecisionImmutable(PermanentError):
    """Decisions about identity are neither changed nor deleted."""

    def __init__(self) -> None:
        super().__init__("decisions about identity are append-only: record a new decision, or undo the old one by another")


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Reads and additions; the ways around `save` and `delete` are closed."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise DecisionImmutable

    def delete(self) -> NoReturn:
        """Refused."""
        raise DecisionImmutable

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise DecisionImmutable

    def in_force(self, workspace_id: int) -> "DecisionQuerySet":
        """Those that nobody took back, oldest first."""
        kept = self.filter(workspace_id=workspace_id, undone_by__isnull=True).exclude(kind=Decision.Kind.UNDO)
        return kept.order_by("id")


class Decision(models.Model):
    """One act of a steward. `left` and `right` are records as `[[system, source id], ...]`.

    A merge and a "not the same" are about the records of both sides, an un-merge about the records that go (`left`) and those that stay,
    a correction about one field of a customer. An `undo` takes back the decision that it names. The person has no database constraint: an
    entry outlives the account that made it.
    """

    class Kind(models.TextChoices):
        """What was decided."""

        MERGE = "merge", _("Merged")
        DISTINCT = "distinct", _("Not the same customer")
        LATER = "later", _("Put off")
        UNMERGE = "unmerge", _("Taken apart")
        CORRECT = "correct", _("Corrected")
        UNDO = "undo", _("Undone")

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="identity_decisions")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    left = models.JSONField(default=list)
    right = models.JSONField(default=list)
    number = models.BigIntegerField(null=True, blank=True)
    other_number = models.BigIntegerField(null=True, blank=True)
    org_path = models.CharField(max_length=250, default=ROOT)
    field = models.CharField(max_length=40, blank=True)
    value = models.TextField(blank=True, help_text=_("The corrected value, sealed."))
    undoes = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by")
    batch = models.CharField(max_length=32, blank=True, help_text=_("Decisions of one bulk act share it."))
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", null=True, blank=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=("merge", "distinct", "later", "unmerge", "correct", "undo")), name="decision_kind_known"
            ),
            models.CheckConstraint(condition=models.Q(kind="undo") | models.Q(undoes__isnull=True), name="decision_only_undo_undoes"),
        )
        indexes = (
            models.Index(fields=("workspace", "number"), name="decision_by_customer"),
            models.Index(fields=("workspace", "other_number"), name="decision_by_other"),
            models.Index(fields=("workspace", "batch"), name="decision_by_batch"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.number} {self.other_number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; anything else is refused."""
        if not self._state.adding:
            raise DecisionImmutable
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise DecisionImmutable


class ReviewPairQuerySet(models.QuerySet["ReviewPair"]):
    """Reads of pairs; pages begin with `visible_to`."""

    def visible_to(self, viewer: Viewer) -> "ReviewPairQuerySet":
        """The pairs of the workspace of which both customers lie in the viewer's scope."""
        found = self.filter(workspace_id=viewer.workspace.id)
        return found.none() if viewer.customer_number is not None else found.filter(below(viewer.scope_path))


class ReviewPair(models.Model):
    """Two records of which the model is not sure whether they are one customer.

    `left` sorts before `right` by system and key. `org_path` is the lowest unit that holds both customers, so that a pair across two
    territories is decided above them. `leads` marks the strongest pair between its two customers: the queue shows that one, and what is
    decided about it holds for the others. `parts` are the match weights in bits, without any value of a record.
    """

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", _("Waiting")
        MERGED = "merged", _("Merged")
        DISTINCT = "distinct", _("Not the same customer")
        LATER = "later", _("Put off")

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="review_pairs")
    kind = models.CharField(max_length=20)
    left_system = models.CharField(max_length=40)
    left_key = models.CharField(max_length=120)
    right_system = models.CharField(max_length=40)
    right_key = models.CharField(max_length=120)
    left_number = models.BigIntegerField(null=True, blank=True)
    right_number = models.BigIntegerField(null=True, blank=True)
    org_path = models.CharField(max_length=250, default=ROOT)
    county = models.CharField(max_length=80, blank=True)
    probability = models.FloatField()
    weight = models.FloatField()
    value_yuan = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    reason = models.CharField(max_length=40, blank=True, help_text=_("Why a person has to look."))
    why = models.CharField(max_length=40, blank=True, help_text=_("The field that speaks most for one customer."))
    parts = models.JSONField(default=list)
    leads = models.BooleanField(default=True)
    present = models.BooleanField(default=True, help_text=_("Whether the latest pass still asks."))
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    decision = models.ForeignKey(Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="pairs")
    found_at = models.DateTimeField()

    objects = ReviewPairQuerySet.as_manager()

    class Meta:
        ordering = ("-probability", "-value_yuan", "id")
        constraints = (
            models.UniqueConstraint(fields=("workspace", "left_system", "left_key", "right_system", "right_key"), name="review_pair_once"),
            models.CheckConstraint(condition=models.Q(state__in=("open", "merged", "distinct", "later")), name="review_pair_state_known"),
            models.CheckConstraint(condition=models.Q(probability__gte=0) & models.Q(probability__lte=1), name="review_pair_probability"),
            models.CheckConstraint(
                condition=models.Q(state="open", decision__isnull=True) | (~models.Q(state="open") & models.Q(decision__isnull=False)),
                name="review_pair_open_or_decided",
            ),
        )
        indexes = (
            models.Index(fields=("workspace", "state", "present", "leads", "-probability", "-value_yuan"), name="review_pair_by_chance"),
            models.Index(fields=("workspace", "state", "present", "leads", "-value_yuan"), name="review_pair_by_value"),
            models.Index(fields=("workspace", "left_number"), name="review_pair_left"),
            models.Index(fields=("workspace", "right_number"), name="review_pair_right"),
        )

    def __str__(self) -> str:
        return f"{self.left_system}/{self.left_key} ~ {self.right_system}/{self.right_key}"

    @property
    def left(self) -> tuple[str, str]:
        """System and key of the first record."""
        return (self.left_system, self.left_key)

    @property
    def right(self) -> tuple[str, str]:
        """System and key of the second record."""
        return (self.right_system, self.right_key)


class Redirect(models.Model):
    """A customer number that was merged into another one; gone again when they are taken apart."""

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="identity_redirects")
    number = models.BigIntegerField()
    survivor = models.BigIntegerField()
    since = models.DateTimeField()

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("workspace", "number"), name="redirect_once"),
            models.CheckConstraint(condition=~models.Q(number=models.F("survivor")), name="redirect_elsewhere"),
        )
        indexes = (models.Index(fields=("workspace", "survivor"), name="redirect_by_survivor"),)

    def __str__(self) -> str:
        return f"{self.number} -> {self.survivor}"


class LinkModel(models.Model):
    """The trained weights of one kind of customer; they hold rates and no value of a record."""

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="link_models")
    kind = models.CharField(max_length=20)
    parameters = models.TextField(help_text=_("JSON."))
    records = models.PositiveIntegerField()
    trained_at = models.DateTimeField()

    class Meta:
        ordering = ("-trained_at",)
        constraints = (models.UniqueConstraint(fields=("workspace", "kind"), name="link_model_once"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.trained_at:%Y-%m-%d}"


class CollectionTaskQuerySet(models.QuerySet["CollectionTask"]):
    """Reads of tasks; pages begin with `visible_to`."""

    def visible_to(self, viewer: Viewer) -> "CollectionTaskQuerySet":
        """The tasks about customers in the viewer's scope."""
        found = self.filter(workspace_id=viewer.workspace.id)
        if viewer.customer_number is not None:
            found = found.filter(number=viewer.customer_number)
        return found.filter(below(viewer.scope_path))


class CollectionTask(models.Model):
    """A mandatory field that a customer lacks and that somebody has to ask for."""

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="collection_tasks")
    number = models.BigIntegerField()
    field = models.CharField(max_length=40)
    org_path = models.CharField(max_length=250, default=ROOT)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = CollectionTaskQuerySet.as_manager()

    class Meta:
        ordering = ("opened_at", "number", "field")
        constraints = (
            models.UniqueConstraint(
                fields=("workspace", "number", "field"), condition=models.Q(closed_at__isnull=True), name="collection_task_open_once"
            ),
        )
        indexes = (models.Index(fields=("workspace", "closed_at", "org_path"), name="collection_task_open"),)

    def __str__(self) -> str:
        return f"{self.number} {self.field}"
