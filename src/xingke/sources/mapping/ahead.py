"""Reading ahead: the next batches are taken apart while this one is converted."""

from collections.abc import Iterator
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import TypeVar

T = TypeVar("T")
DEPTH = 2
WAIT_SECONDS = 0.1


class _End:
    """What stands behind the last batch, with the error that ended it where there was one."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def ahead(items: Iterator[T]) -> Iterator[T]:
    """The same items in the same order, made by a thread of their own; it ends with the caller's interest."""
    queue: Queue[T | _End] = Queue(DEPTH)
    stop = Event()

    def make() -> None:
        error: BaseException | None = None
        try:
            for item in items:
                if not _put(queue, item, stop):
                    return
        except BaseException as raised:  # noqa: BLE001 - raised again where the items are used
            error = raised
        _put(queue, _End(error), stop)

    thread = Thread(target=make, name="ahead", daemon=True)
    thread.start()
    try:
        while not isinstance(item := queue.get(), _End):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        stop.set()
        _emptied(queue)
        thread.join()


def _put(queue: "Queue[T | _End]", item: "T | _End", stop: Event) -> bool:
    while not stop.is_set():
        try:
            queue.put(item, timeout=WAIT_SECONDS)
        except Full:
            continue
        return True
    return False


def _emptied(queue: "Queue[T | _End]") -> None:
    try:
        while True:
            queue.get_nowait()
    except Empty:
        return
