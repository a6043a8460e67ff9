"""What other apps see of the cockpit: things to do."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

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
