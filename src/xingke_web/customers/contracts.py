"""What other apps see of customers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.http import Http404

from xingke.errors import XingkeError
from xingke_web.accounts.contracts import Viewer


class CustomerNotFound(Http404, XingkeError):
    """No such customer, or none within the viewer's scope: both read as 404."""

    def __init__(self, number: int) -> None:
        super().__init__(f"no customer {number} in this scope")
        self.number = number


@dataclass(frozen=True)
class CustomerInfo:
    """One customer as other apps see it; `number` is the `customer_id` of the lake."""

    number: int
    source_key: str
    name: str
    kind: str
    status: str
    org_path: str
    licence_status: str
    licence_valid_until: date | None
    age_state: str


@dataclass(frozen=True)
class TimelineEntry:
    """Something that happened with a customer; `at` a business day or an instant."""

    at: date | datetime
    kind: str
    icon: str
    title: str
    text: str = ""
    url: str = ""


@dataclass(frozen=True)
class SearchHit:
    """Something the search of the top bar found."""

    kind: str
    icon: str
    title: str
    sub: str
    url: str


TouchCounts = tuple[int, int]
"""Marketing messages of seven days, and how often this very text went out today."""

TouchCounter = Callable[[int, Sequence[int], datetime], Mapping[int, TouchCounts]]
TimelineSource = Callable[[Viewer, CustomerInfo], Iterable[TimelineEntry]]
SearchSource = Callable[[Viewer, str], Iterable[SearchHit]]

ALL_CHANNELS: Final = "all"
"""In the ledger: every channel at once. A withdrawal for all channels suppresses the customer; a grant only lifts that."""
