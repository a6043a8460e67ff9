"""Words of tobacco wholesale in China, as the trade itself uses them; terms that wholesale already has are here only where they differ."""

from xingke.words import Words, both

LABEL = both("烟草商业", "Tobacco wholesale")
DESCRIPTION = both(
    "烟草商业公司面向持证零售户：档位、价类、订货周期与货源；消费者不是受众，营销止于依法的行业告知与服务。",
    "Tobacco wholesale to licensed retailers: grades, price classes, order cycles and supply. Consumers are no audience; action ends at "
    "lawful trade notices and service.",
)

GRADES = (1, 30)
"""30 is the highest grade."""

WORDS: dict[str, Words] = {
    # who
    "customer": both("零售户", "Retailer"),
    "customers": both("零售户", "Retailers"),
    "customer_manager": both("客户经理", "Customer manager"),
    "market_manager": both("市场经理", "Market manager"),
    "wholesaler": both("商业公司", "Wholesale company"),
    "maker": both("工业公司", "Manufacturer"),
    "licensee": both("持证人", "Licence holder"),
    "deliverer": both("送货员", "Deliverer"),
    "order_clerk": both("订单员", "Order clerk"),
    "inspector": both("稽查员", "Inspector"),
    "peer_group": both("自律小组", "Self-discipline group"),
    "territory": both("片区", "Territory"),
    "org_unit": both("组织单元", "Organisation unit"),
    # licence and place
    "monopoly": both("烟草专卖", "Tobacco monopoly"),
    "licence": both("专卖零售许可证", "Retail licence"),
    "licence_no": both("许可证号", "Licence number"),
    "licence_status": both("停业、歇业或恢复营业", "Licence status"),
    "format": both("业态", "Shop format"),
    "market_type": both("市场类型", "Market type"),
    "district_type": both("商圈类型", "Business district type"),
    "settlement_class": both("城乡分类", "Urban-rural class"),
    "terminal": both("终端", "Retail terminal"),
    "terminal_type": both("终端类型", "Terminal type"),
    "credit_level": both("诚信等级", "Credit level"),
    "grade": both("档位", "Grade"),
    "grading": both("客户分档", "Grading"),
    # goods and units
    "product": both("品规", "SKU"),
    "brand": both("牌号", "Brand"),
    "category": both("品类", "Category"),
    "form": both("烟支形态", "Form"),
    "price_class": both("价类", "Price class"),
    "price_band": both("价位段", "Price band"),
    "transfer_price": both("调拨价", "Transfer price"),
    "wholesale_price": both("批发价", "Wholesale price"),
    "guide_price": both("零售指导价", "Guide retail price"),
    "carton": both("条", "Carton"),
    "piece": both("件（50 条）", "Piece (50 cartons)"),
    "case": both("箱（250 条）", "Case (250 cartons)"),
    "quantity_unit": both("条", "Carton"),
    "avg_carton_price": both("条均价", "Value per carton"),
    "case_value": both("单箱销售额", "Value per case"),
    "mix": both("结构", "Product mix"),
    "in_province": both("省内烟", "In-province brand"),
    # ordering and supply
    "order": both("订单", "Order"),
    "amount": both("订购额", "Order amount"),
    "order_cycle": both("访销周期", "Order cycle"),
    "order_day": both("订货日", "Order day"),
    "order_window": both("订货窗口", "Order window"),
    "order_portal": both("新商盟", "Ordering portal"),
    "qty_demand": both("需求量", "Quantity demanded"),
    "qty_cap": both("限量", "Cap"),
    "qty_ordered": both("订购量", "Quantity ordered"),
    "allocation": both("货源投放", "Supply allocation"),
    "allocation_plan": both("投放策略", "Allocation strategy"),
    "supply_class": both("货源类别", "Supply class"),
    "sell_state": both("顺销或滞销", "Fast or slow selling"),
    # indicators
    "cap_fill_rate": both("订足率", "Cap-fill rate"),
    "cap_fill_face": both("订足面", "Cap-fill face"),
    "order_fill_rate": both("订单满足率", "Order-fill rate"),
    "order_rate": both("订购率", "Ordering rate"),
    "coverage_rate": both("上柜率", "Shelf coverage"),
    "active_sell_rate": both("动销率", "Active-selling rate"),
    "stockout_rate": both("断货率", "Stock-out rate"),
    "repurchase_rate": both("重购率", "Repurchase rate"),
    "stock_sales_ratio": both("存销比", "Stock-to-sales ratio"),
    "stock_days": both("可销天数", "Days of stock"),
    "social_stock": both("社会库存", "Social stock"),
    "price_index": both("顺价指数", "Price index"),
    "market_state": both("市场状态", "Market state"),
    "peak_season": both("元春旺季", "Yuanchun peak season"),
    # order of the market
    "stockpiling": both("囤货", "Stockpiling"),
    "diversion": both("真烟外流", "Diversion of genuine goods"),
    "proxy_order": both("代订代结", "Order or payment by proxy"),
    "illicit": both("假私非", "Counterfeit, smuggled and illegal goods"),
    "joint_case": both("专销协同", "Cooperation of inspection and sales"),
    "internal_control": both("内管", "Internal supervision"),
    "carton_code": both("喷码", "Carton code"),
    "price_marking": both("明码标价", "Marked prices"),
    "apcd": both("APCD 工作法", "APCD method"),
    # service
    "visit": both("走访", "Visit"),
    "handover": both("交接", "Handover"),
    "campaign": both("服务活动", "Service campaign"),
    "ticket": both("工单", "Service ticket"),
}

FORMATS: dict[str, Words] = {
    "grocery": both("食杂店", "Grocery"),
    "convenience": both("便利店", "Convenience store"),
    "supermarket": both("超市", "Supermarket"),
    "department_store": both("商场", "Mall"),
    "tobacco_shop": both("烟酒商店", "Tobacco and liquor shop"),
    "entertainment": both("娱乐服务", "Entertainment and catering"),
    "other": both("其他", "Other"),
}

FORMAT_SYNONYMS: dict[str, tuple[str, ...]] = {
    "department_store": ("购物中心",),
    "tobacco_shop": ("烟酒店", "烟酒行", "烟酒商行", "烟酒专卖店", "名烟名酒店", "烟草店"),
    "entertainment": ("娱乐", "娱乐场所", "餐饮娱乐"),
}
"""Beyond those of wholesale."""

MARKET_TYPES: dict[str, Words] = {"urban": both("城镇", "Urban"), "rural": both("乡村", "Rural")}

PRICE_CLASSES: dict[int, Words] = {
    1: both("一类", "Class 1"),
    2: both("二类", "Class 2"),
    3: both("三类", "Class 3"),
    4: both("四类", "Class 4"),
    5: both("五类", "Class 5"),
}

STRATEGIES: dict[str, Words] = {
    "value_tier.value": both(
        "专人服务，优先解决经营问题；货源仍按公开档位", "A named manager and quick help; supply stays with the published grade"
    ),
    "value_tier.potential": both("经营辅导与终端提升，改善结构", "Business coaching and a better terminal, towards a better mix"),
    "value_tier.base": both("自助订货与按期提醒，守法经营宣传", "Self-service ordering, reminders in time, guidance on lawful trade"),
    "rfm_level.churn_warning": both(
        "当周走访，核对许可证与经营状态，记录原因", "Visit this week, check licence and trade, note the reason"
    ),
    "rfm_level.dormant": both("核对停业或歇业登记，再决定是否联系", "Check pause or closure first, then decide whether to call"),
    "rfm_level.new": both("开户两周内辅导订货流程与守法要求", "Within two weeks, explain ordering and the law"),
}
