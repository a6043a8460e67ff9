"""Messages as personal data: what is held of a person, and texts whose time is over."""

from datetime import datetime

from xingke.words import both
from xingke_web.channels.models import InboxMessage, LinkVisit, OutboxMessage, Touch
from xingke_web.customers.facade import Rows, Subject, SubjectData, subject_data_register

GONE = "—"
"""What stands in place of a text that was erased."""


def register() -> None:
    """Say what this app holds about persons; called once when the application is ready."""
    subject_data_register(
        SubjectData(
            "message", both("收件箱消息", "Messages in the inbox"), both("服务与营销", "service and marketing"),
            both("本公司发出", "sent by our own"), both("本人", "the person"), _messages, _messages_erase,
        )
    )  # fmt: skip
    subject_data_register(
        SubjectData(
            "touch", both("触达记录", "Record of contacts"), both("证明何时因何联系", "proof of when and why we made contact"),
            both("本公司", "our own"), both("渠道服务商", "providers of the channels"), _touches,
            kept_because=both("联系的凭证按同意凭证保留，只含编号", "proof of contact is kept as long as proof of consent; numbers only"),
        )
    )  # fmt: skip


def inbox_due(workspace_id: int, before: datetime) -> int:
    """How many messages in inboxes are older than an instant and still have their text."""
    return InboxMessage.objects.filter(workspace_id=workspace_id, received_at__lt=before).exclude(body=GONE).count()


def inbox_erase(workspace_id: int, before: datetime) -> int:
    """Erase the texts of those messages; that they were sent stays known."""
    found = InboxMessage.objects.filter(workspace_id=workspace_id, received_at__lt=before).exclude(body=GONE)
    return found.update(subject=GONE, body=GONE)


def _messages(subject: Subject) -> Rows:
    found = InboxMessage.objects.filter(workspace_id=subject.workspace_id, customer_number=subject.number).exclude(body=GONE)
    return [{"received_at": each.received_at.isoformat(), "subject": each.subject, "body": each.body} for each in found]


def _messages_erase(subject: Subject) -> int:
    found = InboxMessage.objects.filter(workspace_id=subject.workspace_id, customer_number=subject.number).exclude(body=GONE)
    return found.update(subject=GONE, body=GONE)


def _touches(subject: Subject) -> Rows:
    sent = OutboxMessage.objects.filter(workspace_id=subject.workspace_id, customer_number=subject.number)
    facts = Touch.objects.filter(workspace_id=subject.workspace_id, customer_number=subject.number)
    return [
        *({"what": each.what, "channel": each.channel, "state": each.state, "due_at": each.due_at.isoformat()} for each in sent),
        *({"kind": each.kind, "channel": each.channel, "campaign": each.campaign_key, "at": each.at.isoformat()} for each in facts),
        *({"kind": "link_opened", "link": each.link, "at": each.at.isoformat()} for each in LinkVisit.objects.filter(message__in=sent)),
    ]
