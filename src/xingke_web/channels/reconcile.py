"""Settling messages of which nobody knows whether they went out: by asking the provider's records, never by sending again."""

from django.db import transaction

from xingke.errors import UserFacingError
from xingke_web.accounts.facade import Viewer
from xingke_web.audit.facade import record
from xingke_web.channels.facts import touches_add
from xingke_web.channels.models import OutboxMessage, Touch
from xingke_web.loop.facade import business_now


class NotUnknown(UserFacingError):
    """Only a message whose outcome is unknown can be settled by hand."""

    def __init__(self) -> None:
        super().__init__(zh="只有结果不明的消息可以核对", en="only a message whose outcome is unknown can be settled")


@transaction.atomic
def reconcile(*, viewer: Viewer, what: str, message_id: int, went_out: bool) -> None:
    """Write down what the provider's records say of a message of the action `what`."""
    state = OutboxMessage.State.CONFIRMED if went_out else OutboxMessage.State.FAILED
    found = OutboxMessage.objects.filter(pk=message_id, workspace_id=viewer.workspace.id, what=what, state=OutboxMessage.State.UNKNOWN)
    message = found.select_related("text").first()
    if message is None or not found.update(state=state, reason="" if went_out else "delivery.not_found_at_provider"):
        raise NotUnknown
    kind = Touch.Kind.SENT if went_out else Touch.Kind.FAILED
    touches_add([message], kind, at=message.sent_at or business_now(viewer.workspace))
    record("channels.reconciled", viewer=viewer, subject=message, outcome=state)
