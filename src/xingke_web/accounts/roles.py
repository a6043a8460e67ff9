"""Who may do what: the capabilities, the roles, and the one table that joins them.

Preparing a campaign and launching it lie in different roles, so that a second person always launches.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from xingke.errors import UnknownName
from xingke.words import Words, both

CAPABILITIES: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "cockpit.view": both("查看驾驶舱", "see the cockpit"),
        "customers.view": both("查看客户", "see customers"),
        "customers.reveal": both("查看客户联系方式", "see contact details of customers"),
        "identity.view": both("查看客户身份与来源记录", "see who customers are and what the systems say"),
        "identity.decide": both("判定哪些记录是同一客户", "decide which records are one customer"),
        "segments.view": both("查看客群与标签", "see segments and tags"),
        "segments.edit": both("编辑客群", "edit segments"),
        "campaigns.view": both("查看活动与结果", "see campaigns and their results"),
        "campaigns.edit": both("编制活动", "prepare campaigns"),
        "campaigns.launch": both("审批并启动活动", "approve and launch campaigns"),
        "data.view": both("查看数据与质量", "see data and their quality"),
        "quarantine.view": both("查看本单位的隔离数据", "see rows in quarantine"),
        "data.run": both("导入数据并运行闭环", "load data and run the loop"),
        "audit.view": both("查看审计记录", "see the audit log"),
        "export": both("导出数据", "export data"),
        "privacy.view": both("查看隐私治理", "see how personal data are kept"),
        "privacy.edit": both("办理个人信息请求", "handle requests of persons about their data"),
        "privacy.govern": both("管理留存、密钥、数据用途与事件", "govern retention, keys, uses and incidents of personal data"),
        "people.edit": both("管理人员与权限", "manage people and rights"),
        "inbox.view": both("查看本店收件箱", "see the inbox of the own shop"),
    }
)


class Role(TextChoices):
    """What a person is in a workspace."""

    ADMIN = "admin", _("Administrator")
    ANALYST = "analyst", _("Provincial analyst")
    MARKETER = "marketer", _("Marketer")
    APPROVER = "approver", _("City manager")
    CUSTOMER_MANAGER = "customer_manager", _("Customer manager")
    RETAILER = "retailer", _("Retailer")


ROLE_WORDS: Final[Mapping[Role, Words]] = MappingProxyType(
    {
        Role.ADMIN: both("管理员", "Administrator"),
        Role.ANALYST: both("省级分析员", "Provincial analyst"),
        Role.MARKETER: both("营销专员", "Marketer"),
        Role.APPROVER: both("市级经理", "City manager"),
        Role.CUSTOMER_MANAGER: both("客户经理", "Customer manager"),
        Role.RETAILER: both("零售户", "Retailer"),
    }
)

WORKSPACE_WIDE: Final = frozenset({"data.view", "data.run", "privacy.govern", "people.edit"})
"""Capabilities over what all units share: a role has them only where its right begins at the root of the organisation."""

_READ: Final = frozenset({"cockpit.view", "customers.view", "segments.view", "campaigns.view"})

GRANTS: Final[Mapping[Role, frozenset[str]]] = MappingProxyType(
    {
        Role.ADMIN: _READ
        | {
            "identity.view",
            "data.view",
            "data.run",
            "quarantine.view",
            "audit.view",
            "export",
            "people.edit",
            "privacy.view",
            "privacy.edit",
            "privacy.govern",
        },
        Role.ANALYST: _READ
        | {
            "identity.view",
            "identity.decide",
            "segments.edit",
            "campaigns.edit",
            "data.view",
            "data.run",
            "quarantine.view",
            "audit.view",
            "export",
            "privacy.view",
        },
        Role.MARKETER: _READ | {"segments.edit", "campaigns.edit", "data.view", "quarantine.view", "export"},
        Role.APPROVER: _READ
        | {
            "customers.reveal",
            "identity.view",
            "identity.decide",
            "campaigns.launch",
            "data.view",
            "quarantine.view",
            "audit.view",
            "export",
            "privacy.view",
            "privacy.edit",
            "privacy.govern",
        },
        Role.CUSTOMER_MANAGER: frozenset(
            {"cockpit.view", "customers.view", "customers.reveal", "identity.view", "identity.decide", "campaigns.view"}
        ),
        Role.RETAILER: frozenset({"inbox.view"}),
    }
)


def capability_check(capability: str) -> None:
    """Refuse a capability that nothing declares: a misspelt one would close a page to everybody."""
    if capability not in CAPABILITIES:
        raise UnknownName(kind=both("权限", "capability"), name=capability, known=CAPABILITIES)


def role_allows(role: str, capability: str) -> bool:
    """Whether the role has the capability, wherever its right begins."""
    capability_check(capability)
    return capability in GRANTS[Role(role)]


def roles_with(capability: str) -> tuple[Role, ...]:
    """The roles that have the capability, in the order of declaration."""
    return tuple(role for role in Role if role_allows(role, capability))
