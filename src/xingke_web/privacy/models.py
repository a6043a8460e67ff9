"""Requests of the people whose data are held, erasures, retention, new uses of data, incidents and quarterly reports."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xingke_web.accounts.facade import ROOT, Viewer
from xingke_web.customers.facade import customer_numbers


class SubjectRequestQuerySet(models.QuerySet["SubjectRequest"]):
    """Reads of requests; pages begin with `visible_to`."""

    def visible_to(self, viewer: Viewer) -> "SubjectRequestQuerySet":
        """Those about customers of the viewer's scope, also about those erased since."""
        found = self.filter(workspace_id=viewer.workspace.id)
        return found if viewer.scope_path == ROOT else found.filter(customer_number__in=customer_numbers(viewer))


class SubjectRequest(models.Model):
    """What a person asks about their own data, from arrival to answer.

    `wish` and `answer` are sealed: the person's words, and what they get. `facts` and `proof` hold figures only.
    """

    class Kind(models.TextChoices):
        """What is asked for, by the articles of the law."""

        ACCESS = "access", _("Access")
        PORT = "port", _("Copy to take along")
        CORRECT = "correct", _("Correction")
        DELETE = "delete", _("Deletion")
        RESTRICT = "restrict", _("Restriction")
        WITHDRAW = "withdraw", _("Withdrawal of consent")
        EXPLAIN = "explain", _("Explanation")

    class State(models.TextChoices):
        """Where the request stands."""

        RECEIVED = "received", _("Received")
        IDENTIFIED = "identified", _("Identity checked")
        AWAITING = "awaiting", _("Waiting for a second person")
        WORKING = "working", _("Being carried out")
        DONE = "done", _("Closed with an answer")
        REFUSED = "refused", _("Refused")

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    customer_number = models.BigIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED)
    received_at = models.DateTimeField()
    due_on = models.DateField()
    wish = models.TextField(blank=True)
    recorded_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    identified_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    identified_how = models.CharField(max_length=120, blank=True)
    decided_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    second_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    refusal = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    facts = models.JSONField(default=dict)
    proof = models.JSONField(default=dict)
    signature = models.CharField(max_length=64, blank=True)
    answer = models.TextField(blank=True)

    objects = SubjectRequestQuerySet.as_manager()

    class Meta:
        ordering = ("-received_at", "-id")
        indexes = (models.Index(fields=("workspace", "state", "due_on"), name="subjectrequest_open"),)
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(kind="delete", state__in=("working", "done")) | models.Q(second_by__isnull=False),
                name="subjectrequest_deletion_by_two",
            ),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What the person is told to quote."""
        return f"SR-{self.pk:05d}"

    @property
    def is_open(self) -> bool:
        """Whether an answer is still owed."""
        return self.state not in (self.State.DONE, self.State.REFUSED)


class Erased(models.Model):
    """A person whose data were erased: whatever brings the same records again is erased again in each pass."""

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="+")
    customer_number = models.BigIntegerField()
    record_hashes = models.JSONField(default=list)
    request = models.ForeignKey(SubjectRequest, null=True, on_delete=models.SET_NULL, related_name="+")
    erased_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("workspace", "customer_number"), name="erased_once"),)

    def __str__(self) -> str:
        return str(self.customer_number)


class Restriction(models.Model):
    """A person whose data are kept and not used until the restriction is lifted."""

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="+")
    customer_number = models.BigIntegerField()
    since = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=("workspace", "customer_number"), name="restriction_of"),)

    def __str__(self) -> str:
        return str(self.customer_number)


class RetentionRule(models.Model):
    """How long a class of data is kept; the classes are declared in `retention`, the months may be shortened here."""

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="+")
    data_class = models.CharField(max_length=40)
    months = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("workspace", "data_class"), name="retention_rule_once"),)

    def __str__(self) -> str:
        return f"{self.data_class} {self.months}"


class RetentionRun(models.Model):
    """Evidence of one erasure of what was due: figures by class of data, signed."""

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="+")
    ran_at = models.DateTimeField()
    erased = models.JSONField(default=dict)
    signature = models.CharField(max_length=64)

    class Meta:
        ordering = ("-ran_at", "-id")

    def __str__(self) -> str:
        return self.ran_at.isoformat()


class DataUse(models.Model):
    """A use of personal data: what for, which fields, on what basis, and who approved it."""

    class State(models.TextChoices):
        """Where the approval stands."""

        PROPOSED = "proposed", _("Waiting for approval")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    purpose = models.CharField(max_length=300)
    fields = models.JSONField(default=list)
    basis = models.CharField(max_length=20)
    recipients = models.CharField(max_length=200, blank=True)
    is_sensitive = models.BooleanField(default=False)
    is_automated = models.BooleanField(default=False)
    assessment = models.TextField()
    measures = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-proposed_at", "-id")
        constraints = (
            models.CheckConstraint(condition=~models.Q(decided_by=models.F("proposed_by")), name="datause_decided_by_another"),
            models.CheckConstraint(
                condition=models.Q(state="proposed") | models.Q(decided_at__isnull=False), name="datause_decision_dated"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Incident(models.Model):
    """Something that happened to personal data, from report to recovery, with its clocks."""

    class Kind(models.TextChoices):
        """What happened."""

        LEAK = "leak", _("Data leaked")
        LOSS = "loss", _("Data lost or damaged")
        MISUSE = "misuse", _("Data misused")
        EXPORT = "export", _("Export beyond the role")

    class State(models.TextChoices):
        """How far it is handled."""

        REPORTED = "reported", _("Reported")
        CONTAINED = "contained", _("Contained")
        RECOVERED = "recovered", _("Recovered")

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.REPORTED)
    what = models.CharField(max_length=300)
    people = models.PositiveIntegerField(null=True, blank=True)
    found_at = models.DateTimeField()
    contained_at = models.DateTimeField(null=True, blank=True)
    authority_told_at = models.DateTimeField(null=True, blank=True)
    people_told_at = models.DateTimeField(null=True, blank=True)
    recovered_at = models.DateTimeField(null=True, blank=True)
    reported_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    measures = models.TextField(blank=True)

    class Meta:
        ordering = ("-found_at", "-id")

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class ExportBlock(models.Model):
    """An account that may export nothing until somebody lifts the block."""

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="blocks")
    since = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = (models.Index(fields=("workspace", "user"), condition=models.Q(lifted_at__isnull=True), name="exportblock_open"),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.since}"


class ExportCount(models.Model):
    """How many records an account took with one export; counted over a day by the guard."""

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=60)
    count = models.PositiveIntegerField()
    persons = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("workspace", "user", "at"), name="exportcount_recent"),)

    def __str__(self) -> str:
        return f"{self.what} {self.count}"


class ExportMembers(models.Model):
    """The persons who left with one export, sealed: what the next export is compared with."""

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    sealed = models.TextField()

    class Meta:
        indexes = (models.Index(fields=("workspace", "at"), name="exportmembers_recent"),)

    def __str__(self) -> str:
        return self.at.isoformat()


class AuditReport(models.Model):
    """The security audit of a quarter: figures from the audit chain and the state of protection, signed."""

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="+")
    quarter = models.CharField(max_length=7)
    made_at = models.DateTimeField()
    content = models.JSONField(default=dict)
    signature = models.CharField(max_length=64)

    class Meta:
        ordering = ("-quarter",)
        constraints = (models.UniqueConstraint(fields=("workspace", "quarter"), name="auditreport_once"),)

    def __str__(self) -> str:
        return self.quarter
