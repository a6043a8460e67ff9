"""The job that the running task belongs to: its progress, and whether it was asked to stop."""

from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Event, Lock

from xingke.words import Words
from xingke_web.jobs.queue import Hold


class JobCancelled(BaseException):
    """Somebody asked the job to stop. Not an Exception, so that a task's own handlers let it pass."""


class LeaseLost(BaseException):
    """Another worker took the job over; going on would do its work twice."""


@dataclass
class Running:
    """What the task says and what the heart-beat hears; shared by two threads."""

    hold: Hold
    done: int = 0
    total: int | None = None
    words: Words | None = None
    stop: Event = field(default_factory=Event)
    lost: Event = field(default_factory=Event)
    lock: Lock = field(default_factory=Lock)

    def say(self, done: int, total: int | None, words: Words | None) -> None:
        """Set the progress that the next heart-beat writes."""
        with self.lock:
            self.done, self.total, self.words = done, total, words

    def said(self) -> tuple[int, int | None, Words | None]:
        """The progress as it stands."""
        with self.lock:
            return self.done, self.total, self.words


running: ContextVar[Running | None] = ContextVar("running", default=None)


def progress(done: int, total: int | None = None, words: Words | None = None) -> None:
    """Say how far the task is. Raises JobCancelled where it was asked to stop; outside of a job it does nothing.

    The heart-beat writes it from its own connection, so a page sees it while the task's transaction is still open.
    """
    job = running.get()
    if job is None:
        return
    if job.lost.is_set():
        raise LeaseLost
    if job.stop.is_set():
        raise JobCancelled
    job.say(done, total, words)
