"""Orders and what follows them: delivery, sale over the counter, stock on the shelf. Quantities in cartons (条, 10 packs, 200 sticks)."""

from xingke.schema.column import Column, ColumnType, Table
from xingke.schema.tables import ORDER_LINE, PRODUCT
from xingke.words import both

T = ColumnType
DAILY_CARTONS = 1_000_000

SKU = PRODUCT.extended(
    Column("wholesale_yuan", T.MONEY, both("批发价（元/条）", "Wholesale price a carton"), required=True, minimum=0),
    Column("guide_yuan", T.MONEY, both("零售指导价（元/条）", "Guide retail price a carton"), required=True, minimum=0),
    Column("price_band", T.TEXT, both("价位段", "Price band"), required=True),
    Column("in_province", T.FLAG, both("省内烟", "Made in the province"), required=True),
    Column("form", T.TEXT, both("形态", "Form"), required=True, choices=("standard", "slim", "medium", "short", "capsule")),
    Column("tar_mg", T.INTEGER, both("焦油量（毫克）", "Tar in mg"), required=True, minimum=0, maximum=30),
    Column("supply_class", T.TEXT, both("供应类别", "Supply class"), required=True, choices=("tight", "balanced", "full", "new")),
    Column("retired_on", T.DAY, both("退市日期", "Retired on")),
)

ORDER = Table(
    name="order",
    label=both("订单", "Order"),
    grain=both("一行一张订单", "one row an order"),
    key=("order_id",),
    bucketed=True,
    day="ordered_on",
    columns=(
        Column("customer_id", T.INTEGER, both("零售户编号", "Outlet id"), required=True, minimum=0),
        Column("order_id", T.INTEGER, both("订单编号", "Order id"), required=True, minimum=0),
        Column("ordered_on", T.DAY, both("订货日期", "Ordered on"), required=True),
        Column("ordered_at", T.INSTANT, both("下单时间", "Ordered at"), required=True),
        Column("channel", T.TEXT, both("渠道", "Channel"), required=True, choices=("app", "web", "phone", "proxy")),
        Column("device_key", T.TEXT, both("下单设备（摘要）", "Device (digest)")),
        Column("network_key", T.TEXT, both("网络地址（摘要）", "Network address (digest)")),
        Column("account_key", T.TEXT, both("扣款账户（摘要）", "Debit account (digest)")),
        Column(
            "distance_km", T.NUMBER, both("下单处距持证地址（公里）", "Distance of the ordering place from the licensed one"), minimum=0
        ),
        Column("payment", T.TEXT, both("扣款结果", "Payment"), required=True, choices=("paid", "paid_second_try", "lost")),
        Column("received_on", T.DAY, both("数据到达日", "Received on"), required=True),
    ),
)

CITY_ORDER_LINE = ORDER_LINE.extended(
    Column("asked_cartons", T.INTEGER, both("需求量（条）", "Asked, in cartons"), required=True, minimum=0, maximum=DAILY_CARTONS),
    Column("cap_cartons", T.INTEGER, both("投放上限（条）", "Cap, in cartons"), required=True, minimum=0, maximum=DAILY_CARTONS),
    Column("delivered_cartons", T.INTEGER, both("送达量（条）", "Delivered, in cartons"), required=True, minimum=0, maximum=DAILY_CARTONS),
)

UNMET_LINE = Table(
    name="unmet_line",
    label=both("未满足需求", "Unmet demand"),
    grain=both("一行一张订单中一个完全未供的品规", "one row an order and a SKU that it asked for and did not get at all"),
    key=("order_id", "product_id"),
    bucketed=True,
    day="ordered_on",
    columns=(
        Column("customer_id", T.INTEGER, both("零售户编号", "Outlet id"), required=True, minimum=0),
        Column("order_id", T.INTEGER, both("订单编号", "Order id"), required=True, minimum=0),
        Column("product_id", T.INTEGER, both("品规", "SKU"), required=True, minimum=0),
        Column("ordered_on", T.DAY, both("订货日期", "Ordered on"), required=True),
        Column("asked_cartons", T.INTEGER, both("需求量（条）", "Asked, in cartons"), required=True, minimum=0, maximum=DAILY_CARTONS),
        Column("cap_cartons", T.INTEGER, both("投放上限（条）", "Cap, in cartons"), required=True, minimum=0, maximum=DAILY_CARTONS),
    ),
)

