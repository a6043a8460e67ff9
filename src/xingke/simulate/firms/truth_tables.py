"""The tables of truth of the firms' worlds. Weeks and days count from 0, the first Monday of the world."""

from xingke.schema import Column, ColumnType, Table
from xingke.simulate.truth.tables import EFFECT_TRUTH
from xingke.words import both

T = ColumnType


def _int(name: str, zh: str, en: str, *, required: bool = True) -> Column:
    return Column(name, T.INTEGER, both(zh, en), required=required)


def _num(name: str, zh: str, en: str, *, required: bool = True) -> Column:
    return Column(name, T.NUMBER, both(zh, en), required=required)


def _text(name: str, zh: str, en: str, *, required: bool = True) -> Column:
    return Column(name, T.TEXT, both(zh, en), required=required)


def _flag(name: str, zh: str, en: str) -> Column:
    return Column(name, T.FLAG, both(zh, en), required=True)


MEMBER_ID = _int("customer_id", "会员", "Member")

PLANTED = Table(
    name="planted",
    label=both("植入的数值", "Figures that were planted"),
    grain=both("一行一个数值", "one row a figure"),
    key=("name",),
    columns=(_text("name", "名称", "Name"), _num("value", "数值", "Value")),
)

LATENT_MEMBER = Table(
    name="latent_member",
    label=both("会员潜变量", "Latent traits of a member"),
    grain=both("一行一名会员", "one row a member"),
    key=("customer_id",),
    columns=(
        MEMBER_ID,
        _num("monthly_visits", "月均到店", "Visits in a month of 30.4 days, before weather and weekday"),
        _num("habit_minute", "惯常到店时刻（分钟）", "Habitual minute of arrival, local time"),
        _num("spend_factor", "消费水平", "Factor on the amount of a ticket"),
        _text("taste", "口味", "Kind of taste: the type of basket, or the activity liked best"),
        _num("responsiveness", "响应度", "Factor on the effect of every message, mean 1"),
        _num("frailty", "脆弱度", "Factor on the hazard of leaving, mean 1"),
    ),
)

MEMBER_OUTCOME = Table(
    name="member_outcome",
    label=both("会员潜在结果", "Potential outcomes of actions on a member"),
    grain=both("一行一名会员、一种动作、一个结果", "one row a member, action and measure"),
    key=("customer_id", "action", "measure"),
    columns=(
        MEMBER_ID,
        _text("action", "动作", "Action"),
        _text("measure", "作用于", "What it changes"),
        _num("untreated", "不做时", "Without the action"),
        _num("treated", "做时", "With it"),
    ),
)

MEMBER_LEAVING = Table(
    name="member_leaving",
    label=both("会员流失真相", "True leaving of members"),
    grain=both("一行一名离开的会员", "one row a member who left"),
    key=("customer_id",),
    columns=(
        MEMBER_ID,
        _int("onset_week", "起始周", "First week of fewer visits"),
        _int("left_week", "离开周", "First week without any visit"),
        _flag("has_precursors", "有征兆", "Whether visits fell off before"),
    ),
)

LEAVING_WEEK = Table(
    name="leaving_week",
    label=both("周流失真相", "True leaving by week"),
    grain=both("一行一周", "one row a week"),
    key=("week",),
    columns=(
        _int("week", "周", "Week"),
        _int("members", "会员数", "Members at the start of the week"),
        _num("expected_leavers", "期望流失", "Expected leavers, before chance"),
        _int("leavers", "流失", "Leavers"),
    ),
)

ITEM_TRUTH = Table(
    name="item_truth",
    label=both("商品真相", "Truth of an item"),
    grain=both("一行一个商品", "one row an item"),
    key=("product_id",),
    columns=(
        _int("product_id", "商品", "Item"),
        _num("category_share", "品类内占比", "Share of the lines of its category at list price"),
        _num("price_elasticity", "价格弹性", "Change of the log odds within its category for one of the log price, negative"),
    ),
)

CATEGORY_TRUTH = Table(
    name="category_truth",
    label=both("品类真相", "Truth of a category"),
    grain=both("一行一个品类", "one row a category"),
    key=("category",),
    columns=(
        _text("category", "品类", "Category"),
        _num("line_share", "行占比", "Share of order lines on ordinary days"),
        _num("price_elasticity", "价格弹性", "Mean of its items' elasticities, negative"),
        _num("hot_factor", "高温倍数", "Factor on its lines on days above 33 degrees"),
        _num("loss_rate", "损耗率", "Expected share of what came in that is thrown away"),
    ),
)

CAUSED_TICKET = Table(
    name="caused_ticket",
    label=both("推送带来的小票", "Tickets that messages caused"),
    grain=both("一行一张小票", "one row a ticket that would not be there without a message"),
    key=("order_id",),
    columns=(_int("order_id", "订单", "Order, and visit"), _text("campaign_key", "活动", "Campaign")),
)

RENEWAL_TRUTH = Table(
    name="renewal_truth",
    label=both("续费真相", "True chance of renewal"),
    grain=both("一行一次到期", "one row a membership that came to its end"),
    key=("customer_id", "due_day"),
    columns=(MEMBER_ID, _int("due_day", "到期日", "Day number"), _num("chance", "续费概率", "Chance to renew")),
)

