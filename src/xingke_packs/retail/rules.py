"""Rules of retail to consumers: clear terms, one price for all, and nothing that the law keeps out of advertising."""

from datetime import date
from decimal import Decimal

from xingke.compliance.action import Action
from xingke.compliance.rule import Rule
from xingke.compliance.rules_general import MARKETING, UNASKED, says
from xingke.compliance.settings import Settings
from xingke.compliance.text import Phrases
from xingke.words import both

NEEDS_TERMS = frozenset({"coupon", "cash_back", "discount", "points", "gift", "sample", "lottery", "bundle"})
TOP_PRIZE_YUAN = Decimal(50_000)

TOBACCO = Phrases(
    [
        "香烟", "卷烟", "烟草", "电子烟", "雪茄", "烟丝", "买烟", "送烟", "好烟", "烟弹", "🚬", "cigarette*", "tobacco", "cigar*",
        "vape*", "vaping", "e cig*", "smokes", "nicotine pouch*",
    ],
    unless=["禁止吸烟", "请勿吸烟", "无烟", "戒烟", "tobacco free", "no tobacco"],
)  # fmt: skip
DRINKING = Phrases(
    [
        "一醉方休", "不醉不归", "喝到断片", "干到天亮", "喝酒壮胆", "酒后驾车也", "喝酒解压", "酒能消愁", "drink all night", "get drunk",
        "get wasted", "drink till you drop", "drink away your stress", "bottoms up all night",
    ]
)  # fmt: skip
BABY_MILK = Phrases(
    [
        "替代母乳", "代替母乳", "媲美母乳", "胜过母乳", "母乳般", "better than breast milk", "replaces breast milk",
        "as good as breast milk", "instead of breast milk",
    ]
)  # fmt: skip


def _unclear(action: Action, settings: Settings) -> bool:
    return action.offer is not None and action.offer.kind in NEEDS_TERMS and not action.offer.terms.strip()


def _prize_too_large(action: Action, settings: Settings) -> bool:
    offer = action.offer
    if offer is None or offer.kind != "lottery":
        return False
    return offer.top_prize_yuan is None or offer.top_prize_yuan > TOP_PRIZE_YUAN


RULES: tuple[Rule, ...] = (
    Rule(
        id="retail.clear_terms",
        version=1,
        scope="content",
        strength="hard",
        severity="block",
        valid_from=date(2020, 12, 1),
        basis=both("《规范促销行为暂行规定》（2020-12-01 施行）", "Interim Provisions on Promotion (2020-12-01)"),
        label=both("优惠规则须清楚", "Clear terms"),
        message=both("优惠没有写明条件、期限和范围", "The offer does not say for whom, until when and on what."),
        substitute=both("请写明参加条件、有效期和适用范围", "Write down conditions, last day and range."),
        test=_unclear,
        parameters={"offers": NEEDS_TERMS},
    ),
    Rule(
        id="retail.prize_limit",
        version=1,
        scope="content",
        strength="hard",
        severity="block",
        valid_from=date(2018, 1, 1),
        basis=both("《反不正当竞争法》有奖销售条款：最高奖不超过五万元", "Anti-Unfair Competition Law, prize sales: 50,000 yuan at most"),
        label=both("最高奖限额", "Limit of the top prize"),
        message=both("抽奖的最高奖超过五万元或未写明", "The top prize is above 50,000 yuan or not stated."),
        test=_prize_too_large,
        parameters={"limit": TOP_PRIZE_YUAN},
    ),
    Rule(
        id="retail.one_price",
        version=1,
        scope="content",
        strength="hard",
        severity="block",
        valid_from=date(2024, 7, 1),
        basis=both(
            "《消费者权益保护法实施条例》（2024-07-01 施行）第九条；《个人信息保护法》第二十四条",
            "Implementing Regulation of the Consumer Protection Law (2024-07-01) art. 9; PIPL art. 24",
        ),
        label=both("同等条件同一价格", "One price"),
        message=both("条件相同的消费者会看到不同的价格或优惠额", "Consumers in the same position would see different prices or amounts."),
        substitute=both("请对同一客群给出同一优惠", "Give the whole segment the same offer."),
        test=lambda action, settings: action.offer is not None and action.offer.per_customer,
    ),
    Rule(
        id="retail.tobacco",
        version=1,
        scope="content",
        strength="hard",
        severity="block",
        valid_from=date(2021, 4, 29),
        basis=both("《广告法》（2021-04-29 修正）第二十二条", "Advertising Law (amended 2021-04-29) art. 22"),
        label=both("不得宣传烟草", "No tobacco advertising"),
        purposes=UNASKED,
        message=both("面向消费者的消息提及烟草", "A message to consumers mentions tobacco."),
        substitute=both("请删去烟草内容", "Leave tobacco out."),
        test=lambda action, settings: says(TOBACCO, action),
        parameters={"phrases": TOBACCO},
    ),
    Rule(
        id="retail.drinking",
        version=1,
        scope="content",
        strength="hard",
        severity="block",
        valid_from=date(2021, 4, 29),
        basis=both("《广告法》（2021-04-29 修正）第二十三条", "Advertising Law (amended 2021-04-29) art. 23"),
        label=both("不得诱导饮酒", "No call to drink"),
        purposes=MARKETING,
        message=both("文案诱导或怂恿饮酒", "The text urges people to drink."),
        substitute=both("请只写品名、度数和价格", "Name the product, its strength and price only."),
        test=lambda action, settings: says(DRINKING, action),
        parameters={"phrases": DRINKING},
    ),
    Rule(
        id="retail.baby_milk",
        version=1,
        scope="content",
        strength="hard",
        severity="block",
        valid_from=date(2021, 4, 29),
        basis=both("《广告法》（2021-04-29 修正）第二十条", "Advertising Law (amended 2021-04-29) art. 20"),
        label=both("不得宣称替代母乳", "No substitute for breast milk"),
        purposes=MARKETING,
        message=both("文案宣称可替代母乳", "The text claims to replace breast milk."),
        test=lambda action, settings: says(BABY_MILK, action),
        parameters={"phrases": BABY_MILK},
    ),
)
