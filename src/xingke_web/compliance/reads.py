"""Which collected fields the rules read of a customer, declared for the use rate of the data."""

from collections.abc import Mapping
from typing import Final

from xingke.schema import CUSTOMER
from xingke_web.ingest.facade import use_register

FACTS: Final[Mapping[str, str]] = {
    "customer_kind": "kind",
    "age_state": "age_band",
    "licence_status": "licence_status",
    "licence_valid_until": "licence_valid_until",
}
"""Facts of a recipient that rules test, and the column that each is made of."""


def register() -> None:
    """Declare them; called once when the application is ready."""
    use_register("rule", "Compliance rules", {CUSTOMER.name: tuple(FACTS.values())})
