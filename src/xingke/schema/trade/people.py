"""Outlets, their owners and licences, and the staff who look after them."""

from xingke.schema.column import Column, ColumnType, Table
from xingke.schema.tables import LicenceStatus
from xingke.words import both

T = ColumnType

OWNER = Table(
    name="owner",
    label=both("持证人", "Licence holder"),
    grain=both("一行一个持证人", "one row a licence holder"),
    key=("owner_id",),
    columns=(
        Column("owner_id", T.INTEGER, both("持证人编号", "Owner id"), required=True, minimum=0),
        Column("name", T.TEXT, both("姓名", "Name"), required=True, personal=True, identifies=True),
        Column("phone", T.TEXT, both("电话", "Phone"), personal=True, identifies=True),
        Column("gender", T.TEXT, both("性别", "Gender"), choices=("female", "male"), personal=True),
        Column("birth_year", T.INTEGER, both("出生年", "Year of birth"), minimum=1900, maximum=2100, personal=True),
        Column("uses_wechat", T.FLAG, both("使用微信", "Uses WeChat")),
    ),
)

OUTLET = Table(
    name="outlet",
    label=both("零售户档案", "Outlet master"),
    grain=both("一行一个零售户", "one row an outlet"),
    key=("outlet_id",),
    columns=(
        Column("outlet_id", T.INTEGER, both("零售户编号", "Outlet id"), required=True, minimum=0),
        Column("owner_id", T.INTEGER, both("持证人编号", "Owner id"), required=True, minimum=0),
        Column("name", T.TEXT, both("店名", "Shop name"), required=True),
        Column("address", T.TEXT, both("地址", "Address"), required=True, personal=True, identifies=True),
        Column("org_path", T.TEXT, both("组织路径", "Organisation path"), required=True),
        Column("county", T.TEXT, both("县区", "County"), required=True),
        Column("format", T.TEXT, both("业态", "Format"), required=True),
        Column("market_type", T.TEXT, both("市场类型", "Market type"), required=True, choices=("urban", "rural")),
        Column("settlement_class", T.TEXT, both("城乡分类", "Urban-rural class"), required=True),
        Column("district_type", T.TEXT, both("商圈类型", "Business district"), required=True),
        Column("credit_level", T.TEXT, both("信用等级", "Credit level")),
        Column("terminal_type", T.TEXT, both("终端类型", "Terminal type"), required=True),
        Column("uses_pos", T.FLAG, both("扫码销售可用", "Scanned sales usable"), required=True),
        Column("has_sensor", T.FLAG, both("有货架传感器", "Has a shelf sensor"), required=True),
        Column("is_sample", T.FLAG, both("信息采集样本户", "Market information sample"), required=True),
        Column("order_weekday", T.INTEGER, both("订货日（1 为周一）", "Order day (1 is Monday)"), minimum=1, maximum=7),
        Column("order_cycle_weeks", T.INTEGER, both("订货周期（周）", "Order cycle in weeks"), minimum=1, maximum=2),
        Column("grade", T.INTEGER, both("档位", "Grade"), minimum=1, maximum=30),
        Column("peer_group_id", T.INTEGER, both("自律小组", "Self-discipline group"), minimum=0),
        Column("route_id", T.INTEGER, both("送货线路", "Delivery route"), minimum=0),
        Column("latitude", T.NUMBER, both("纬度", "Latitude"), minimum=-90, maximum=90),
        Column("longitude", T.NUMBER, both("经度", "Longitude"), minimum=-180, maximum=180),
        Column("opened_on", T.DAY, both("开户日期", "Opened on"), required=True),
        Column("closed_on", T.DAY, both("歇业日期", "Closed on")),
    ),
)

LICENCE = Table(
    name="licence",
    label=both("零售许可证", "Retail licence"),
    grain=both("一行一张许可证", "one row a licence"),
    key=("licence_no",),
    columns=(
        Column("licence_no", T.TEXT, both("许可证号", "Licence number"), required=True),
        Column("outlet_id", T.INTEGER, both("零售户编号", "Outlet id"), required=True, minimum=0),
        Column("holder_kind", T.TEXT, both("持证主体", "Kind of holder"), required=True, choices=("individual", "firm")),
        Column("issued_on", T.DAY, both("发证日期", "Issued on"), required=True),
        Column("valid_until", T.DAY, both("有效期至", "Valid until"), required=True),
        Column("status", T.TEXT, both("状态", "Status"), required=True, choices=tuple(LicenceStatus)),
        Column("status_since", T.DAY, both("状态起始日", "Status since"), required=True),
    ),
)

STAFF = Table(
    name="staff",
    label=both("员工", "Staff"),
    grain=both("一行一名员工", "one row a member of staff"),
    key=("staff_id",),
    columns=(
        Column("staff_id", T.INTEGER, both("员工编号", "Staff id"), required=True, minimum=0),
        Column("name", T.TEXT, both("姓名", "Name"), required=True, personal=True, identifies=True),
        Column(
            "role",
            T.TEXT,
            both("岗位", "Role"),
            required=True,
            choices=("customer_manager", "market_manager", "order_clerk", "deliverer", "inspector"),
        ),
        Column("org_path", T.TEXT, both("组织路径", "Organisation path"), required=True),
        Column("joined_on", T.DAY, both("入职日期", "Joined on"), required=True),
        Column("left_on", T.DAY, both("离职日期", "Left on")),
    ),
)

ASSIGNMENT = Table(
    name="assignment",
    label=both("客户经理分管", "Assignment of customer managers"),
    grain=both("一行一段分管关系", "one row an outlet and a period with one customer manager"),
    key=("outlet_id", "from_on"),
    day="from_on",
    columns=(
        Column("outlet_id", T.INTEGER, both("零售户编号", "Outlet id"), required=True, minimum=0),
        Column("staff_id", T.INTEGER, both("客户经理", "Customer manager"), required=True, minimum=0),
        Column("from_on", T.DAY, both("起始日", "From"), required=True),
        Column("until_on", T.DAY, both("终止日", "Until (exclusive)")),
        Column("handed_over_on", T.DAY, both("交接完成日", "Handed over on")),
    ),
)

TABLES = (OWNER, OUTLET, LICENCE, STAFF, ASSIGNMENT)
