"""Words of retail to consumers."""

from xingke.words import Words, both

LABEL = both("零售（会员）", "Retail to members")
DESCRIPTION = both(
    "面向消费者的零售：会员、购物篮、活动与优惠券。",
    "Retail to consumers: members, baskets, campaigns and coupons.",
)

WORDS: dict[str, Words] = {
    "customer": both("会员", "Member"),
    "customers": both("会员", "Members"),
    "customer_manager": both("会员顾问", "Member adviser"),
    "org_unit": both("门店", "Store"),
    "order": both("购物", "Purchase"),
    "order_day": both("到店日", "Day of visit"),
    "order_cycle": both("购物周期", "Shopping cycle"),
    "product": both("商品", "Product"),
    "category": both("品类", "Category"),
    "brand": both("品牌", "Brand"),
    "maker": both("厂商", "Maker"),
    "quantity_unit": both("件", "Item"),
    "amount": both("消费额", "Spend"),
    "ticket": both("客单价", "Value per purchase"),
    "price_class": both("价格带", "Price band"),
    "format": both("店型", "Store format"),
    "market_type": both("市场类型", "Market type"),
    "campaign": both("活动", "Campaign"),
    "coupon": both("优惠券", "Coupon"),
    "redemption": both("核销", "Redemption"),
    "visit": both("到店", "Store visit"),
    "mix": both("结构", "Mix"),
}

FORMATS: dict[str, Words] = {}
MARKET_TYPES: dict[str, Words] = {"urban": both("城镇", "Urban"), "rural": both("乡村", "Rural")}

PRICE_CLASSES: dict[int, Words] = {
    1: both("高端", "Premium"),
    2: both("中高端", "Upper"),
    3: both("中端", "Middle"),
    4: both("实惠", "Value"),
    5: both("低价", "Budget"),
}

STRATEGIES: dict[str, Words] = {
    "value_tier.value": both("专属权益与优先服务，少打扰", "Own benefits and priority service, few messages"),
    "value_tier.potential": both("按购物篮推荐相邻品类，配合优惠券", "Suggest neighbouring categories by basket, with coupons"),
    "value_tier.base": both("低成本自动触达，促成下一次到店", "Automated, low-cost messages towards the next visit"),
    "rfm_level.new": both("首购后一周内欢迎，并给第二次到店的理由", "A welcome within a week and a reason for the second visit"),
    "rfm_level.churn_warning": both("在其常购品类上给一次有期限的优惠", "One dated offer in the categories they used to buy"),
    "rfm_level.dormant": both("低频唤醒，连续两次无反馈即停止", "Wake up rarely; stop after two without an answer"),
    "rfm_level.high_value": both("答谢而非打折，邀请评价与推荐", "Thank rather than discount; invite reviews and referrals"),
    "rfm_level.potential": both("提高到店频次：周期性提醒与组合优惠", "More visits: reminders by cycle and combined offers"),
    "rfm_level.ordinary": both("常规活动", "Regular campaigns"),
}
