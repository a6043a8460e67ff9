"""What identity makes of the records of the systems: who a record is about, the golden record, and ids that were given up."""

from xingke.schema.column import Column, ColumnType, Table
from xingke.schema.tables import CustomerKind, LicenceStatus
from xingke.schema.trade.identity import SYSTEMS
from xingke.words import both

T = ColumnType

IDENTITY_LINK = Table(
    name="identity_link",
    label=both("身份归属", "Identity link"),
    grain=both("一行一条来源记录", "one row a source record"),
    key=("system", "source_id"),
    columns=(
        Column("system", T.TEXT, both("系统", "System"), required=True, choices=SYSTEMS),
        Column("source_id", T.TEXT, both("来源编号", "Key in the system"), required=True),
        Column("customer_id", T.INTEGER, both("客户编号", "Customer id"), required=True, minimum=0),
        Column("cluster", T.TEXT, both("客户簇", "Cluster"), required=True),
        Column("rule", T.TEXT, both("依据", "Rule"), required=True),
        Column("probability", T.NUMBER, both("把握", "Probability"), minimum=0, maximum=1),
    ),
)

GOLDEN_RECORD = Table(
    name="golden_record",
    label=both("黄金记录", "Golden record"),
    grain=both("一行一个客户", "one row a customer"),
    key=("customer_id",),
    columns=(
        Column("customer_id", T.INTEGER, both("客户编号", "Customer id"), required=True, minimum=0),
        Column("kind", T.TEXT, both("客户类别", "Kind of customer"), required=True, choices=tuple(CustomerKind)),
        Column("display_name", T.TEXT, both("显示名称（个人已遮盖）", "Display name, masked for persons"), required=True),
        Column("name", T.TEXT, both("名称", "Name"), personal=True, identifies=True),
        Column("owner_name", T.TEXT, both("负责人", "Owner"), personal=True, identifies=True),
        Column("phone", T.TEXT, both("电话", "Phone"), personal=True, identifies=True),
        Column("address", T.TEXT, both("地址", "Address"), personal=True, identifies=True),
        Column("licence_no", T.TEXT, both("许可证号", "Licence number")),
        Column("uscc", T.TEXT, both("统一社会信用代码", "Unified social credit code")),
        Column("id_number", T.TEXT, both("证件号", "Identity number"), personal=True, identifies=True),
        Column("email", T.TEXT, both("邮箱", "E-mail"), personal=True, identifies=True),
        Column("open_id", T.TEXT, both("开放平台编号", "Platform id"), personal=True, identifies=True),
        Column("county", T.TEXT, both("县区", "County")),
        Column("format", T.TEXT, both("业态", "Format")),
        Column("market_type", T.TEXT, both("市场类型", "Market type")),
        Column("org_path", T.TEXT, both("组织路径", "Organisation path")),
        Column("grade", T.INTEGER, both("档位", "Grade"), minimum=1, maximum=30),
        Column("licence_status", T.TEXT, both("许可证状态", "Licence status"), choices=tuple(LicenceStatus)),
        Column("licence_valid_until", T.DAY, both("许可证有效期至", "Licence valid until")),
        Column("registered_on", T.DAY, both("登记日期", "Registered on")),
        Column("records", T.INTEGER, both("记录数", "Records"), required=True, minimum=1),
        Column("provenance", T.TEXT, both("字段来历（JSON）", "Provenance of the fields (JSON)"), required=True),
    ),
)
"""Provenance holds no values of fields: by field, the system and key it came from, the rule, and how many records agree."""

IDENTITY_REDIRECT = Table(
    name="identity_redirect",
    label=both("客户编号合并", "Ids given up"),
    grain=both("一行一个合并掉的客户编号", "one row a customer id that became another"),
    key=("from_customer_id",),
    columns=(
        Column("from_customer_id", T.INTEGER, both("原编号", "Id given up"), required=True, minimum=0),
        Column("customer_id", T.INTEGER, both("现编号", "Id in force"), required=True, minimum=0),
    ),
)

IDENTITY_TABLES: dict[str, Table] = {table.name: table for table in (IDENTITY_LINK, GOLDEN_RECORD, IDENTITY_REDIRECT)}
