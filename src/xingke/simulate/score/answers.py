"""The tables of answers that a world can be asked to score: their columns, grain, units and bounds.

`customer_id` is the id of the outlet. A day named `as_of` is a Monday and exclusive: what happened on it was not known.
"""

from collections.abc import Mapping

from xingke.schema import Column, ColumnType, Table
from xingke.schema.trade.identity import SYSTEMS
from xingke.words import both

T = ColumnType

FORECAST_LEVELS = ("city", "outlet_week", "outlet_month", "cell")
CAUSES = ("service", "supply", "price", "closing", "sudden", "early", "none")
TIERS = ("value", "potential", "base")
WRONGDOING = ("diversion", "proxy_ring", "empty_shell", "grade_manipulation", "licence_lent")
GOLDEN_FIELDS = ("name", "owner_name", "phone", "address", "licence_no", "format")


def _customer(*, required: bool = True) -> Column:
    return Column("customer_id", T.INTEGER, both("零售户编号", "Outlet id"), required=required, minimum=0)


def _product(*, required: bool = True) -> Column:
    return Column("product_id", T.INTEGER, both("品规编号", "SKU id"), required=required, minimum=0)


AS_OF = Column("as_of", T.DAY, both("评估日（周一，不含当日）", "Day of the judgement, a Monday, exclusive"), required=True)
CAMPAIGN_KEY = Column("campaign_key", T.TEXT, both("活动编号", "Campaign key"), required=True)

CHURN_SCORE = Table(
    name="churn_score",
    label=both("流失评分", "Churn score"),
    grain=both("一行一个零售户、一个评估日", "one row an outlet and day"),
    key=("customer_id", "as_of"),
    columns=(
        _customer(),
        AS_OF,
        Column(
            "probability",
            T.NUMBER,
            both("30 天内离开的概率", "Probability of leaving within 30 days"),
            required=True,
            minimum=0,
            maximum=1,
        ),
    ),
)

CHURN_CAUSE = Table(
    name="churn_cause",
    label=both("流失原因", "Cause of leaving"),
    grain=both("一行一个零售户、一个评估日", "one row an outlet and day"),
    key=("customer_id", "as_of"),
    columns=(_customer(), AS_OF, Column("cause", T.TEXT, both("原因", "Cause"), required=True, choices=CAUSES)),
)

TIER = Table(
    name="tier",
    label=both("价值分层", "Value tier"),
    grain=both("一行一个零售户、一个评估日", "one row an outlet and day"),
    key=("customer_id", "as_of"),
    columns=(_customer(), AS_OF, Column("tier", T.TEXT, both("分层", "Tier"), required=True, choices=TIERS)),
)

FORECAST = Table(
    name="forecast",
    label=both("需求预测", "Forecast of demand"),
    grain=both("一行一个层级、零售户、品规、时段", "one row a level, outlet, SKU and period, as far as the level has them"),
    key=("level", "customer_id", "product_id", "from_on"),
    columns=(
        Column("level", T.TEXT, both("层级", "Level"), required=True, choices=FORECAST_LEVELS),
        _customer(required=False),
        _product(required=False),
        Column("from_on", T.DAY, both("时段首日（周一）", "First day of the period, a Monday"), required=True),
        Column("quantity_cartons", T.NUMBER, both("需求量（条）", "Quantity in cartons"), required=True, minimum=0),
    ),
)

UPLIFT = Table(
    name="uplift",
    label=both("增益评分", "Uplift score"),
    grain=both("一行一次活动的一个成员", "one row a campaign and member"),
    key=("campaign_key", "customer_id"),
    columns=(
        CAMPAIGN_KEY,
        _customer(),
        Column("score", T.NUMBER, both("评分，越大增益越高", "Score, larger for a larger effect"), required=True),
    ),
)

ANOMALY = Table(
    name="anomaly",
    label=both("违规线索", "Suspicion of wrongdoing"),
    grain=both("一行一个零售户、一种违规、一次", "one row an outlet, kind and episode"),
    key=("customer_id", "kind", "from_on"),
    columns=(
        _customer(),
        Column("kind", T.TEXT, both("类别", "Kind"), required=True, choices=WRONGDOING),
        Column("from_on", T.DAY, both("起始日", "First day of the episode"), required=True),
        Column("score", T.NUMBER, both("评分，越大越可疑", "Score, larger for more suspicious"), required=True),
    ),
)

