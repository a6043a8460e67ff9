"""Writing down what happened with messages."""

from collections.abc import Sequence
from datetime import datetime

from xingke_web.channels.models import OutboxMessage, Touch


def touches_add(messages: Sequence[OutboxMessage], kind: str, *, at: datetime, detail: str = "") -> None:
    """One fact of a kind for each message, in the caller's transaction; the same fact again changes nothing."""
    Touch.objects.bulk_create(
        [
            Touch(
                workspace_id=each.workspace_id,
                message=each,
                customer_number=each.customer_number,
                kind=kind,
                channel=each.channel,
                campaign_key=each.text.campaign_key,
                detail=detail,
                at=at,
            )
            for each in messages
        ],
        batch_size=2000,
        ignore_conflicts=True,
    )
