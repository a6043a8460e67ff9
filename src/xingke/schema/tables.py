"""The canonical tables, for outlets, consumers, leads and accounts alike.

Money is in the workspace's unit of account, yuan unless it declares another one; the suffix `_yuan` names that unit.
"""

from enum import StrEnum

from xingke.schema.column import Column, ColumnType, Table
from xingke.schema.events import TRACKED_EVENT
from xingke.words import both

CUSTOMER_BUCKETS = 16


def customer_bucket(customer_id: int) -> int:
    """The storage bucket of a customer: its surrogate id modulo the number of buckets."""
    return customer_id % CUSTOMER_BUCKETS


class CustomerKind(StrEnum):
    """Who a customer is; a pack says which kinds it knows."""

    OUTLET = "outlet"
    CONSUMER = "consumer"
    LEAD = "lead"
    ACCOUNT = "account"


class CustomerStatus(StrEnum):
    """Where the customer's relation stands."""

    ACTIVE = "active"
    PAUSED = "paused"
    CLOSED = "closed"


class LicenceStatus(StrEnum):
    """The state of a licence, as the authority that issued it says; `unknown` is treated as not valid."""

    VALID = "valid"
    PAUSED = "paused"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    NOT_NEEDED = "not_needed"


class TouchKind(StrEnum):
    """What happened between us and the customer."""

    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    OPENED = "opened"
    CLICKED = "clicked"
    REPLIED = "replied"
    REDEEMED = "redeemed"
    OPTED_OUT = "opted_out"
    WITHHELD = "withheld"


T = ColumnType

ORG_UNIT = Table(
    name="org_unit",
    label=both("组织单元", "Organisation unit"),
    grain=both("一行一个组织单元", "one row an organisation unit"),
    key=("org_path",),
    columns=(
        Column("org_path", T.TEXT, both("组织路径", "Organisation path"), required=True),
        Column("parent_path", T.TEXT, both("上级路径", "Parent path")),
        Column("level", T.TEXT, both("层级", "Level"), required=True),
        Column("name", T.TEXT, both("名称", "Name"), required=True),
    ),
)

CUSTOMER = Table(
    name="customer",
    label=both("客户", "Customer"),
    grain=both("一行一个客户（黄金记录）", "one row a customer (golden record)"),
    key=("customer_id",),
    columns=(
        Column("customer_id", T.INTEGER, both("客户编号", "Customer id"), required=True, minimum=0),
        Column("source_key", T.TEXT, both("来源系统编号", "Key in the source system"), required=True),
        Column("kind", T.TEXT, both("客户类别", "Kind of customer"), required=True, choices=tuple(CustomerKind)),
        Column("display_name", T.TEXT, both("显示名称", "Display name"), required=True),
        Column("status", T.TEXT, both("状态", "Status"), required=True, choices=tuple(CustomerStatus)),
        Column("org_path", T.TEXT, both("组织路径", "Organisation path"), required=True),
        Column("format", T.TEXT, both("业态", "Format")),
        Column("market_type", T.TEXT, both("市场类型", "Market type")),
        Column("city", T.TEXT, both("城市", "City")),
        Column("district", T.TEXT, both("区县", "District")),
        Column("postcode", T.TEXT, both("邮编", "Postcode")),
        Column("latitude", T.NUMBER, both("纬度", "Latitude"), minimum=-90, maximum=90),
        Column("longitude", T.NUMBER, both("经度", "Longitude"), minimum=-180, maximum=180),
        Column("opened_on", T.DAY, both("建档日期", "Opened on")),
        Column("licence_status", T.TEXT, both("许可证状态", "Licence status"), required=True, choices=tuple(LicenceStatus)),
        Column("licence_valid_until", T.DAY, both("许可证有效期至", "Licence valid until")),
        Column("grade", T.INTEGER, both("档位", "Grade"), minimum=1, maximum=30),
        Column("age_band", T.TEXT, both("年龄段", "Age band"), personal=True),
        Column("income_band", T.TEXT, both("收入段", "Income band"), personal=True),
        Column("household_size", T.TEXT, both("家庭人数", "Household size"), personal=True),
    ),
)

