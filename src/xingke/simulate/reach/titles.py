"""Names of past campaigns: all of them service to licensed retailers, none of them promotion."""

from collections.abc import Mapping
from datetime import date

TITLES: Mapping[str, tuple[str, ...]] = {
    "supply_notice": ("货源供应告知", "到货与投放安排", "紧俏货源投放规则说明", "订货窗口与截单提醒"),
    "business_tips": ("库存周转小课堂", "明码标价与记账指导", "门店整洁与动线建议", "非烟商品经营建议"),
    "product_knowledge": ("真伪鉴别培训", "仓储防潮养护知识", "规格与条码核对须知", "扫码终端操作培训"),
    "policy": ("许可证延续办理提醒", "保护未成年人与亮证经营告知", "专卖法规解读", "诚信互助小组公约学习"),
    "festival_advice": ("假日备货节奏建议", "节前送货日程告知", "节后库存消化建议", "假日订货周期调整通知"),
}


def title_of(content: str, *, place: int, started_on: date, is_randomised: bool) -> str:
    """The Chinese name of a campaign: month, subject, and whether it was a pilot or the managers' own work."""
    titles = TITLES[content]
    kind = "对照试点" if is_randomised else "客户经理跟进"
    return f"{started_on.year}年{started_on.month}月{titles[place % len(titles)]}（{kind}）"
