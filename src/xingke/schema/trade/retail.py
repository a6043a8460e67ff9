"""Members, leads, advertising and service tickets of shops and small firms."""

from xingke.schema.column import Column, ColumnType, Table
from xingke.words import both

T = ColumnType

MEMBER = Table(
    name="member",
    label=both("会员", "Member"),
    grain=both("一行一名会员", "one row a member"),
    key=("customer_id",),
    columns=(
        Column("customer_id", T.INTEGER, both("会员编号", "Member id"), required=True, minimum=0),
        Column("home_unit", T.TEXT, both("常去门店", "Home shop or club"), required=True),
        Column("joined_on", T.DAY, both("入会日期", "Joined on"), required=True),
        Column("expires_on", T.DAY, both("到期日期", "Expires on")),
        Column("gender", T.TEXT, both("性别", "Gender"), choices=("female", "male"), personal=True),
        Column("age_band", T.TEXT, both("年龄段", "Age band"), personal=True),
        Column("join_channel", T.TEXT, both("入会渠道", "Channel of joining")),
    ),
)

MEMBER_VISIT = Table(
    name="member_visit",
    label=both("到店", "Visit of a member"),
    grain=both("一行一次到店", "one row a visit of a member"),
    key=("visit_id",),
    bucketed=True,
    day="visited_on",
    columns=(
        Column("customer_id", T.INTEGER, both("会员编号", "Member id"), required=True, minimum=0),
        Column("visit_id", T.INTEGER, both("到店编号", "Visit id"), required=True, minimum=0),
        Column("visited_on", T.DAY, both("到店日期", "Visited on"), required=True),
        Column("visited_at", T.INSTANT, both("到店时间", "Visited at"), required=True),
        Column("unit", T.TEXT, both("门店", "Shop or club"), required=True),
        Column("activity", T.TEXT, both("项目", "Activity")),
    ),
)

RENEWAL = Table(
    name="renewal",
    label=both("续费", "Renewal"),
    grain=both("一行一次会员到期", "one row a membership that came to its end"),
    key=("customer_id", "due_on"),
    bucketed=True,
    day="due_on",
    columns=(
        Column("customer_id", T.INTEGER, both("会员编号", "Member id"), required=True, minimum=0),
        Column("due_on", T.DAY, both("到期日", "Due on"), required=True),
        Column("is_renewed", T.FLAG, both("已续费", "Renewed"), required=True),
        Column("amount_yuan", T.MONEY, both("金额（元）", "Amount"), required=True, minimum=0),
    ),
)

LEAD = Table(
    name="lead",
    label=both("线索", "Lead"),
    grain=both("一行一条线索", "one row a lead"),
    key=("customer_id",),
    columns=(
        Column("customer_id", T.INTEGER, both("线索编号", "Lead id"), required=True, minimum=0),
        Column("created_at", T.INSTANT, both("产生时间", "Created at"), required=True),
        Column("channel", T.TEXT, both("来源渠道", "Channel"), required=True),
        Column("industry", T.TEXT, both("行业", "Industry"), required=True),
        Column("staff_count", T.INTEGER, both("员工人数", "Number of staff"), required=True, minimum=1),
        Column("title_level", T.TEXT, both("职级", "Level of the contact"), required=True),
        Column("region", T.TEXT, both("地区", "Region"), required=True),
        Column("pages_viewed", T.INTEGER, both("浏览页数", "Pages viewed"), required=True, minimum=0),
        Column("price_page_views", T.INTEGER, both("价格页浏览", "Views of the price page"), required=True, minimum=0),
        Column("asked_for_demo", T.FLAG, both("申请演示", "Asked for a demonstration"), required=True),
        Column("mails_opened", T.INTEGER, both("邮件打开", "Mails opened"), required=True, minimum=0),
        Column("responded_after_hours", T.NUMBER, both("首次响应（小时）", "First answer after, in hours"), minimum=0),
        Column("closed_on", T.DAY, both("结案日期", "Closed on")),
        Column("is_won", T.FLAG, both("成交", "Won")),
        Column("amount_yuan", T.MONEY, both("成交额（元）", "Amount"), minimum=0),
    ),
)

AD_SPEND = Table(
    name="ad_spend",
    label=both("广告投放", "Advertising"),
    grain=both("一行一个渠道一周", "one row a channel and week"),
    key=("channel", "week_on"),
    day="week_on",
    columns=(
        Column("channel", T.TEXT, both("渠道", "Channel"), required=True),
        Column("week_on", T.DAY, both("周一", "Monday of the week"), required=True),
        Column("spend_yuan", T.MONEY, both("花费（元）", "Spend"), required=True, minimum=0),
        Column("planned_cac_yuan", T.MONEY, both("计划获客成本（元）", "Planned cost of a new customer"), required=True, minimum=0),
        Column("impressions", T.INTEGER, both("曝光", "Impressions"), required=True, minimum=0),
        Column("clicks", T.INTEGER, both("点击", "Clicks"), required=True, minimum=0),
        Column("new_customers", T.INTEGER, both("新客数（渠道自报）", "New customers that the channel claims"), required=True, minimum=0),
        Column("benchmark_rate", T.NUMBER, both("基准转化率（新客/点击）", "Benchmark of new customers a click"), minimum=0),
    ),
)

