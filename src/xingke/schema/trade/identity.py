"""What each source system believes about a customer, before anybody made one customer of it."""

from xingke.schema.column import Column, ColumnType, Table
from xingke.words import both

T = ColumnType

SYSTEMS = (
    "ordering", "crm", "pos", "erp", "logistics", "licensing", "membership", "wechat", "app", "customer_service", "campaign", "iot",
)  # fmt: skip
"""The twelve kinds of system."""

SOURCE_RECORD = Table(
    name="source_record",
    label=both("来源系统记录", "Source record"),
    grain=both("一行一个系统中的一条客户记录", "one row a record of a customer in one system"),
    key=("system", "source_id"),
    columns=(
        Column("system", T.TEXT, both("系统", "System"), required=True, choices=SYSTEMS),
        Column("source_id", T.TEXT, both("来源编号", "Key in the system"), required=True),
        Column("name", T.TEXT, both("店名", "Name"), personal=True, identifies=True),
        Column("owner_name", T.TEXT, both("负责人", "Owner"), personal=True, identifies=True),
        Column("phone", T.TEXT, both("电话", "Phone"), personal=True, identifies=True),
        Column("address", T.TEXT, both("地址", "Address"), personal=True, identifies=True),
        Column("licence_no", T.TEXT, both("许可证号", "Licence number")),
        Column("county", T.TEXT, both("县区", "County")),
        Column("format", T.TEXT, both("业态", "Format")),
        Column("registered_on", T.TEXT, both("登记日期（原样）", "Registered on, as written")),
    ),
)

TABLES = (SOURCE_RECORD,)
