"""The tables of truth of the firms' worlds. Weeks and days count from 0, the first Monday of the world."""

from xingke.schema import Table
from xingke.simulate.truth.columns import flag, integer, number, text
from xingke.simulate.truth.tables import EFFECT_TRUTH
from xingke.words import both

MEMBER_ID = integer("customer_id", "会员", "Member")

PLANTED = Table(
    name="planted",
    label=both("植入的数值", "Figures that were planted"),
    grain=both("一行一个数值", "one row a figure"),
    key=("name",),
    columns=(text("name", "名称", "Name"), number("value", "数值", "Value")),
)

LATENT_MEMBER = Table(
    name="latent_member",
    label=both("会员潜变量", "Latent traits of a member"),
    grain=both("一行一名会员", "one row a member"),
    key=("customer_id",),
    columns=(
        MEMBER_ID,
        number("monthly_visits", "月均到店", "Visits in a month of 30.4 days, before weather and weekday"),
        number("habit_minute", "惯常到店时刻（分钟）", "Habitual minute of arrival, local time"),
        number("spend_factor", "消费水平", "Factor on the amount of a ticket"),
        text("taste", "口味", "Kind of taste: the type of basket, or the activity liked best"),
        number("responsiveness", "响应度", "Factor on the effect of every message, mean 1"),
        number("frailty", "脆弱度", "Factor on the hazard of leaving, mean 1"),
    ),
)

MEMBER_OUTCOME = Table(
    name="member_outcome",
    label=both("会员潜在结果", "Potential outcomes of actions on a member"),
    grain=both("一行一名会员、一种动作、一个结果", "one row a member, action and measure"),
    key=("customer_id", "action", "measure"),
    columns=(
        MEMBER_ID,
        text("action", "动作", "Action"),
        text("measure", "作用于", "What it changes"),
        number("untreated", "不做时", "Without the action"),
        number("treated", "做时", "With it"),
    ),
)

MEMBER_LEAVING = Table(
    name="member_leaving",
    label=both("会员流失真相", "True leaving of members"),
    grain=both("一行一名离开的会员", "one row a member who left"),
    key=("customer_id",),
    columns=(
        MEMBER_ID,
        integer("onset_week", "起始周", "First week of fewer visits"),
        integer("left_week", "离开周", "First week without any visit"),
        flag("has_precursors", "有征兆", "Whether visits fell off before"),
    ),
)

LEAVING_WEEK = Table(
    name="leaving_week",
    label=both("周流失真相", "True leaving by week"),
    grain=both("一行一周", "one row a week"),
    key=("week",),
    columns=(
        integer("week", "周", "Week"),
        integer("members", "会员数", "Members at the start of the week"),
        number("expected_leavers", "期望流失", "Expected leavers, before chance"),
        integer("leavers", "流失", "Leavers"),
    ),
)

ITEM_TRUTH = Table(
    name="item_truth",
    label=both("商品真相", "Truth of an item"),
    grain=both("一行一个商品", "one row an item"),
    key=("product_id",),
    columns=(
        integer("product_id", "商品", "Item"),
        number("category_share", "品类内占比", "Share of the lines of its category at list price"),
        number("price_elasticity", "价格弹性", "Change of the log odds within its category for one of the log price, negative"),
    ),
)

CATEGORY_TRUTH = Table(
    name="category_truth",
    label=both("品类真相", "Truth of a category"),
    grain=both("一行一个品类", "one row a category"),
    key=("category",),
    columns=(
        text("category", "品类", "Category"),
        number("line_share", "行占比", "Share of order lines on ordinary days"),
        number("price_elasticity", "价格弹性", "Mean of its items' elasticities, negative"),
        number("hot_factor", "高温倍数", "Factor on its lines on days above 33 degrees"),
        number("loss_rate", "损耗率", "Expected share of what came in that is thrown away"),
    ),
)

CAUSED_TICKET = Table(
    name="caused_ticket",
    label=both("推送带来的小票", "Tickets that messages caused"),
    grain=both("一行一张小票", "one row a ticket that would not be there without a message"),
    key=("order_id",),
    columns=(integer("order_id", "订单", "Order, and visit"), text("campaign_key", "活动", "Campaign")),
)

RENEWAL_TRUTH = Table(
    name="renewal_truth",
    label=both("续费真相", "True chance of renewal"),
    grain=both("一行一次到期", "one row a membership that came to its end"),
    key=("customer_id", "due_day"),
    columns=(MEMBER_ID, integer("due_day", "到期日", "Day number"), number("chance", "续费概率", "Chance to renew")),
)

