"""The four data assets of the trade, and to which of them each table belongs."""

from collections.abc import Mapping
from dataclasses import dataclass

from xingke.schema import TABLES
from xingke.words import Words, both


@dataclass(frozen=True, slots=True)
class Asset:
    """A class of data that a firm keeps.

    Parameters
    ----------
    use
        What it is for.
    usual_fault, remedy
        What is usually wrong with it, and what the product does about it.
    """

    key: str
    label: Words
    use: Words
    usual_fault: Words
    remedy: Words
    tables: tuple[str, ...]


ASSETS: tuple[Asset, ...] = (
    Asset(
        key="sales",
        label=both("销售数据", "Sales"),
        use=both("订购、动销与库存：客户买了什么、卖得如何", "orders, sales and stock: what a customer bought and how it sells"),
        usual_fault=both("单位混用、重复上报、到达延迟", "mixed units, documents sent twice, late arrival"),
        remedy=both("按单位换算，按主键去重，再读最近一段", "units are converted, keys counted once, the recent past is read again"),
        tables=(
            "order", "order_line", "unmet_line", "pos_line", "stock_snapshot", "iot_reading", "product", "price", "allocation", "shelf_day",
        ),
    ),
    Asset(
        key="customer",
        label=both("客户数据", "Customers"),
        use=both("客户是谁、在哪里、状态如何", "who a customer is, where, and how it stands"),
        usual_fault=both("一户多码、字段缺失、各系统不一致", "several keys for one customer, missing fields, systems that disagree"),
        remedy=both("归并为一个客户，逐字段取可信来源", "records are made one customer, each field from its most trusted source"),
        tables=(
            "customer", "source_record", "identity_link", "golden_record", "outlet", "owner", "licence", "member", "member_visit", "lead",
            "grade_history", "renewal", "referral_edge",
        ),
    ),
    Asset(
        key="channel",
        label=both("渠道数据", "Channels"),
        use=both("组织、人员、配送与服务：经由谁到达客户", "organisation, staff, delivery and service: by whom a customer is reached"),
        usual_fault=both("分管关系过期、走访记录缺漏", "outdated assignments, visits that are not recorded"),
        remedy=both("按时段保存分管关系，走访缺口进入待办", "assignments are kept by period, gaps become tasks"),
        tables=(
            "org_unit", "staff", "assignment", "delivery", "visit", "complaint", "request", "ticket", "survey", "course", "inspection",
            "calendar_day", "weather_day", "local_event",
        ),
    ),
    Asset(
        key="campaign",
        label=both("活动数据", "Campaigns"),
        use=both("做了什么、触达了谁、带来了什么", "what was done, whom it reached and what it brought"),
        usual_fault=both("没有对照组、反馈不回流", "no control group, answers that never come back"),
        remedy=both("活动自带随机对照，反馈按消息编号回流", "campaigns carry a randomised control, answers come back by message"),
        tables=(
            "campaign", "campaign_member", "message", "response", "touch", "push", "ad_spend", "ad_touch", "lead_cost", "new_customer_week",
            "tracked_event",
        ),
    ),
)  # fmt: skip

DERIVED = "derived"
_OF: Mapping[str, str] = {table: asset.key for asset in ASSETS for table in asset.tables}


def asset_of(table: str) -> str:
    """The class of a table: one of the four, or `derived` for what the product makes of them."""
    return _OF.get(table.removeprefix("quarantine_").removeprefix("base_"), DERIVED)


assert set(TABLES) <= set(_OF), sorted(set(TABLES) - set(_OF))  # noqa: S101 - a canonical table without a class would be in no catalogue
