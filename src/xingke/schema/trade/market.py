"""The market around the outlets: calendar, weather, events, prices, grades and the weekly supply plan."""

from xingke.schema.column import Column, ColumnType, Table
from xingke.words import both

T = ColumnType

CALENDAR_DAY = Table(
    name="calendar_day",
    label=both("日历", "Calendar"),
    grain=both("一行一天", "one row a day"),
    key=("day",),
    columns=(
        Column("day", T.DAY, both("日期", "Day"), required=True),
        Column("is_workday", T.FLAG, both("工作日（含调休上班）", "Working day, swapped ones included"), required=True),
        Column("is_swapped_workday", T.FLAG, both("调休上班", "Swapped working day"), required=True),
        Column("festival", T.TEXT, both("节日", "Festival")),
        Column("season", T.TEXT, both("旺季名称", "Peak season")),
        Column("days_to_spring_festival", T.INTEGER, both("距最近春节天数", "Days to the nearest Spring Festival"), required=True),
    ),
)

WEATHER_DAY = Table(
    name="weather_day",
    label=both("天气", "Weather"),
    grain=both("一行一个地区一天", "one row a county and day"),
    key=("county", "day"),
    day="day",
    columns=(
        Column("county", T.TEXT, both("县区", "County"), required=True),
        Column("day", T.DAY, both("日期", "Day"), required=True),
        Column("mean_celsius", T.NUMBER, both("平均气温", "Mean temperature"), required=True, minimum=-60, maximum=60),
        Column("rain_mm", T.NUMBER, both("降水量（毫米）", "Rain in mm"), required=True, minimum=0, maximum=2000),
    ),
)

LOCAL_EVENT = Table(
    name="local_event",
    label=both("本地事件", "Local event"),
    grain=both("一行一个事件", "one row an event near some outlets"),
    key=("event_id",),
    day="from_on",
    columns=(
        Column("event_id", T.INTEGER, both("事件编号", "Event id"), required=True, minimum=0),
        Column("outlet_id", T.INTEGER, both("零售户编号", "Outlet id"), required=True, minimum=0),
        Column("kind", T.TEXT, both("类别", "Kind"), required=True, choices=("wedding", "building_site", "fair", "tourist_spot")),
        Column("from_on", T.DAY, both("起始日", "From"), required=True),
        Column("until_on", T.DAY, both("终止日", "Until (exclusive)"), required=True),
    ),
)

PRICE = Table(
    name="price",
    label=both("市场价格", "Market price"),
    grain=both("一行一个县区、品规、周", "one row a county, SKU and week"),
    key=("county", "product_id", "week_on"),
    day="week_on",
    columns=(
        Column("county", T.TEXT, both("县区", "County"), required=True),
        Column("product_id", T.INTEGER, both("品规", "SKU"), required=True, minimum=0),
        Column("week_on", T.DAY, both("周一", "Monday of the week"), required=True),
        Column("wholesale_yuan", T.MONEY, both("批发价（元/条）", "Wholesale price a carton"), required=True, minimum=0),
        Column("guide_yuan", T.MONEY, both("零售指导价（元/条）", "Guide retail price a carton"), required=True, minimum=0),
        Column("street_yuan", T.MONEY, both("市场成交价（元/条）", "Street price a carton"), required=True, minimum=0),
    ),
)

GRADE_HISTORY = Table(
    name="grade_history",
    label=both("档位变更", "Grade history"),
    grain=both("一行一次定档", "one row an outlet and the day its grade was set"),
    key=("outlet_id", "from_on"),
    day="from_on",
    columns=(
        Column("outlet_id", T.INTEGER, both("零售户编号", "Outlet id"), required=True, minimum=0),
        Column("from_on", T.DAY, both("起始日", "From"), required=True),
        Column("grade", T.INTEGER, both("档位", "Grade"), required=True, minimum=1, maximum=30),
    ),
)

ALLOCATION = Table(
    name="allocation",
    label=both("货源投放", "Supply allocation"),
    grain=both("一行一周、品规、档位、标签值", "one row a week, SKU, grade and value of the tag"),
    key=("week_on", "product_id", "grade", "tag_value"),
    day="week_on",
    columns=(
        Column("week_on", T.DAY, both("周一", "Monday of the week"), required=True),
        Column("product_id", T.INTEGER, both("品规", "SKU"), required=True, minimum=0),
        Column("supply_class", T.TEXT, both("供应类别", "Supply class"), required=True, choices=("tight", "balanced", "full", "new")),
        Column(
            "method", T.TEXT, both("投放方式", "Method"), required=True, choices=("grade", "grade_tag", "price_band", "points", "demand")
        ),
        Column("tag", T.TEXT, both("标签", "Tag"), required=True),
        Column("tag_value", T.TEXT, both("标签值", "Value of the tag"), required=True),
        Column("grade", T.INTEGER, both("档位", "Grade"), required=True, minimum=1, maximum=30),
        Column("cap_cartons", T.INTEGER, both("投放上限（条）", "Cap in cartons"), required=True, minimum=0),
        Column("supply_cartons", T.INTEGER, both("全市计划供应（条）", "City supply planned, in cartons"), required=True, minimum=0),
    ),
)

TABLES = (CALENDAR_DAY, WEATHER_DAY, LOCAL_EVENT, PRICE, GRADE_HISTORY, ALLOCATION)
