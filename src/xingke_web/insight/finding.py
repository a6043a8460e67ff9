"""One thing that the figures say."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString

Address = Callable[..., str]


@dataclass(frozen=True)
class Finding:
    """How much money it is about, and what can be done; `is_past` where it is over and to be learned from."""

    name: str
    impact_yuan: Decimal
    edge: str
    title: str
    sub: str
    url: str
    link: str
    sentence: SafeString
    is_past: bool = False
