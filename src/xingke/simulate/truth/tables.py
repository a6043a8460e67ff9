"""The tables of truth: their columns, grain and units. Weeks count from 0, the first week of the world."""

from xingke.schema import Table
from xingke.simulate.truth.columns import flag, integer, number, text
from xingke.words import both

OUTLET = integer("outlet_id", "零售户", "Outlet")

LATENT_OUTLET = Table(
    name="latent_outlet",
    label=both("零售户潜变量", "Latent traits of an outlet"),
    grain=both("一行一个零售户", "one row an outlet"),
    key=("outlet_id",),
    columns=(
        OUTLET,
        number("weekly_cartons", "周销量基数（条）", "Cartons a week at the start"),
        number("annual_trend", "年趋势", "Trend a year, as a log change"),
        number("cover_weeks", "备货周数", "Weeks of stock it likes to hold"),
        number("need", "需求", "Need"),
        number("engagement", "参与度", "Engagement"),
        number("irritability", "易烦度", "Irritability"),
        number("price_sensitivity", "价格敏感", "Price sensitivity"),
        number("influence", "影响力", "Influence: the in-degree of its opinion"),
        number("compliance", "守法倾向", "Propensity to keep the law"),
        number("satisfaction", "起始满意度", "Satisfaction at the start, 0..1"),
        number("frailty", "脆弱度", "Frailty: factor on the hazard of leaving"),
        number("promotion_propensity", "成长倾向", "Propensity to grow into the value tier"),
        number("cost_to_serve_yuan", "年服务成本（元）", "Cost to serve in a year"),
        *(number(f"class_{place}_share", f"{place}类烟销量占比", f"Share of cartons in price class {place}") for place in range(1, 6)),
        text("growth", "增长类型", "fast, declining or steady"),
    ),
)

LATENT_SKU = Table(
    name="latent_sku",
    label=both("品规潜变量", "Latent traits of a SKU"),
    grain=both("一行一个品规", "one row a SKU"),
    key=("product_id",),
    columns=(
        integer("product_id", "品规", "SKU"),
        number("volume_share", "销量占比", "Share of the city's cartons"),
        number("supply_ratio", "供需比", "Weekly supply over demand"),
        integer("launch_week", "上市周", "Week of launch; negative before the world", required=False),
        integer("retire_week", "退市周", "Week of retirement", required=False),
    ),
)

POTENTIAL_OUTCOME = Table(
    name="potential_outcome",
    label=both("潜在结果", "Potential outcomes of the actions"),
    grain=both("一行一个零售户、一种动作", "one row an outlet and action"),
    key=("outlet_id", "action"),
    columns=(
        OUTLET,
        text("action", "动作", "Action"),
        text("measure", "作用于", "What it changes: hazard_factor, amount_share, chance, ..."),
        number("untreated", "不做时", "Without the action"),
        number("treated", "做时", "With the action, at its full strength"),
    ),
)

OUTLET_WEEK = Table(
    name="outlet_week",
    label=both("零售户周真相", "True state of an outlet in a week"),
    grain=both("一行一个在营零售户、一周", "one row an open outlet and week"),
    key=("outlet_id", "week"),
    columns=(
        OUTLET,
        integer("week", "周", "Week"),
        number("expected_cartons", "期望需求（条）", "Expected consumer demand in cartons, before chance"),
        number("demand_cartons", "消费需求（条）", "Consumer demand in cartons"),
        number("sold_cartons", "售出（条）", "Sold over the counter"),
        number("asked_cartons", "订货需求（条）", "Asked for at the wholesaler"),
        number("ordered_cartons", "订购（条）", "Ordered"),
        number("ordered_yuan", "订购额（元）", "Ordered, in yuan"),
        number("satisfaction", "满意度", "Satisfaction, 0..1"),
        number("hazard", "离开风险", "Hazard in this week of starting to leave"),
        flag("is_at_risk", "正在流失", "Already on the way out"),
    ),
)

