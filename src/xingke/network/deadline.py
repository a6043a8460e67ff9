"""Deadlines: a page waits so long and no longer, whatever the other side does."""

import contextvars
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Generic, TypeVar

from xingke.network.errors import TookTooLong

T = TypeVar("T")

MOST_WAITING = 16
"""How many calls may still be under way whose callers have given up; more are refused at once."""

_ends: ContextVar[float | None] = ContextVar("xingke_network_ends", default=None)
_waiting = threading.BoundedSemaphore(MOST_WAITING)


def is_hurried() -> bool:
    """Whether somebody waits: there is a deadline, so nothing is tried twice."""
    return _ends.get() is not None


def seconds_left(most: float) -> float:
    """How long a step may take: `most`, or less where a deadline comes before.

    Raises
    ------
    TookTooLong
        The deadline has passed.
    """
    ends = _ends.get()
    if ends is None:
        return most
    left = ends - time.monotonic()
    if left <= 0:
        raise TookTooLong(0)
    return min(most, left)


@dataclass
class _Outcome(Generic[T]):
    value: T | None = None
    error: BaseException | None = None


def within(seconds: float, work: Callable[[], T]) -> T:
    """The result of `work`, or an error after `seconds`.

    The work runs in a thread of its own, because name servers and slow senders cannot be interrupted. Steps that ask `seconds_left` end
    with the deadline, so a thread that was given up soon ends too.

    Raises
    ------
    TookTooLong
        It is not done, or too many that were given up are still under way.
    """
    if not _waiting.acquire(timeout=min(seconds, 1.0)):
        raise TookTooLong(seconds)
    outcome, done = _Outcome[T](), threading.Event()

    def run() -> None:
        _ends.set(time.monotonic() + seconds)
        try:
            outcome.value = work()
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits
            outcome.error = error
        finally:
            _waiting.release()
            done.set()

    threading.Thread(target=contextvars.copy_context().run, args=(run,), daemon=True, name="xingke-within").start()
    if not done.wait(seconds) or isinstance(outcome.error, TookTooLong):
        raise TookTooLong(seconds)
    if outcome.error is not None:
        raise outcome.error
    return outcome.value  # type: ignore[return-value]  # set, as there is no error