PRODUCT = Table(
    name="product",
    label=both("商品", "Product"),
    grain=both("一行一个商品", "one row a product"),
    key=("product_id",),
    columns=(
        Column("product_id", T.INTEGER, both("商品编号", "Product id"), required=True, minimum=0),
        Column("source_key", T.TEXT, both("来源系统编号", "Key in the source system"), required=True),
        Column("name", T.TEXT, both("品名", "Name"), required=True),
        Column("category", T.TEXT, both("品类", "Category"), required=True),
        Column("brand", T.TEXT, both("品牌", "Brand"), required=True),
        Column("maker", T.TEXT, both("厂商", "Maker"), required=True),
        Column("price_class", T.INTEGER, both("价类（1 最高）", "Price class (1 is highest)"), required=True, minimum=1, maximum=5),
        Column("pack_units", T.INTEGER, both("每件数量", "Units a pack"), minimum=1),
        Column("list_price_yuan", T.MONEY, both("标价（元）", "List price"), minimum=0),
        Column("listed_on", T.DAY, both("上市日期", "Listed on")),
    ),
)

ORDER_LINE = Table(
    name="order_line",
    label=both("订单行", "Order line"),
    grain=both("一行一个订单行", "one row an order line"),
    key=("order_id", "line_no"),
    bucketed=True,
    day="ordered_on",
    columns=(
        Column("customer_id", T.INTEGER, both("客户编号", "Customer id"), required=True, minimum=0),
        Column("ordered_on", T.DAY, both("订货日期", "Ordered on"), required=True),
        Column("order_id", T.INTEGER, both("订单编号", "Order id"), required=True),
        Column("line_no", T.INTEGER, both("行号", "Line number"), required=True),
        Column("product_id", T.INTEGER, both("商品编号", "Product id"), required=True),
        Column("price_class", T.INTEGER, both("价类（1 最高）", "Price class (1 is highest)"), required=True, minimum=1, maximum=5),
        Column("quantity_units", T.INTEGER, both("数量", "Quantity"), required=True, minimum=-1_000_000, maximum=1_000_000),
        Column("amount_yuan", T.MONEY, both("金额（元）", "Amount"), required=True),
        Column("discount_yuan", T.MONEY, both("优惠（元）", "Discount"), required=True, minimum=0),
        Column("channel", T.TEXT, both("渠道", "Channel")),
    ),
)

TOUCH = Table(
    name="touch",
    label=both("触达与反馈", "Touch and response"),
    grain=both("一行一次触达或反馈", "one row a touch or response"),
    key=("touch_id",),
    bucketed=True,
    day="touched_on",
    columns=(
        Column("customer_id", T.INTEGER, both("客户编号", "Customer id"), required=True, minimum=0),
        Column("touched_on", T.DAY, both("触达日期", "Touched on"), required=True),
        Column("touched_at", T.INSTANT, both("触达时间", "Touched at"), required=True),
        Column("touch_id", T.TEXT, both("触达编号", "Touch id"), required=True),
        Column("kind", T.TEXT, both("类型", "Kind"), required=True, choices=tuple(TouchKind)),
        Column("channel", T.TEXT, both("渠道", "Channel"), required=True),
        Column("campaign_key", T.TEXT, both("活动编号", "Campaign key"), required=True),
        Column("detail", T.TEXT, both("说明", "Detail")),
    ),
)

CORE_TABLES: dict[str, Table] = {table.name: table for table in (ORG_UNIT, CUSTOMER, PRODUCT, ORDER_LINE, TOUCH, TRACKED_EVENT)}
"""The tables that every workspace has, filled or empty, so that steps can rely on them."""
