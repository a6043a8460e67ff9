"""What people did on a site, in an app or in a shop, as tracking clients report it."""

from xingke.schema.column import Column, ColumnType, Table
from xingke.words import both

T = ColumnType

EVENT_KINDS = ("track", "page", "screen", "identify", "group", "alias")

TRACKED_EVENT = Table(
    name="tracked_event",
    label=both("行为事件", "Tracked event"),
    grain=both("一行一个事件", "one row an event"),
    key=("event_id",),
    bucketed=True,
    day="happened_on",
    columns=(
        Column("customer_id", T.INTEGER, both("客户编号", "Customer id"), required=True, minimum=0),
        Column("happened_on", T.DAY, both("发生日期", "Happened on"), required=True),
        Column("happened_at", T.INSTANT, both("发生时间", "Happened at"), required=True),
        Column("received_at", T.INSTANT, both("收到时间", "Received at"), required=True),
        Column("event_id", T.TEXT, both("事件编号", "Event id"), required=True),
        Column("kind", T.TEXT, both("类型", "Kind"), required=True, choices=EVENT_KINDS),
        Column("name", T.TEXT, both("名称", "Name")),
        Column("source", T.TEXT, both("来源", "Source"), required=True),
        Column("properties", T.TEXT, both("属性（JSON）", "Properties (JSON)")),
    ),
)