AD_TOUCH = Table(
    name="ad_touch",
    label=both("广告触点", "Advertising touch"),
    grain=both("一行一次触点", "one row a touch of a person by an advertisement"),
    key=("touch_id",),
    bucketed=True,
    day="touched_on",
    columns=(
        Column("customer_id", T.INTEGER, both("人员编号", "Person id"), required=True, minimum=0),
        Column("touch_id", T.INTEGER, both("触点编号", "Touch id"), required=True, minimum=0),
        Column("touched_on", T.DAY, both("日期", "Day"), required=True),
        Column("touched_at", T.INSTANT, both("时间", "Time"), required=True),
        Column("channel", T.TEXT, both("渠道", "Channel"), required=True),
        Column("converted_at", T.INSTANT, both("转化时间", "Converted at")),
    ),
)

TICKET = Table(
    name="ticket",
    label=both("服务工单", "Service ticket"),
    grain=both("一行一张工单", "one row a ticket"),
    key=("ticket_id",),
    bucketed=True,
    day="opened_on",
    columns=(
        Column("customer_id", T.INTEGER, both("客户编号", "Customer id"), required=True, minimum=0),
        Column("ticket_id", T.INTEGER, both("工单编号", "Ticket id"), required=True, minimum=0),
        Column("kind", T.TEXT, both("类别", "Kind"), required=True),
        Column("opened_on", T.DAY, both("受理日期", "Opened on"), required=True),
        Column("handling_hours", T.NUMBER, both("处理时长（小时）", "Handling time in hours"), minimum=0),
        Column("rating", T.INTEGER, both("满意度（1–5）", "Rating 1..5"), minimum=1, maximum=5),
    ),
)

PUSH = Table(
    name="push",
    label=both("随机推送", "Randomised push"),
    grain=both("一行一次推送活动的一名成员", "one row a push campaign and member, controls included"),
    key=("campaign_key", "customer_id"),
    bucketed=True,
    day="planned_on",
    columns=(
        Column("customer_id", T.INTEGER, both("会员编号", "Member id"), required=True, minimum=0),
        Column("campaign_key", T.TEXT, both("活动编号", "Campaign key"), required=True),
        Column("kind", T.TEXT, both("类别", "Kind"), required=True, choices=("timed", "course", "discount")),
        Column("arm", T.TEXT, both("组别", "Arm"), required=True, choices=("treated", "control")),
        Column("subject", T.TEXT, both("推送内容", "What it is about: a category or a course"), required=True),
        Column("planned_on", T.DAY, both("计划日期", "Day planned"), required=True),
        Column("planned_at", T.INSTANT, both("计划时间（对照组为本应发送的时间）", "Time planned, of controls as well"), required=True),
        Column("outcome_days", T.INTEGER, both("观察期（天）", "Days of the outcome, the day planned included"), required=True, minimum=1),
        Column("converted", T.FLAG, both("转化", "Converted"), required=True),
    ),
)

SHELF_DAY = Table(
    name="shelf_day",
    label=both("货架损耗", "Loss on the shelf"),
    grain=both("一行一个门店、品类、日", "one row a shop, category and day"),
    key=("unit", "category", "day"),
    day="day",
    columns=(
        Column("unit", T.TEXT, both("门店", "Shop"), required=True),
        Column("category", T.TEXT, both("品类", "Category"), required=True),
        Column("day", T.DAY, both("日期", "Day"), required=True),
        Column("received_yuan", T.MONEY, both("进货（售价，元）", "Received, at selling prices"), required=True, minimum=0),
        Column("sold_yuan", T.MONEY, both("售出（元）", "Sold"), required=True, minimum=0),
        Column(
            "lost_yuan",
            T.MONEY,
            both("过期报损（售价，元）", "Thrown away at the end of shelf life, at selling prices"),
            required=True,
            minimum=0,
        ),
    ),
)

LEAD_COST = Table(
    name="lead_cost",
    label=both("线索渠道费用", "Cost of lead channels"),
    grain=both("一行一个线索渠道、一周", "one row a lead channel and week"),
    key=("channel", "week_on"),
    day="week_on",
    columns=(
        Column("channel", T.TEXT, both("渠道", "Channel"), required=True),
        Column("week_on", T.DAY, both("周一", "Monday of the week"), required=True),
        Column("spend_yuan", T.MONEY, both("费用（元）", "Spend"), required=True, minimum=0),
        Column("leads", T.INTEGER, both("线索数", "Leads"), required=True, minimum=0),
    ),
)

NEW_CUSTOMER_WEEK = Table(
    name="new_customer_week",
    label=both("每周新客", "New customers by week"),
    grain=both("一行一周", "one row a week"),
    key=("week_on",),
    day="week_on",
    columns=(
        Column("week_on", T.DAY, both("周一", "Monday of the week"), required=True),
        Column("new_customers", T.INTEGER, both("新客数", "New customers, whatever brought them"), required=True, minimum=0),
    ),
)

TABLES = (
    MEMBER, MEMBER_VISIT, RENEWAL, LEAD, LEAD_COST, AD_SPEND, AD_TOUCH, NEW_CUSTOMER_WEEK, TICKET, PUSH, SHELF_DAY,
)  # fmt: skip
