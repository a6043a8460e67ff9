"""Where numbers of merged customers went, as the customers' pages and the ledger of consent ask it."""

from collections.abc import Iterable, Sequence
from typing import Final

from xingke_web.customers.facade import Absorbed, successors_register
from xingke_web.identity.models import Redirect

FEW: Final = 500
"""So many survivors are asked by number; for more, all redirects of the workspace are read: there are few of them."""


def register() -> None:
    """Tell the customers; called once when the application is ready."""
    successors_register(absorbed=absorbed, successor=successor)


def absorbed(workspace_id: int, survivors: Sequence[int]) -> Iterable[Absorbed]:
    """The numbers that went up in these customers."""
    found = Redirect.objects.filter(workspace_id=workspace_id)
    if len(survivors) <= FEW:
        found = found.filter(survivor__in=list(survivors))
    asked = set(survivors)
    return [Absorbed(*row) for row in found.values_list("number", "survivor", "since") if row[1] in asked]


def successor(workspace_id: int, number: int) -> int | None:
    """The survivor of a number."""
    return Redirect.objects.filter(workspace_id=workspace_id, number=number).values_list("survivor", flat=True).first()
