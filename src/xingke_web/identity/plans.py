"""Which plan compares which kind of customer."""

from collections.abc import Mapping
from typing import Final

PLAN_OF: Final[Mapping[str, str]] = {"outlet": "outlet", "account": "outlet", "consumer": "person", "lead": "person"}


def plan_name(kind: str) -> str:
    """The plan of a kind of customer, that of outlets for one that is not known."""
    return PLAN_OF.get(kind, "outlet")