LEAD_TRUTH = Table(
    name="lead_truth",
    label=both("线索真相", "Truth of a lead"),
    grain=both("一行一条线索", "one row a lead"),
    key=("customer_id",),
    columns=(
        _int("customer_id", "线索", "Lead"),
        _num("fit", "匹配度", "Fit, standardised"),
        _num("intent", "意向", "Intent, standardised"),
        _num("chance_at_once", "立即响应的成交概率", "Chance to win when answered at once"),
        _num("chance", "成交概率", "Chance to win at the delay that happened"),
        _flag("would_win_at_once", "立即响应是否成交", "Whether it is won when answered at once"),
        _flag("is_won", "是否成交", "Whether it is won, also where it is not closed yet"),
    ),
)

LEAD_OUTCOME = Table(
    name="lead_outcome",
    label=both("响应时延的潜在结果", "Potential outcomes of the delay"),
    grain=both("一行一条线索、一个时延", "one row a lead and delay"),
    key=("customer_id", "delay_hours"),
    columns=(
        _int("customer_id", "线索", "Lead"),
        _num("delay_hours", "响应时延（小时）", "Hours until the first answer"),
        _num("chance", "成交概率", "Chance to win"),
        _flag("is_won", "是否成交", "Whether it would be won"),
    ),
)

CHANNEL_TRUTH = Table(
    name="channel_truth",
    label=both("广告渠道真相", "Truth of an advertising channel"),
    grain=both("一行一个渠道", "one row a channel"),
    key=("channel",),
    columns=(
        _text("channel", "渠道", "Channel"),
        _num("adstock", "广告存量留存", "Share of the adstock kept from one week to the next"),
        _num("ceiling", "饱和上限", "a: new customers a week that no spend can exceed"),
        _num("rate_per_yuan", "响应速率", "b: in a * (1 - exp(-b * adstock))"),
        _num("incremental_customers", "增量新客", "New customers that would not have come without the channel, all weeks"),
        _num("claimed_customers", "平台归因新客", "New customers that the channel claims, all weeks"),
        _num("true_share", "真实贡献占比", "Its share of all incremental new customers"),
        _num("panel_credit", "样本真实贡献", "Conversions in the panel of touches, credited to what caused them"),
    ),
)

CHANNEL_WEEK = Table(
    name="channel_week",
    label=both("广告渠道周真相", "Truth of a channel in a week"),
    grain=both("一行一个渠道、一周", "one row a channel and week"),
    key=("channel", "week"),
    columns=(
        _text("channel", "渠道", "Channel"),
        _int("week", "周", "Week"),
        _num("adstock_yuan", "广告存量（元）", "Adstock"),
        _num("efficiency", "效率", "Factor on the response: below 1 in planted weeks"),
        _num("expected_customers", "期望增量", "Expected incremental new customers"),
        _int("incremental_customers", "增量", "Incremental new customers"),
    ),
)

CONVERSION_TRUTH = Table(
    name="conversion_truth",
    label=both("转化真相", "Truth of a person who converted"),
    grain=both("一行一名转化者", "one row a person of the panel who converted"),
    key=("customer_id",),
    columns=(
        _int("customer_id", "人员", "Person"),
        _flag("is_incremental", "广告带来", "Whether advertising caused it"),
        _flag("would_convert_anyway", "自然转化", "Whether it would have converted without any advertising, perhaps later"),
        _int("touches_needed", "所需触点", "Touches that it took: 1 or 2; 0 without advertising"),
    ),
)

CREDIT_TRUTH = Table(
    name="credit_truth",
    label=both("触点贡献真相", "True credit of a touch"),
    grain=both("一行一个有贡献的触点", "one row a touch that had a part in a conversion"),
    key=("touch_id",),
    columns=(
        _int("touch_id", "触点", "Touch"),
        _int("customer_id", "人员", "Person"),
        _text("channel", "渠道", "Channel"),
        _num("credit", "贡献", "Its part of the conversion; the parts add up to 1"),
    ),
)

MEMBER_LINK = Table(
    name="member_link",
    label=both("会员记录归属真相", "Which record is which member"),
    grain=both("一行一条来源记录", "one row a source record"),
    key=("system", "source_id"),
    columns=(
        _text("system", "系统", "System"),
        _text("source_id", "来源编号", "Key in the system"),
        MEMBER_ID,
        *(_flag(f"{field}_is_right", f"{field} 正确", f"Whether {field} is as it really is") for field in ("name", "phone", "address")),
    ),
)

FIRM_TRUTH_TABLES = {
    table.name: table
    for table in (
        PLANTED, LATENT_MEMBER, MEMBER_OUTCOME, MEMBER_LEAVING, LEAVING_WEEK, ITEM_TRUTH, CATEGORY_TRUTH, CAUSED_TICKET, RENEWAL_TRUTH,
        LEAD_TRUTH, LEAD_OUTCOME, CHANNEL_TRUTH, CHANNEL_WEEK, CONVERSION_TRUTH, CREDIT_TRUTH, MEMBER_LINK, EFFECT_TRUTH,
    )
}  # fmt: skip
