"""Campaigns with their arms, the messages sent, what came back, and who recommends to whom."""

from xingke.schema.column import Column, ColumnType, Table
from xingke.words import both

T = ColumnType
CHANNELS = ("sms", "wecom", "template", "push", "phone", "task")
CONTENTS = ("supply_notice", "business_tips", "product_knowledge", "policy", "festival_advice")

CAMPAIGN = Table(
    name="campaign",
    label=both("活动", "Campaign"),
    grain=both("一行一次活动", "one row a campaign"),
    key=("campaign_key",),
    day="started_on",
    columns=(
        Column("campaign_key", T.TEXT, both("活动编号", "Campaign key"), required=True),
        Column("name", T.TEXT, both("名称", "Name"), required=True),
        Column("channel", T.TEXT, both("渠道", "Channel"), required=True, choices=CHANNELS),
        Column("content", T.TEXT, both("内容类别", "Kind of content"), required=True, choices=CONTENTS),
        Column("is_randomised", T.FLAG, both("随机分组", "Randomised"), required=True),
        Column("started_on", T.DAY, both("开始日期", "Started on"), required=True),
        Column("outcome_days", T.INTEGER, both("观察期（天）", "Days of the outcome window"), required=True, minimum=1),
    ),
)

CAMPAIGN_MEMBER = Table(
    name="campaign_member",
    label=both("活动成员", "Campaign member"),
    grain=both("一行一次活动的一个成员", "one row a campaign and member"),
    key=("campaign_key", "customer_id"),
    bucketed=True,
    columns=(
        Column("customer_id", T.INTEGER, both("客户编号", "Customer id"), required=True, minimum=0),
        Column("campaign_key", T.TEXT, both("活动编号", "Campaign key"), required=True),
        Column("arm", T.TEXT, both("组别", "Arm"), required=True, choices=("treated", "control")),
        Column("converted", T.FLAG, both("转化", "Converted"), required=True),
    ),
)

MESSAGE = Table(
    name="message",
    label=both("消息", "Message"),
    grain=both("一行一条消息", "one row a message"),
    key=("message_id",),
    bucketed=True,
    day="sent_on",
    columns=(
        Column("customer_id", T.INTEGER, both("客户编号", "Customer id"), required=True, minimum=0),
        Column("message_id", T.INTEGER, both("消息编号", "Message id"), required=True, minimum=0),
        Column("campaign_key", T.TEXT, both("活动编号", "Campaign key"), required=True),
        Column("channel", T.TEXT, both("渠道", "Channel"), required=True, choices=CHANNELS),
        Column("content", T.TEXT, both("内容类别", "Kind of content"), required=True, choices=CONTENTS),
        Column("sent_on", T.DAY, both("发送日期", "Sent on"), required=True),
        Column("sent_at", T.INSTANT, both("发送时间", "Sent at"), required=True),
        Column("is_delivered", T.FLAG, both("送达", "Delivered"), required=True),
    ),
)

RESPONSE = Table(
    name="response",
    label=both("反馈", "Response"),
    grain=both("一行一次反馈", "one row a response to a message"),
    key=("message_id", "kind"),
    bucketed=True,
    day="responded_on",
    columns=(
        Column("customer_id", T.INTEGER, both("客户编号", "Customer id"), required=True, minimum=0),
        Column("message_id", T.INTEGER, both("消息编号", "Message id"), required=True, minimum=0),
        Column("kind", T.TEXT, both("类型", "Kind"), required=True, choices=("opened", "clicked", "converted", "opted_out")),
        Column("responded_on", T.DAY, both("反馈日期", "Responded on"), required=True),
        Column("responded_at", T.INSTANT, both("反馈时间", "Responded at"), required=True),
    ),
)

REFERRAL_EDGE = Table(
    name="referral_edge",
    label=both("推荐关系", "Referral"),
    grain=both("一行一对有往来的客户", "one row a pair of customers known to talk to each other"),
    key=("from_customer_id", "to_customer_id"),
    columns=(
        Column("from_customer_id", T.INTEGER, both("客户", "From"), required=True, minimum=0),
        Column("to_customer_id", T.INTEGER, both("对方", "To"), required=True, minimum=0),
        Column("kind", T.TEXT, both("关系", "Kind"), required=True, choices=("neighbour", "peer_group", "acquaintance")),
    ),
)

TABLES = (CAMPAIGN, CAMPAIGN_MEMBER, MESSAGE, RESPONSE, REFERRAL_EDGE)
