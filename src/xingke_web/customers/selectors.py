"""Reads of the operational side: customers, their consent and their contact points."""

from collections.abc import Sequence
from typing import Final

from django.db.models import Q, QuerySet

from xingke_web.accounts.contracts import Viewer
from xingke_web.accounts.paths import below
from xingke_web.config.vault import vault_of
from xingke_web.customers.contracts import CustomerInfo, CustomerNotFound
from xingke_web.customers.models import CONTACT, ContactPoint, Customer
from xingke_web.customers.recipients import numbers_filter
from xingke_web.customers.successors import absorbed_by

_FIELDS = (
    "number", "source_key", "name", "kind", "status", "org_path", "licence_status", "licence_valid_until", "age_state",
)  # fmt: skip


def customer_for(viewer: Viewer, number: int) -> CustomerInfo:
    """The customer, if it lies in the viewer's scope; else CustomerNotFound, which reads as 404."""
    row = Customer.objects.visible_to(viewer).filter(number=number).values_list(*_FIELDS).first()
    if row is None:
        raise CustomerNotFound(number)
    return CustomerInfo(*row)


def customer_numbers(viewer: Viewer) -> "QuerySet[Customer, int]":
    """Numbers of the customers of the viewer's scope, also of those gone from the lake, to narrow a query of another app by."""
    found = Customer.objects.filter(below(viewer.scope_path), workspace_id=viewer.workspace.id)
    own = found if viewer.customer_number is None else found.filter(number=viewer.customer_number)
    return own.order_by().values_list("number", flat=True)


def customers_named(workspace_id: int, numbers: Sequence[int]) -> dict[int, CustomerInfo]:
    """Customers by number, also those that are gone from the lake; numbers that never were are left out."""
    asked = set(numbers)
    if not asked:
        return {}
    rows = Customer.objects.filter(numbers_filter(list(asked)), workspace_id=workspace_id).values_list(*_FIELDS)
    return {row[0]: CustomerInfo(*row) for row in rows if row[0] in asked}


MOST_SEARCHED: Final = 500


def customers_searched(viewer: Viewer, text: str) -> list[int]:
    """Numbers of customers in scope whose name holds the text or whose source key begins with it, the first ones by number."""
    if not text.strip():
        return []
    named = Q(name__icontains=text.strip()) | Q(source_key__startswith=text.strip())
    return list(Customer.objects.visible_to(viewer).filter(named).values_list("number", flat=True)[:MOST_SEARCHED])


def contact_address(workspace_id: int, number: int, channel: str) -> str | None:
    """The plain address, for the transport that is about to use it; None where there is none.

    A customer without one is reached where those merged into them are.
    """
    points = ContactPoint.objects.select_related("customer").filter(customer__workspace_id=workspace_id, channel=channel)
    point = points.filter(customer__number=number).first()
    if point is None:
        merged = [one.number for one in absorbed_by(workspace_id, [number])]
        point = points.filter(customer__number__in=merged).order_by("-set_at", "id").first() if merged else None
    return point.address if point else None


def customers_by_address(viewer: Viewer, address: str) -> list[int]:
    """Numbers of the customers in scope whose address is exactly this one; none for a role that may not see addresses."""
    if not viewer.can("customers.reveal"):
        return []
    found = Customer.objects.visible_to(viewer).filter(contact_points__lookup=vault_of(viewer.workspace.id).blind(address, CONTACT))
    return list(found.values_list("number", flat=True).distinct()[:50])
