"""Rules of wholesale to licensed outlets: a valid licence, and the same terms for everybody who meets the same criteria."""

from datetime import date

from xingke.compliance.action import TRADE_OFFERS, Action
from xingke.compliance.rule import Rule
from xingke.compliance.rules_general import UNASKED, known_recipient, local_day, says
from xingke.compliance.settings import Settings
from xingke.compliance.text import Phrases
from xingke.words import both

AUDIENCE = frozenset({"outlet", "account", "lead"})
VALID_LICENCES = frozenset({"valid", "not_needed"})
ANTI_MONOPOLY = both(zh="《反垄断法》（2022-08-01 施行修正）第二十二条", en="Anti-Monopoly Law (amended, 2022-08-01) art. 22")

TIED_SALE = Phrases(
    [
        "搭售", "搭配销售", "搭配订购", "搭配才能", "必须同时订", "须同时订", "必须搭", "捆绑", "配货才", "先订滞销", "订满才给紧俏",
        "才能订到紧俏", "才供应紧俏", "tie in sale*", "tied sale*", "must also order", "must also buy", "only if you also order",
        "only together with", "bundled with the slow*",
    ],
    unless=["不得搭售", "禁止搭售", "严禁搭售", "不搭售", "遇搭售", "举报搭售", "不得捆绑", "禁止捆绑", "严禁捆绑", "no tied sale*"],
)  # fmt: skip
PRIVATE_TERMS = Phrases(
    [
        "内部价", "私下返", "私下给您", "私下优惠", "单独给您优惠", "只给您一家", "只给你一家", "别告诉其他", "不要告诉其他", "不要外传",
        "走后门", "关系户", "特批价", "暗返", "暗补", "secret price*", "private discount*", "just between us", "under the table",
        "off the books", "do not tell the other*", "don t tell the other*", "special price only for your shop", "only your shop gets",
    ]
)  # fmt: skip


def outlet_licence_invalid(action: Action, settings: Settings) -> bool:
    """The licence is not known to be valid on the day of the action; a licence without a last day is as valid as its status."""
    facts = known_recipient(action)
    ended = facts.licence_valid_until is not None and facts.licence_valid_until < local_day(action, settings)
    return facts.licence_status not in VALID_LICENCES or ended


def _unequal(action: Action, settings: Settings) -> bool:
    offer = action.offer
    return offer is not None and offer.kind in TRADE_OFFERS and (offer.per_customer or not offer.published)


def _tied(action: Action, settings: Settings) -> bool:
    bundle = action.offer is not None and action.offer.kind == "bundle" and bool(action.offer.tied_to)
    return bundle or says(TIED_SALE, action)


RULES: tuple[Rule, ...] = (
    Rule(
        id="wholesale.audience",
        version=1,
        scope="recipient",
        step="licence",
        strength="soft",
        severity="block",
        valid_from=date(2021, 11, 1),
        basis=both("平台规则：批发只面向经营者", "House rule: wholesale speaks to businesses only"),
        label=both("只面向经营者", "Businesses only"),
        message=both("该客户不是零售户或企业客户", "The customer is not an outlet or an account."),
        test=lambda action, settings: known_recipient(action).customer_kind not in AUDIENCE,
        parameters={"kinds": AUDIENCE},
    ),
    Rule(
        id="wholesale.licence",
        version=1,
        scope="recipient",
        step="licence",
        strength="hard",
        severity="block",
        valid_from=date(2021, 11, 1),
        basis=both("许可经营品类的许可证管理规定", "Licensing rules of the regulated trade"),
        label=both("许可证有效", "A valid licence"),
        message=both("该客户的许可证无效、已过期或状态不明", "The customer's licence is not valid, has ended or is not known."),
        substitute=both("请先核实许可证；可派发办证辅导任务", "Check the licence first; a visit to help with renewal is possible."),
        test=outlet_licence_invalid,
        parameters={"valid": VALID_LICENCES},
    ),
    Rule(
        id="wholesale.equal_treatment",
        version=1,
        scope="content",
        strength="hard",
        severity="block",
        valid_from=date(2022, 8, 1),
        basis=ANTI_MONOPOLY,
        label=both("同等条件同等对待", "Equal treatment"),
        message=both(
            "优惠或货源条件未公开，或对条件相同的客户不一致",
            "The price or supply terms are unpublished, or differ between customers in the same position.",
        ),
        substitute=both("请公布统一标准后再执行", "Publish one set of criteria first."),
        test=_unequal,
        parameters={"offers": TRADE_OFFERS},
    ),
    Rule(
        id="wholesale.tied_sale",
        version=1,
        scope="content",
        strength="hard",
        severity="block",
        valid_from=date(2022, 8, 1),
        basis=ANTI_MONOPOLY,
        label=both("不得搭售", "No tied sales"),
        message=both("以订购其他商品作为供货条件", "Supply is made to depend on ordering something else."),
        substitute=both("可提供不附条件的选品建议", "Advice on the range without conditions is possible."),
        test=_tied,
        parameters={"phrases": TIED_SALE},
    ),
    Rule(
        id="wholesale.private_terms",
        version=1,
        scope="content",
        strength="hard",
        severity="block",
        valid_from=date(2022, 8, 1),
        basis=ANTI_MONOPOLY,
        label=both("不得私下优惠", "No private terms"),
        purposes=UNASKED,
        message=both("文案承诺私下或单独的价格、货源条件", "The text promises private prices or supply."),
        substitute=both("请只引用已公布的政策", "Refer to the published policy only."),
        test=lambda action, settings: says(PRIVATE_TERMS, action),
        parameters={"phrases": PRIVATE_TERMS},
    ),
)
