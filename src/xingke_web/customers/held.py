"""What this app holds about a person: the customer, contact points, and the ledger of consent."""

from django.utils.timezone import now

from xingke.privacy.masks import HIDDEN
from xingke.words import both
from xingke_web.customers.models import Consent, ContactPoint, Customer
from xingke_web.customers.subject_data import Rows, Subject, SubjectData, subject_data_register

_OURS = both("本公司", "our own")
_CARE = both("客户服务与营销", "service and marketing")


def register() -> None:
    """Called once when the application is ready."""
    subject_data_register(
        SubjectData(
            "customer", both("客户档案", "Customer file"), _CARE, both("数据湖中的黄金记录", "the golden record in the lake"), _OURS,
            _customers, _customers_erase,
        )
    )  # fmt: skip
    subject_data_register(
        SubjectData(
            "contact_point", both("联系方式", "Contact points"), _CARE, both("本人提供或系统导入", "given by the person or imported"),
            both("短信、邮件与微信的服务商", "providers of text messages, e-mail and WeChat"), _points, _points_erase,
        )
    )  # fmt: skip
    subject_data_register(
        SubjectData(
            "consent", both("同意台账", "Ledger of consent"), both("证明同意与撤回", "proof of consent and withdrawal"),
            both("本人", "the person"), _OURS, _consents,
            kept_because=both("同意的凭证依法保留至撤回后三年", "proof of consent is kept for three years after its end, as the law asks"),
        )
    )  # fmt: skip


def _customers(subject: Subject) -> Rows:
    fields = ("number", "source_key", "name", "kind", "status", "org_path", "licence_status", "licence_valid_until", "age_state")
    found = Customer.objects.filter(workspace_id=subject.workspace_id, number=subject.number)
    return [{name: "" if value is None else str(value) for name, value in row.items()} for row in found.values(*fields)]


def _customers_erase(subject: Subject) -> int:
    """The name goes; the number stays, because consent and trade refer to it."""
    found = Customer.objects.filter(workspace_id=subject.workspace_id, number=subject.number).exclude(name=HIDDEN)
    return found.update(name=HIDDEN)


def _points(subject: Subject) -> Rows:
    return [{"channel": point.channel, "address": point.address, "set_at": point.set_at.isoformat()} for point in _points_of(subject)]


def _points_erase(subject: Subject) -> int:
    return ContactPoint.objects.filter(customer__workspace_id=subject.workspace_id, customer__number=subject.number).delete()[0]


def _points_of(subject: Subject) -> list[ContactPoint]:
    found = ContactPoint.objects.select_related("customer")
    return list(found.filter(customer__workspace_id=subject.workspace_id, customer__number=subject.number))


def _consents(subject: Subject) -> Rows:
    entries = Consent.objects.filter(customer__workspace_id=subject.workspace_id, customer__number=subject.number).order_by("at")
    return [
        {
            "purpose": entry.purpose,
            "channel": entry.channel,
            "state": entry.state,
            "basis": entry.basis,
            "evidence": entry.evidence,
            "at": entry.at.isoformat(),
            "in_force": str(entry.expires_at is None or entry.expires_at > now()),
        }
        for entry in entries
    ]