DELIVERY = Table(
    name="delivery",
    label=both("送货", "Delivery"),
    grain=both("一行一张订单的送货", "one row the delivery of an order"),
    key=("order_id",),
    bucketed=True,
    day="promised_on",
    columns=(
        Column("customer_id", T.INTEGER, both("零售户编号", "Outlet id"), required=True, minimum=0),
        Column("order_id", T.INTEGER, both("订单编号", "Order id"), required=True, minimum=0),
        Column("route_id", T.INTEGER, both("送货线路", "Route"), required=True, minimum=0),
        Column("promised_on", T.DAY, both("应送达日", "Promised on"), required=True),
        Column("delivered_on", T.DAY, both("实际送达日", "Delivered on"), required=True),
        Column("is_on_time", T.FLAG, both("准时", "On time"), required=True),
    ),
)

POS_LINE = Table(
    name="pos_line",
    label=both("扫码销售", "Scanned sales"),
    grain=both("一行一个零售户、品规、周的扫码销量", "one row an outlet, SKU and week of scanned sales"),
    key=("pos_key",),
    bucketed=True,
    day="week_on",
    columns=(
        Column("customer_id", T.INTEGER, both("零售户编号", "Outlet id"), required=True, minimum=0),
        Column("pos_key", T.INTEGER, both("记录编号", "Key"), required=True, minimum=0),
        Column("product_id", T.INTEGER, both("品规", "SKU"), required=True, minimum=0),
        Column("week_on", T.DAY, both("周一", "Monday of the week"), required=True),
        Column("quantity", T.INTEGER, both("数量", "Quantity"), required=True, minimum=0, maximum=DAILY_CARTONS),
        Column("unit", T.TEXT, both("单位", "Unit"), required=True, choices=("carton", "pack")),
        Column("received_on", T.DAY, both("数据到达日", "Received on"), required=True),
    ),
)

STOCK_SNAPSHOT = Table(
    name="stock_snapshot",
    label=both("样本户库存", "Stock of the sample outlets"),
    grain=both("一行一个样本户、品规、周日的库存", "one row a sample outlet, SKU and Sunday"),
    key=("customer_id", "product_id", "counted_on"),
    bucketed=True,
    day="counted_on",
    columns=(
        Column("customer_id", T.INTEGER, both("零售户编号", "Outlet id"), required=True, minimum=0),
        Column("product_id", T.INTEGER, both("品规", "SKU"), required=True, minimum=0),
        Column("counted_on", T.DAY, both("盘点日", "Counted on"), required=True),
        Column("stock_cartons", T.INTEGER, both("库存（条）", "Stock in cartons"), required=True, minimum=0),
    ),
)

IOT_READING = Table(
    name="iot_reading",
    label=both("货架传感器", "Shelf sensor"),
    grain=both("一行一次库存变化（15 分钟时段）", "one row a change of stock, at the end of its quarter of an hour"),
    key=("reading_key",),
    bucketed=True,
    day="read_on",
    columns=(
        Column("customer_id", T.INTEGER, both("零售户编号", "Outlet id"), required=True, minimum=0),
        Column("reading_key", T.INTEGER, both("读数编号", "Key"), required=True, minimum=0),
        Column("product_id", T.INTEGER, both("品规", "SKU"), required=True, minimum=0),
        Column("read_on", T.DAY, both("日期", "Day"), required=True),
        Column("read_at", T.INSTANT, both("时间", "Time"), required=True),
        Column("stock_cartons", T.INTEGER, both("库存（条）", "Stock in cartons"), required=True, minimum=0),
    ),
)

TABLES = (ORDER, UNMET_LINE, DELIVERY, POS_LINE, STOCK_SNAPSHOT, IOT_READING)
