"""The golden customer of the operational side, its contact points, and the ledger of consent."""

from typing import Any, Final, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from xingke.errors import PermanentError
from xingke.privacy.masks import masked
from xingke_web.accounts.contracts import Viewer
from xingke_web.accounts.paths import below
from xingke_web.config.vault import vault_of

CONTACT: Final = "contact"
"""Kind of the blind index by which an address is found."""


class CustomerQuerySet(models.QuerySet["Customer"]):
    """Reads of customers; pages begin with `visible_to`."""

    def visible_to(self, viewer: Viewer) -> "CustomerQuerySet":
        """The present customers of the viewer's workspace and scope; a retailer sees the own shop only."""
        found = self.filter(workspace_id=viewer.workspace.id, present=True)
        if viewer.customer_number is not None:
            found = found.filter(number=viewer.customer_number)
        return found.filter(below(viewer.scope_path))


class Customer(models.Model):
    """A customer as the last published snapshot knows it.

    Whoever is gone from the lake stays here with `present=False`: the ledger of consent and past actions refer to the row.
    """

    class AgeState(models.TextChoices):
        """What is known about the age; `unknown` counts as not adult."""

        ADULT = "adult", _("Adult")
        MINOR = "minor", _("Minor")
        UNKNOWN = "unknown", _("Age unknown")
        NOT_A_PERSON = "not_a_person", _("Not a person")

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="customers")
    number = models.BigIntegerField()
    source_key = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    status = models.CharField(max_length=20)
    org_path = models.CharField(max_length=250)
    licence_status = models.CharField(max_length=20)
    licence_valid_until = models.DateField(null=True, blank=True)
    age_state = models.CharField(max_length=20, choices=AgeState.choices, default=AgeState.UNKNOWN)
    present = models.BooleanField(default=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("workspace", "number"), name="customer_number_once"),
            models.CheckConstraint(
                condition=models.Q(age_state__in=("adult", "minor", "unknown", "not_a_person")), name="customer_age_known"
            ),
        )
        indexes = (
            models.Index(fields=("workspace", "org_path"), name="customer_by_unit"),
            models.Index(fields=("workspace", "source_key"), name="customer_by_source_key"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class ContactPoint(models.Model):
    """Where a customer is reached over one channel; the address is stored encrypted."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contact_points")
    channel = models.CharField(max_length=20)
    sealed = models.TextField()
    lookup = models.CharField(max_length=64, help_text=_("Keyed hash of the address, for exact search."))
    set_at = models.DateTimeField()

    class Meta:
        ordering = ("customer", "channel")
        constraints = (models.UniqueConstraint(fields=("customer", "channel"), name="contact_point_once"),)
        indexes = (models.Index(fields=("lookup",), name="contact_point_lookup"),)

    def __str__(self) -> str:
        return f"{self.customer_id} {self.channel}"

    @property
    def place(self) -> str:
        """What the sealed address is bound to."""
        return f"{self.customer_id}:{self.channel}"

    @property
    def address(self) -> str:
        """The address in plain text; only transports and an audited reveal read it."""
        return vault_of(self.customer.workspace_id).open(self.sealed, place=self.place)

    @address.setter
    def address(self, text: str) -> None:
        vault = vault_of(self.customer.workspace_id)
        self.sealed, self.lookup = vault.seal(text, place=self.place), vault.blind(text, CONTACT)

    @property
    def masked(self) -> str:
        """The address with its middle hidden, as pages show it."""
        return masked(self.channel, self.address)


class ConsentImmutable(PermanentError):
    """Entries of the consent ledger are neither changed nor deleted."""

    def __init__(self) -> None:
        super().__init__("consent entries are append-only: record a new entry instead of changing one")


class ConsentQuerySet(models.QuerySet["Consent"]):
    """Reads and additions; the ways around `save` and `delete` are closed."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise ConsentImmutable

    def delete(self) -> NoReturn:
        """Refused."""
        raise ConsentImmutable

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise ConsentImmutable


class Consent(models.Model):
    """One entry of the ledger: what a customer granted or withdrew, on what basis, with what evidence.

    `at` is when the customer said it; the entry in force is the latest by `at`. The recorder has no database constraint: an entry
    outlives the account that made it.
    """

    class Purpose(models.TextChoices):
        """What the contact is for."""

        MARKETING = "marketing", _("Marketing")
        SERVICE = "service", _("Service")
        TRANSACTION = "transaction", _("Transaction")

    class State(models.TextChoices):
        """What was said."""

        GRANTED = "granted", _("Granted")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Basis(models.TextChoices):
        """What the contact rests on."""

        CONSENT = "consent", _("Consent")
        CONTRACT = "contract", _("Contract")
        LEGAL_DUTY = "legal_duty", _("Legal duty")

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    channel = models.CharField(max_length=20)
    state = models.CharField(max_length=20, choices=State.choices)
    basis = models.CharField(max_length=20, choices=Basis.choices)
    evidence = models.CharField(max_length=300)
    at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-id")
        constraints = (
            models.CheckConstraint(condition=models.Q(state__in=("granted", "withdrawn")), name="consent_state_known"),
            models.CheckConstraint(condition=models.Q(purpose__in=("marketing", "service", "transaction")), name="consent_purpose_known"),
            models.CheckConstraint(condition=models.Q(basis__in=("consent", "contract", "legal_duty")), name="consent_basis_known"),
            models.CheckConstraint(condition=~models.Q(evidence=""), name="consent_has_evidence"),
            models.CheckConstraint(
                condition=models.Q(expires_at__isnull=True) | models.Q(expires_at__gt=models.F("at")), name="consent_ends_after_start"
            ),
        )
        indexes = (models.Index(fields=("customer", "purpose", "channel", "at"), name="consent_in_force"),)

    def __str__(self) -> str:
        return f"{self.customer_id} {self.purpose} {self.channel} {self.state}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; anything else is refused."""
        if not self._state.adding:
            raise ConsentImmutable
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise ConsentImmutable