ENTITY_CLUSTER = Table(
    name="entity_cluster",
    label=both("记录归并", "Clusters of records"),
    grain=both("一行一条来源记录", "one row a source record"),
    key=("system", "source_id"),
    columns=(
        Column("system", T.TEXT, both("系统", "System"), required=True, choices=SYSTEMS),
        Column("source_id", T.TEXT, both("来源编号", "Key in the system"), required=True),
        Column("cluster_id", T.TEXT, both("客户簇", "Cluster: records of one id are one customer"), required=True),
    ),
)

GOLDEN_RECORD = Table(
    name="golden_record",
    label=both("黄金记录", "Golden record"),
    grain=both("一行一个客户簇", "one row a cluster"),
    key=("cluster_id",),
    columns=(
        Column("cluster_id", T.TEXT, both("客户簇", "Cluster"), required=True),
        Column("name", T.TEXT, both("店名", "Name")),
        Column("owner_name", T.TEXT, both("负责人", "Owner"), personal=True),
        Column("phone", T.TEXT, both("电话", "Phone"), personal=True),
        Column("address", T.TEXT, both("地址", "Address"), personal=True),
        Column("licence_no", T.TEXT, both("许可证号", "Licence number")),
        Column("format", T.TEXT, both("业态", "Format")),
    ),
)

RECOMMENDATION = Table(
    name="recommendation",
    label=both("品规推荐", "Recommended SKUs"),
    grain=both("一行一个零售户、一个品规", "one row an outlet and SKU"),
    key=("customer_id", "product_id"),
    columns=(_customer(), _product(), Column("rank", T.INTEGER, both("名次，1 最前", "Rank, 1 is first"), required=True, minimum=1)),
)

LEADER = Table(
    name="leader",
    label=both("意见领袖评分", "Score of opinion leaders"),
    grain=both("一行一个零售户", "one row an outlet"),
    key=("customer_id",),
    columns=(_customer(), Column("score", T.NUMBER, both("评分，越大越像", "Score, larger for more likely"), required=True)),
)

EFFECT = Table(
    name="effect",
    label=both("活动效果估计", "Estimated effect of a campaign"),
    grain=both("一行一次活动", "one row a campaign"),
    key=("campaign_key",),
    columns=(
        CAMPAIGN_KEY,
        Column("estimate", T.NUMBER, both("转化率提升", "Change of the conversion rate"), required=True, minimum=-1, maximum=1),
        Column("low", T.NUMBER, both("95% 区间下限", "Lower end of the 95 % interval"), required=True, minimum=-1, maximum=1),
        Column("high", T.NUMBER, both("95% 区间上限", "Upper end of the 95 % interval"), required=True, minimum=-1, maximum=1),
    ),
)

LEAD_SCORE = Table(
    name="lead_score",
    label=both("线索评分", "Lead score"),
    grain=both("一行一条线索", "one row a lead"),
    key=("customer_id",),
    columns=(
        _customer(),
        Column("probability", T.NUMBER, both("成交概率", "Probability of winning"), required=True, minimum=0, maximum=1),
    ),
)

CHANNEL_SHARE = Table(
    name="channel_share",
    label=both("渠道贡献", "Contribution of channels"),
    grain=both("一行一个渠道", "one row a channel"),
    key=("channel",),
    columns=(
        Column("channel", T.TEXT, both("渠道", "Channel"), required=True),
        Column("share", T.NUMBER, both("占增量新客的比例", "Share of incremental new customers"), required=True, minimum=0, maximum=1),
    ),
)

ANSWER_TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        CHURN_SCORE, CHURN_CAUSE, TIER, FORECAST, UPLIFT, ANOMALY, ENTITY_CLUSTER, GOLDEN_RECORD, RECOMMENDATION, LEADER, EFFECT,
        LEAD_SCORE, CHANNEL_SHARE,
    )
}  # fmt: skip
"""Every answer table by name; all are optional."""