LEAD_TRUTH = Table(
    name="lead_truth",
    label=both("线索真相", "Truth of a lead"),
    grain=both("一行一条线索", "one row a lead"),
    key=("customer_id",),
    columns=(
        integer("customer_id", "线索", "Lead"),
        number("fit", "匹配度", "Fit, standardised"),
        number("intent", "意向", "Intent, standardised"),
        number("chance_at_once", "立即响应的成交概率", "Chance to win when answered at once"),
        number("chance", "成交概率", "Chance to win at the delay that happened"),
        flag("would_win_at_once", "立即响应是否成交", "Whether it is won when answered at once"),
        flag("is_won", "是否成交", "Whether it is won, also where it is not closed yet"),
    ),
)

LEAD_OUTCOME = Table(
    name="lead_outcome",
    label=both("响应时延的潜在结果", "Potential outcomes of the delay"),
    grain=both("一行一条线索、一个时延", "one row a lead and delay"),
    key=("customer_id", "delay_hours"),
    columns=(
        integer("customer_id", "线索", "Lead"),
        number("delay_hours", "响应时延（小时）", "Hours until the first answer"),
        number("chance", "成交概率", "Chance to win"),
        flag("is_won", "是否成交", "Whether it would be won"),
    ),
)

CHANNEL_TRUTH = Table(
    name="channel_truth",
    label=both("广告渠道真相", "Truth of an advertising channel"),
    grain=both("一行一个渠道", "one row a channel"),
    key=("channel",),
    columns=(
        text("channel", "渠道", "Channel"),
        number("adstock", "广告存量留存", "Share of the adstock kept from one week to the next"),
        number("ceiling", "饱和上限", "a: new customers a week that no spend can exceed"),
        number("rate_per_yuan", "响应速率", "b: in a * (1 - exp(-b * adstock))"),
        number("incremental_customers", "增量新客", "New customers that would not have come without the channel, all weeks"),
        number("claimed_customers", "平台归因新客", "New customers that the channel claims, all weeks"),
        number("true_share", "真实贡献占比", "Its share of all incremental new customers"),
        number("panel_credit", "样本真实贡献", "Conversions in the panel of touches, credited to what caused them"),
    ),
)

CHANNEL_WEEK = Table(
    name="channel_week",
    label=both("广告渠道周真相", "Truth of a channel in a week"),
    grain=both("一行一个渠道、一周", "one row a channel and week"),
    key=("channel", "week"),
    columns=(
        text("channel", "渠道", "Channel"),
        integer("week", "周", "Week"),
        number("adstock_yuan", "广告存量（元）", "Adstock"),
        number("efficiency", "效率", "Factor on the response: below 1 in planted weeks"),
        number("expected_customers", "期望增量", "Expected incremental new customers"),
        integer("incremental_customers", "增量", "Incremental new customers"),
    ),
)

CONVERSION_TRUTH = Table(
    name="conversion_truth",
    label=both("转化真相", "Truth of a person who converted"),
    grain=both("一行一名转化者", "one row a person of the panel who converted"),
    key=("customer_id",),
    columns=(
        integer("customer_id", "人员", "Person"),
        flag("is_incremental", "广告带来", "Whether advertising caused it"),
        flag("would_convert_anyway", "自然转化", "Whether it would have converted without any advertising, perhaps later"),
        integer("touches_needed", "所需触点", "Touches that it took: 1 or 2; 0 without advertising"),
    ),
)

CREDIT_TRUTH = Table(
    name="credit_truth",
    label=both("触点贡献真相", "True credit of a touch"),
    grain=both("一行一个有贡献的触点", "one row a touch that had a part in a conversion"),
    key=("touch_id",),
    columns=(
        integer("touch_id", "触点", "Touch"),
        integer("customer_id", "人员", "Person"),
        text("channel", "渠道", "Channel"),
        number("credit", "贡献", "Its part of the conversion; the parts add up to 1"),
    ),
)

MEMBER_LINK = Table(
    name="member_link",
    label=both("会员记录归属真相", "Which record is which member"),
    grain=both("一行一条来源记录", "one row a source record"),
    key=("system", "source_id"),
    columns=(
        text("system", "系统", "System"),
        text("source_id", "来源编号", "Key in the system"),
        MEMBER_ID,
        *(flag(f"{field}_is_right", f"{field} 正确", f"Whether {field} is as it really is") for field in ("name", "phone", "address")),
    ),
)

FIRM_TRUTH_TABLES = {
    table.name: table
    for table in (
        PLANTED, LATENT_MEMBER, MEMBER_OUTCOME, MEMBER_LEAVING, LEAVING_WEEK, ITEM_TRUTH, CATEGORY_TRUTH, CAUSED_TICKET, RENEWAL_TRUTH,
        LEAD_TRUTH, LEAD_OUTCOME, CHANNEL_TRUTH, CHANNEL_WEEK, CONVERSION_TRUTH, CREDIT_TRUTH, MEMBER_LINK, EFFECT_TRUTH,
    )
}  # fmt: skip
