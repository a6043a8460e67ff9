"""Delivery in the background."""

from datetime import timedelta

from xingke.words import both
from xingke_web.channels.delivery import deliver_due
from xingke_web.jobs.facade import Recurring, schedule, task


@task()
def deliver() -> dict[str, int]:
    """Deliver what is due in every workspace."""
    return dict(deliver_due())


def register() -> None:
    """Let workers deliver once a minute; called once when the application is ready."""
    schedule(Recurring("channels.deliver", deliver, both("投递到期消息", "Deliver due messages"), every=timedelta(minutes=1)))