DEMAND_TRUTH = Table(
    name="demand_truth",
    label=both("需求真相", "True demand"),
    grain=both("一行一个品规、一周（全市）", "one row a SKU and week, the whole city"),
    key=("product_id", "week"),
    columns=(
        integer("product_id", "品规", "SKU"),
        integer("week", "周", "Week"),
        number("expected_cartons", "期望需求（条）", "Expected demand, before the city's shock and chance"),
        number("demand_cartons", "消费需求（条）", "Consumer demand"),
        number("asked_cartons", "订货需求（条）", "Asked for"),
        number("ordered_cartons", "订购（条）", "Ordered"),
        number("supply_cartons", "供应（条）", "Supply of the week"),
    ),
)

CELL_TRUTH = Table(
    name="cell_truth",
    label=both("单元需求真相（抽样）", "True demand of single cells, a sample"),
    grain=both("一行一个零售户、品规、周", "one row an outlet, SKU and week"),
    key=("outlet_id", "product_id", "week"),
    columns=(
        OUTLET,
        integer("product_id", "品规", "SKU"),
        integer("week", "周", "Week"),
        number("expected_cartons", "期望需求（条）", "Expected demand"),
        integer("demand_cartons", "消费需求（条）", "Consumer demand"),
    ),
)

CHURN_TRUTH = Table(
    name="churn_truth",
    label=both("流失真相", "True leaving"),
    grain=both("一行一次离开过程", "one row an outlet that started to leave"),
    key=("outlet_id", "onset_week"),
    columns=(
        OUTLET,
        text("cause", "原因", "Cause: service, supply, price, closing, sudden, early (a newcomer that fails)"),
        integer("onset_week", "起始周", "Week in which it began"),
        integer("left_week", "离开周", "First week without any order; empty if it was kept", required=False),
        flag("was_saved", "已挽回", "Kept by an action"),
        flag("has_precursors", "有征兆", "Whether there were signs"),
        flag("closed_licence", "注销许可证", "Whether the licence was closed as well"),
    ),
)

CAUSE_TRUTH = Table(
    name="cause_truth",
    label=both("流失原因与证据", "Causes of leaving and their evidence"),
    grain=both("一行一个零售户、一次判断", "one row an outlet and moment: leavers at their leaving, and as many others"),
    key=("outlet_id", "week"),
    columns=(
        OUTLET,
        integer("week", "周", "Week of the judgement"),
        text("cause", "原因", "Cause, or none for an outlet that stays"),
        flag("service_evidence", "服务证据", "Two late deliveries or an open complaint in the 8 weeks before"),
        flag("supply_evidence", "货源证据", "Order-fill of wanted tight SKUs below 0.35 in the 8 weeks before"),
        flag("price_evidence", "价格证据", "Local price index below 1.08 in the 8 weeks before"),
        flag("closing_evidence", "歇业证据", "Sales below 0.82 of the orders in the 8 weeks before: they fell first"),
    ),
)

ANOMALY_TRUTH = Table(
    name="anomaly_truth",
    label=both("违规真相", "True wrongdoing, and what looks like it"),
    grain=both("一行一户的一次", "one row an outlet and episode"),
    key=("case_id", "outlet_id"),
    columns=(
        integer("case_id", "案件", "Case"),
        OUTLET,
        text("kind", "类别", "Kind of wrongdoing (diversion, proxy_ring, ...), or of an honest neighbour (honest_look_alike, family, ...)"),
        integer("from_week", "起始周", "First week"),
        integer("until_week", "结束周", "Last week"),
        flag("is_wrong", "是否违规", "False for honest look-alikes"),
    ),
)

