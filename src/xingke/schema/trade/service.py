"""Visits, complaints, requests, surveys, training and inspections."""

from xingke.schema.column import Column, ColumnType, Table
from xingke.words import both

T = ColumnType

VISIT = Table(
    name="visit",
    label=both("走访", "Visit"),
    grain=both("一行一次走访", "one row a visit"),
    key=("visit_id",),
    bucketed=True,
    day="visited_on",
    columns=(
        Column("customer_id", T.INTEGER, both("零售户编号", "Outlet id"), required=True, minimum=0),
        Column("visit_id", T.INTEGER, both("走访编号", "Visit id"), required=True, minimum=0),
        Column("staff_id", T.INTEGER, both("客户经理", "Customer manager"), required=True, minimum=0),
        Column("visited_on", T.DAY, both("走访日期", "Visited on"), required=True),
        Column("mode", T.TEXT, both("方式", "Mode"), required=True, choices=("door", "phone", "wechat", "video")),
        Column("minutes", T.INTEGER, both("时长（分钟）", "Minutes"), required=True, minimum=0, maximum=600),
        Column("found_closed", T.FLAG, both("到店未营业", "Found closed"), required=True),
        Column(
            "price_index",
            T.NUMBER,
            both("店内价格指数（零售/批发）", "Price index in the shop: retail over wholesale"),
            minimum=0,
            maximum=10,
        ),
    ),
)

COMPLAINT = Table(
    name="complaint",
    label=both("投诉", "Complaint"),
    grain=both("一行一件投诉", "one row a complaint"),
    key=("complaint_id",),
    bucketed=True,
    day="opened_on",
    columns=(
        Column("customer_id", T.INTEGER, both("零售户编号", "Outlet id"), required=True, minimum=0),
        Column("complaint_id", T.INTEGER, both("投诉编号", "Complaint id"), required=True, minimum=0),
        Column(
            "kind",
            T.TEXT,
            both("类别", "Kind"),
            required=True,
            choices=("late_delivery", "shortage", "price_disorder", "enquiry", "wrong_or_damaged", "app", "attitude"),
        ),
        Column("opened_on", T.DAY, both("受理日期", "Opened on"), required=True),
        Column("opened_at", T.INSTANT, both("受理时间", "Opened at"), required=True),
        Column("closed_at", T.INSTANT, both("办结时间", "Closed at")),
        Column("handling_hours", T.NUMBER, both("处理时长（小时）", "Handling time in hours"), minimum=0),
        Column("rating", T.INTEGER, both("满意度（1–5）", "Rating 1..5"), minimum=1, maximum=5),
    ),
)

REQUEST = Table(
    name="request",
    label=both("诉求", "Request"),
    grain=both("一行一件诉求", "one row a request"),
    key=("request_id",),
    bucketed=True,
    day="opened_on",
    columns=(
        Column("customer_id", T.INTEGER, both("零售户编号", "Outlet id"), required=True, minimum=0),
        Column("request_id", T.INTEGER, both("诉求编号", "Request id"), required=True, minimum=0),
        Column(
            "kind",
            T.TEXT,
            both("类别", "Kind"),
            required=True,
            choices=("supply", "image_upgrade", "equipment", "training", "policy", "order_help"),
        ),
        Column("opened_on", T.DAY, both("提出日期", "Opened on"), required=True),
        Column("handling_hours", T.NUMBER, both("处理时长（小时）", "Handling time in hours"), required=True, minimum=0),
    ),
)

SURVEY = Table(
    name="survey",
    label=both("满意度调查", "Survey"),
    grain=both("一行一份答卷", "one row an answer"),
    key=("survey_id",),
    bucketed=True,
    day="answered_on",
    columns=(
        Column("customer_id", T.INTEGER, both("零售户编号", "Outlet id"), required=True, minimum=0),
        Column("survey_id", T.INTEGER, both("答卷编号", "Survey id"), required=True, minimum=0),
        Column("answered_on", T.DAY, both("作答日期", "Answered on"), required=True),
        Column("nps", T.INTEGER, both("推荐意愿（0–10）", "Would recommend, 0..10"), required=True, minimum=0, maximum=10),
    ),
)

COURSE = Table(
    name="course",
    label=both("培训", "Course"),
    grain=both("一行一次参训", "one row an attendance"),
    key=("course_key",),
    bucketed=True,
    day="attended_on",
    columns=(
        Column("customer_id", T.INTEGER, both("零售户编号", "Outlet id"), required=True, minimum=0),
        Column("course_key", T.INTEGER, both("参训编号", "Key"), required=True, minimum=0),
        Column("topic", T.TEXT, both("主题", "Topic"), required=True),
        Column("attended_on", T.DAY, both("参训日期", "Attended on"), required=True),
    ),
)

INSPECTION = Table(
    name="inspection",
    label=both("市场检查", "Inspection"),
    grain=both("一行一次检查", "one row an inspection"),
    key=("inspection_id",),
    bucketed=True,
    day="inspected_on",
    columns=(
        Column("customer_id", T.INTEGER, both("零售户编号", "Outlet id"), required=True, minimum=0),
        Column("inspection_id", T.INTEGER, both("检查编号", "Inspection id"), required=True, minimum=0),
        Column("inspected_on", T.DAY, both("检查日期", "Inspected on"), required=True),
        Column(
            "outcome",
            T.TEXT,
            both("结果", "Outcome"),
            required=True,
            choices=("clean", "minor_sale", "illicit_goods", "unmarked_price", "licence_mismatch", "found_closed"),
        ),
        Column("near_highway", T.FLAG, both("临近高速或省道", "Near a trunk road"), required=True),
    ),
)

TABLES = (VISIT, COMPLAINT, REQUEST, SURVEY, COURSE, INSPECTION)
