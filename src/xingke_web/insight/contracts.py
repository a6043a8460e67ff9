"""What other apps see of the cockpit: things to do, and measured effects."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise

from xingke_web.accounts.facade import Viewer


@dataclass(frozen=True)
class Todo:
    """Something that waits for this viewer; `weight` orders the card, the heaviest first, and `count` 0 is not shown."""

    name: str
    icon: str
    title: str | Promise
    count: int
    url: str
    link: str | Promise
    sub: str | Promise = ""
    tone: str = "neutral"
    weight: int = 50


TodoProvider = Callable[[Viewer], Iterable[Todo]]


@dataclass(frozen=True)
class EffectSummary:
    """A finished campaign's stored effect; money in the unit of account, with the ends of its interval."""

    campaign_id: int
    finished_on: date
    incremental_yuan: Decimal
    low_yuan: Decimal
    high_yuan: Decimal
    cost_yuan: Decimal
    verdict: str