ENTITY_LINK = Table(
    name="entity_link",
    label=both("记录归属真相", "Which record is whom"),
    grain=both("一行一条来源记录", "one row a source record"),
    key=("system", "source_id"),
    columns=(
        text("system", "系统", "System"),
        text("source_id", "来源编号", "Key in the system"),
        integer("outlet_id", "零售户", "Outlet; empty for a fictitious record", required=False),
        integer("owner_id", "持证人", "Owner; empty for a fictitious record", required=False),
        *(
            flag(f"{field}_is_right", f"{field} 正确", f"Whether {field} is as it really is")
            for field in ("name", "owner_name", "phone", "address", "licence_no", "format")
        ),
    ),
)

EFFECT_TRUTH = Table(
    name="effect_truth",
    label=both("活动效果真相", "True effect of a message"),
    grain=both("一行一次活动的一个成员", "one row a campaign and member"),
    key=("campaign_key", "customer_id"),
    columns=(
        text("campaign_key", "活动", "Campaign"),
        integer("customer_id", "客户", "Customer"),
        number("chance_untreated", "不触达的转化概率", "Chance to convert without the message"),
        number("chance_treated", "触达的转化概率", "Chance to convert with it"),
        flag("converts_untreated", "不触达是否转化", "Whether it converts without"),
        flag("converts_treated", "触达是否转化", "Whether it converts with"),
    ),
)

TIER_TRUTH = Table(
    name="tier_truth",
    label=both("分层真相", "True tier"),
    grain=both("一行一个零售户、一个自然年", "one row an outlet and calendar year"),
    key=("outlet_id", "year"),
    columns=(
        OUTLET,
        integer("year", "年", "Year"),
        number("lasting_yuan", "真实年销售额（元）", "Yearly amount without hoarding and chance"),
        number("profit_yuan", "年利润贡献（元）", "Profit to the company in the year"),
        text("tier", "分层", "value, potential or base"),
    ),
)

LEADER_TRUTH = Table(
    name="leader_truth",
    label=both("意见领袖真相", "True opinion leaders"),
    grain=both("一行一位意见领袖", "one row a leader"),
    key=("outlet_id",),
    columns=(OUTLET, integer("followers", "追随者", "Outlets that listen to it")),
)

HOARDER_TRUTH = Table(
    name="hoarder_truth",
    label=both("囤货与结构切换真相", "True hoarders and switchers"),
    grain=both("一行一个零售户、一种行为", "one row an outlet and habit"),
    key=("outlet_id", "kind"),
    columns=(
        OUTLET,
        text("kind", "类别", "seasonal, one_off or switcher"),
        number("factor", "倍数", "By how much orders are inflated, or the share of the mix that moves"),
        integer("week", "周", "Week of the switch", required=False),
    ),
)

BEST_CHANNEL_TRUTH = Table(
    name="best_channel_truth",
    label=both("最佳触达真相", "True best way to reach"),
    grain=both("一行一个零售户", "one row an outlet"),
    key=("outlet_id",),
    columns=(
        OUTLET,
        text("channel", "渠道", "Channel"),
        integer("hour", "小时", "Hour of the day"),
        text("content", "内容", "Kind of content"),
    ),
)

NEXT_PRODUCT_TRUTH = Table(
    name="next_product_truth",
    label=both("适配品规真相", "SKUs that really fit an outlet"),
    grain=both("一行一个零售户、一个品规", "one row an outlet and SKU that it did not order in history but would sell best"),
    key=("outlet_id", "product_id"),
    columns=(OUTLET, integer("product_id", "品规", "SKU"), number("expected_cartons", "期望周销（条）", "Cartons it would sell in a week")),
)

TRUTH_TABLES = {
    table.name: table
    for table in (
        LATENT_OUTLET, LATENT_SKU, POTENTIAL_OUTCOME, OUTLET_WEEK, DEMAND_TRUTH, CELL_TRUTH, CHURN_TRUTH, CAUSE_TRUTH, ANOMALY_TRUTH,
        ENTITY_LINK, EFFECT_TRUTH, TIER_TRUTH, LEADER_TRUTH, HOARDER_TRUTH, BEST_CHANNEL_TRUTH, NEXT_PRODUCT_TRUTH,
    )
}  # fmt: skip
