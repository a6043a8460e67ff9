"""What other apps may ask of the channels."""

from xingke_web.channels.contracts import Capabilities, DeliveryCount, NewText, Progress, Recipient, SentMessage
from xingke_web.channels.counting import facts_for
from xingke_web.channels.delivery import deliver_due
from xingke_web.channels.keeping import inbox_due, inbox_erase
from xingke_web.channels.outbox import outbox_add, outbox_cancel
from xingke_web.channels.reasons import reason_words
from xingke_web.channels.reconcile import NotUnknown, reconcile
from xingke_web.channels.registry import transport_for, transports
from xingke_web.channels.selectors import answer_labels, messages_of, next_due, opened_unseen, progress_of, state_labels, unknown_of
from xingke_web.channels.settlement import SettlementExpired, settlement_apply, settlement_read
from xingke_web.channels.texts import VARIABLES, action_for, body_as_sent, filled, text_fingerprint, unknown_variables

__all__ = [
    "VARIABLES",
    "Capabilities",
    "DeliveryCount",
    "NewText",
    "NotUnknown",
    "Progress",
    "Recipient",
    "SentMessage",
    "SettlementExpired",
    "action_for",
    "answer_labels",
    "body_as_sent",
    "deliver_due",
    "facts_for",
    "filled",
    "inbox_due",
    "inbox_erase",
    "messages_of",
    "next_due",
    "opened_unseen",
    "outbox_add",
    "outbox_cancel",
    "progress_of",
    "reason_words",
    "reconcile",
    "settlement_apply",
    "settlement_read",
    "state_labels",
    "text_fingerprint",
    "transport_for",
    "transports",
    "unknown_of",
    "unknown_variables",
]
