"""Words for what records and links carry as keys: systems, fields, rules, reasons. Data with both languages, not sentences of a page."""

from collections.abc import Mapping
from typing import Final

from xingke.schema.golden import GOLDEN_RECORD
from xingke.schema.intake import RECORD
from xingke.words import Language, Words, both

SYSTEM_WORDS: Final[Mapping[str, Words]] = {
    "ordering": both("订货系统", "Ordering"),
    "crm": both("客户关系系统", "CRM"),
    "pos": both("收银系统", "Point of sale"),
    "erp": both("企业资源系统", "ERP"),
    "logistics": both("物流系统", "Logistics"),
    "licensing": both("专卖许可系统", "Licensing"),
    "membership": both("会员系统", "Membership"),
    "wechat": both("微信", "WeChat"),
    "app": both("移动应用", "App"),
    "customer_service": both("客户服务", "Customer service"),
    "campaign": both("活动回收", "Campaign feedback"),
    "iot": both("物联网", "IoT"),
}

FIELDS: Final = (
    "name", "owner_name", "phone", "address", "licence_no", "uscc", "id_number", "email", "open_id", "county", "format", "market_type",
    "org_path", "grade", "licence_status", "licence_valid_until", "registered_on",
)  # fmt: skip
"""The fields of a record in the order in which pages show them."""

MANDATORY: Final[Mapping[str, tuple[str, ...]]] = {
    "outlet": ("name", "owner_name", "phone", "address", "licence_no", "county", "format"),
    "account": ("name", "phone", "address"),
    "consumer": ("name", "phone"),
    "lead": ("name", "phone"),
}
"""The fields that a customer of a kind has to have."""

EXTRA_FIELD_WORDS: Final[Mapping[str, Words]] = {
    "licence": both("许可证号", "Licence number"),
    "owner": both("负责人", "Owner"),
    "shop": both("店名", "Shop name"),
    "core": both("字号", "Name of the shop"),
    "road": both("路名", "Road"),
    "place": both("地点", "Place"),
    "number": both("门牌", "House number"),
    "prior": both("起点", "To begin with"),
    "day": both("登记日期", "Registered on"),
    "who": both("负责人与电话", "Owner and phone"),
    "area": both("县区", "County"),
}
"""What comparisons call what they compare, where that is no column."""


KIND_WORDS: Final[Mapping[str, Words]] = {
    "outlet": both("网点", "Outlets"),
    "account": both("企业客户", "Accounts"),
    "consumer": both("消费者", "Consumers"),
    "lead": both("线索", "Leads"),
}


def kind_label(kind: str, language: Language) -> str:
    """A kind of customer in words."""
    known = KIND_WORDS.get(kind)
    return known[language] if known else kind


def system_label(system: str, language: Language) -> str:
    """A system in words; its key where none are known."""
    known = SYSTEM_WORDS.get(system)
    return known[language] if known else system


def field_label(field: str, language: Language) -> str:
    """A field in words; its key where none are known."""
    for table in (RECORD, GOLDEN_RECORD):
        if field in table.column_names:
            return table.column(field).label[language]
    known = EXTRA_FIELD_WORDS.get(field)
    return known[language] if known else field


RULE_WORDS: Final[Mapping[str, Words]] = {
    "anchor": both("主数据编号", "Key of the master data"),
    "alone": both("只有这一条", "The only record"),
    "model": both("多项信息相符", "Weights of several fields"),
    "must": both("人工判定", "Decided by a steward"),
    "cannot": both("人工判定不同", "Kept apart by a steward"),
    "steward": both("人工判定", "Decided by a steward"),
    "only": both("只有它说到", "the only one to say"),
    "unanimous": both("各系统一致", "all say the same"),
    "agreement": both("多数系统一致", "most agree"),
    "reliability": both("该系统更可靠", "the more reliable system"),
    "composed": both("由各部分拼成", "put together from parts"),
    "parts": both("按各部分多数", "by its parts"),
    "codebook": both("按各系统口径换算", "by what the systems' codes mean"),
    "not_in_list": both("行业列表中没有这个词", "a word that the trade's list does not have"),
    "earliest": both("最早的日期", "the earliest day"),
    "licence": both("许可证号相同", "Same licence number"),
    "licence_no": both("许可证号相同", "Same licence number"),
    "uscc": both("统一社会信用代码相同", "Same unified social credit code"),
    "phone": both("电话相同", "Same phone"),
    "open_id": both("开放平台编号相同", "Same platform id"),
    "email": both("邮箱相同", "Same e-mail"),
    "id_number": both("证件号相同", "Same identity number"),
}


def rule_label(rule: str, language: Language) -> str:
    """What joined a record with its customer, in words."""
    known = RULE_WORDS.get(rule)
    return known[language] if known else rule


REVIEW_WORDS: Final[Mapping[str, Words]] = {
    "grey": both("把握不足", "Not sure enough"),
    "size": both("合并后记录过多", "The group would be too large"),
    "chain": both("可能是连环误并", "It may be a chain"),
    "decision": both("与人工判定冲突", "Against a decision"),
    "anchored": both("两个已有编号的客户", "Two customers with numbers of their own"),
    "register": both("同一名册中的两条", "Two entries of one register"),
    "elsewhere": both("门牌不同，其他也都不同", "Another house, and nothing else in common"),
    "relatives": both("同姓不同名，像一家人", "One surname, two given names: relatives"),
    "phone_alone": both("同一系统的两个编号，只有电话相同", "Two numbers of one system with only a phone in common"),
}


def review_label(reason: str, language: Language) -> str:
    """Why a pair waits for a person, in words."""
    known = REVIEW_WORDS.get(reason)
    return known[language] if known else field_label(reason, language)
