"""The four classes of data of a trade, and who answers for each: what the data catalogue says beside a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from xingke.words import Words, both


class Asset(StrEnum):
    """What a table is about."""

    SALES = "sales"
    CUSTOMER = "customer"
    CHANNEL = "channel"
    CAMPAIGN = "campaign"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class AssetClass:
    """One class: its name, what it serves, what usually ails it, and the function of the firm that answers for it."""

    label: Words
    use: Words
    trouble: Words
    owner: Words


CLASSES: Final[Mapping[Asset, AssetClass]] = {
    Asset.SALES: AssetClass(
        both("销售数据", "Sales"),
        both("价值与节奏标签、分层、预测、效果评价", "value and rhythm tags, tiers, forecasts, effects"),
        both("重复批次、单位混用、迟到", "replayed batches, mixed units, late arrival"),
        both("销售", "Sales"),
    ),
    Asset.CUSTOMER: AssetClass(
        both("客户数据", "Customers"),
        both("统一身份、画像、合规、服务", "one identity, portrait, compliance, service"),
        both("一户多录、旧电话、异写店名", "double records, old phones, names written otherwise"),
        both("客户服务", "Customer service"),
    ),
    Asset.CHANNEL: AssetClass(
        both("渠道数据", "Channels"),
        both("库存、价格、投放与补货", "stock, prices, allocation and replenishment"),
        both("缺报、传感器静默、异常值", "missing uploads, silent sensors, outliers"),
        both("物流与营销", "Logistics and supply"),
    ),
    Asset.CAMPAIGN: AssetClass(
        both("活动数据", "Campaigns"),
        both("触达、反馈、增量效果、归因", "touches, responses, incremental effect, attribution"),
        both("无对照、口径不一", "no control group, differing definitions"),
        both("市场营销", "Marketing"),
    ),
    Asset.REFERENCE: AssetClass(
        both("基础数据", "Reference"),
        both("商品、组织、日历等公共维度", "products, organisation, calendar and other shared dimensions"),
        both("编码变更", "changed codes"),
        both("数据管理", "Data office"),
    ),
}

_SALES = ("order", "order_line", "pos_line", "unmet_line", "delivery", "renewal", "lead_cost", "new_customer_week")
_CUSTOMER = (
    "customer", "source_record", "outlet", "owner", "licence", "member", "member_visit", "lead", "complaint", "visit", "request", "survey",
    "course", "inspection", "ticket", "referral_edge", "grade_history", "staff", "assignment", "tracked_event",
)  # fmt: skip
_CHANNEL = ("stock_snapshot", "iot_reading", "price", "allocation", "shelf_day", "local_event")
_CAMPAIGN = ("touch", "campaign", "campaign_member", "message", "response", "ad_spend", "ad_touch", "push")

ASSET_OF: Final[Mapping[str, Asset]] = {
    **dict.fromkeys(_SALES, Asset.SALES),
    **dict.fromkeys(_CUSTOMER, Asset.CUSTOMER),
    **dict.fromkeys(_CHANNEL, Asset.CHANNEL),
    **dict.fromkeys(_CAMPAIGN, Asset.CAMPAIGN),
}


def asset_of(table: str) -> Asset:
    """The class of a canonical table; reference for those that belong to none of the four."""
    return ASSET_OF.get(table, Asset.REFERENCE)
