"""Messages that are on their way at this very moment: whoever refuses or stops waits a little until they are out.

A refusal is in force once it is committed: no message is handed over after that. One that was handed over before may still be
leaving; the person who refused or stopped gets an answer when it has, or after `PATIENCE` seconds if the provider hangs.
"""

import time
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from xingke_web.channels.models import OutboxMessage

PATIENCE: Final = 2.0
PAUSE: Final = 0.02


def in_flight_wait(workspace_id: int, **which: Any) -> None:
    """Wait until no message of those (`what=` or `customer_number__in=`) is between hand-over and the provider's answer."""
    leaving = OutboxMessage.objects.filter(
        workspace_id=workspace_id, state=OutboxMessage.State.HANDED_OVER, lease_until__gte=timezone.now(), **which
    )
    end = time.monotonic() + PATIENCE
    # Inside a transaction of a caller nothing new could be seen, and its locks would keep the message from being confirmed.
    while not connection.in_atomic_block and leaving.exists() and time.monotonic() < end:
        time.sleep(PAUSE)


def refusal_wait(workspace_id: int, number: int) -> None:
    """The same for all messages to a customer who has just refused."""
    in_flight_wait(workspace_id, customer_number=number)
