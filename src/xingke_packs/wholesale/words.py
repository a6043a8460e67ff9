"""Words of wholesale to outlets."""

from xingke.words import Words, both

LABEL = both("批发（持证网点）", "Wholesale to licensed outlets")
DESCRIPTION = both(
    "向持证零售网点供货的批发：订货节奏、品类结构、价类与服务。适用于专营或受监管的商品。",
    "Wholesale supply of licensed retail outlets: ordering rhythm, mix, price classes and service, for regulated goods and monopolies.",
)

WORDS: dict[str, Words] = {
    "customer": both("网点", "Outlet"),
    "customers": both("网点", "Outlets"),
    "customer_manager": both("客户经理", "Account manager"),
    "org_unit": both("组织单元", "Organisation unit"),
    "order": both("订单", "Order"),
    "order_day": both("订货日", "Order day"),
    "order_cycle": both("订货周期", "Order cycle"),
    "product": both("商品", "Product"),
    "category": both("品类", "Category"),
    "brand": both("品牌", "Brand"),
    "maker": both("厂商", "Maker"),
    "quantity_unit": both("件", "Unit"),
    "amount": both("订货额", "Order amount"),
    "price_class": both("价类", "Price class"),
    "format": both("业态", "Format"),
    "market_type": both("市场类型", "Market type"),
    "licence": both("经营许可证", "Licence"),
    "visit": both("拜访", "Visit"),
    "campaign": both("活动", "Campaign"),
    "mix": both("结构", "Mix"),
}

FORMATS: dict[str, Words] = {
    "supermarket": both("超市", "Supermarket"),
    "grocery": both("食杂店", "Grocery"),
    "convenience": both("便利店", "Convenience store"),
    "liquor_store": both("酒类专卖店", "Liquor store"),
    "drug_store": both("药店", "Drug store"),
    "department_store": both("百货与折扣店", "Department and discount store"),
    "wholesale_club": both("会员仓储店", "Wholesale club"),
    "tobacco_shop": both("烟草店", "Tobacco shop"),
    "producer": both("生产与经销商", "Producer or distributor"),
    "other": both("其他", "Other"),
}

FORMAT_SYNONYMS: dict[str, tuple[str, ...]] = {
    "supermarket": ("超级市场", "综合超市", "大型超市", "连锁超市", "大卖场"),
    "grocery": ("食杂", "杂货店", "食品店", "副食店", "小卖部"),
    "convenience": ("便利", "便利商店", "连锁便利店", "24小时便利店"),
    "liquor_store": ("酒类", "酒类店", "酒行", "酒庄", "酒水店"),
    "drug_store": ("药房", "大药房"),
    "department_store": ("百货", "百货店", "百货商店", "百货商场"),
    "tobacco_shop": ("烟草专卖店", "烟店"),
    "other": ("其它",),
}
"""What systems also write; words that could be two formats (商店, 专卖店) are left out."""

MARKET_TYPES: dict[str, Words] = {"urban": both("城镇", "Urban"), "rural": both("乡村", "Rural")}

PRICE_CLASSES: dict[int, Words] = {
    1: both("高价", "Top price"),
    2: both("次高价", "Upper price"),
    3: both("中价", "Middle price"),
    4: both("次低价", "Lower price"),
    5: both("低价", "Bottom price"),
}

STRATEGIES: dict[str, Words] = {
    "value_tier.value": both("专人服务，优先满足服务需求，季度面谈一次", "A named manager, service first, a talk every quarter"),
    "value_tier.potential": both("补齐缺少的品类，帮助改善陈列与周转", "Fill missing categories; help with display and turnover"),
    "value_tier.base": both("自助订货为主，按期提醒，电话服务", "Self-service ordering, reminders in time, service by phone"),
    "rfm_level.new": both("首单后两周内回访，讲清订货流程", "Call within two weeks of the first order and explain ordering"),
    "rfm_level.churn_warning": both("客户经理当周联系，问清原因并记录", "The manager calls this week, asks why and notes it"),
    "rfm_level.dormant": both("低频提醒；先核对许可证与经营状态", "Rare reminders; first check licence and whether the shop is open"),
    "rfm_level.high_value": both("守住订货周期，新品先告知", "Keep the order cycle; announce new products first"),
    "rfm_level.potential": both("按同类网点推荐缺少的商品", "Suggest what outlets like this one also stock"),
    "rfm_level.ordinary": both("常规服务", "Regular service"),
}
