"""Tobacco law for a company that speaks to licensed outlets alone; consumers are no audience here, in no form.

The pack extends wholesale, whose rules hold as well.
In order: whom one may speak to, where, what may be given (FCTC art. 13), what may be said (Advertising Law art. 22), trade notices.
"""

from datetime import date

from xingke.compliance.action import (
    LOG_IN_CHANNELS,
    MASS_CHANNELS,
    MATERIAL_OFFERS,
    SERVICE_OFFERS,
    Action,
)
from xingke.compliance.rule import Rule
from xingke.compliance.rules_general import UNASKED, known_recipient, local_day, says
from xingke.compliance.settings import Settings
from xingke.compliance.text import Phrases, clauses
from xingke.words import Words, both
from xingke_packs.tobacco import law_words as words

LAW_FROM = date(2021, 4, 29)
ARTICLE_22 = both(zh="《广告法》（2021-04-29 修正）第二十二条", en="Advertising Law (amended 2021-04-29) art. 22")
INTERNET = both(
    zh="《互联网广告管理办法》（2023-05-01 施行）第六条；《广告法》第二十二条",
    en="Measures for Internet Advertising (2023-05-01) art. 6; Advertising Law art. 22",
)
FCTC = both(
    zh="世界卫生组织《烟草控制框架公约》第十三条（2006-01-09 对中国生效）；《广告法》第二十二条",
    en="WHO Framework Convention on Tobacco Control art. 13 (in force for China since 2006-01-09); Advertising Law art. 22",
)
LICENCE_LAW = both(
    zh="《烟草专卖法》；《烟草专卖许可证管理办法》", en="Tobacco Monopoly Law; Measures for the Administration of Tobacco Monopoly Licences"
)
MINORS_LAW = both(
    zh="《未成年人保护法》（2021-06-01 施行）第五十九条；《广告法》第二十二条",
    en="Law on the Protection of Minors (2021-06-01) art. 59; Advertising Law art. 22",
)
HOUSE = both(zh="平台规则：行业贸易告知从严", en="House rule: trade notices are kept strict")

FACT_SHEET = both(
    "可在零售户登录后的渠道发布经审核的商品资料卡或到货提醒",
    "A signed-off product fact sheet or supply alert in the outlet's log-in channel is possible.",
)
SERVICE_INSTEAD = both(
    "可提供陈列与服务培训、经营诊断、终端设备等服务类权益",
    "Service is possible instead: training, display help, business advice, equipment.",
)
PLAIN_FACTS = both("请只写规格、价格、货源类别和订货时间", "State specification, price, supply class and order window only.")


def _content_rule(
    id_: str,
    label: Words,
    message: Words,
    basis: Words,
    phrases: Phrases,
    *,
    substitute: Words,
    notices: bool = True,
    valid_from: date = LAW_FROM,
) -> Rule:
    """A rule against a list of phrases; with `notices` a service notice that forbids the thing may name it."""

    def broken(action: Action, settings: Settings) -> bool:
        return _promotes(phrases, action) if notices else says(phrases, action)

    return Rule(
        id=f"tobacco.{id_}",
        version=1,
        scope="content",
        strength="hard",
        severity="block",
        valid_from=valid_from,
        basis=basis,
        label=label,
        message=message,
        substitute=substitute,
        purposes=UNASKED,
        test=broken,
        parameters={"phrases": phrases, "forbidding": words.FORBIDDING, "lure": words.LURE} if notices else {"phrases": phrases},
    )


def _promotes(phrases: Phrases, action: Action) -> bool:
    """Whether the text holds a phrase outside a sentence that forbids it; only a service notice without an offer may forbid."""
    if action.purpose != "service" or action.offer is not None:
        return says(phrases, action)
    if not says(phrases, action):
        return False
    open_text = "".join(part for part in clauses(action.content.text) if not _forbids(part))
    return phrases.found_in(open_text) is not None or any(phrases.found_in(name) for name in action.content.mentions)


def _forbids(clause: str) -> bool:
    return words.FORBIDDING.found_in(clause) is not None and words.LURE.found_in(clause) is None


def _names_product(action: Action) -> bool:
    tied = action.offer.tied_to if action.offer else ()
    return bool(action.content.mentions) or bool(tied) or _promotes(words.PRODUCT, action)


def _template_open(action: Action, settings: Settings) -> bool:
    return action.content.template_key not in settings.approved_templates


def _licence_not_proven(action: Action, settings: Settings) -> bool:
    facts = known_recipient(action)
    if facts.licence_status != "valid" or facts.licence_valid_until is None:
        return True
    return facts.licence_valid_until < local_day(action, settings)


def _in_mass_media(action: Action, settings: Settings) -> bool:
    return action.purpose == "marketing" or _names_product(action)


def _benefit_given(action: Action, settings: Settings) -> bool:
    return action.offer is not None and action.offer.kind in MATERIAL_OFFERS


def _benefit_tied(action: Action, settings: Settings) -> bool:
    return action.offer is not None and bool(action.offer.tied_to)


def _service_open(action: Action, settings: Settings) -> bool:
    if action.offer is None or action.offer.kind not in SERVICE_OFFERS:
        return False
    return not action.offer.published or _template_open(action, settings)


def _unread(action: Action, settings: Settings) -> bool:
    return (action.purpose == "marketing" or action.content.machine_made) and _template_open(action, settings)


RULES: tuple[Rule, ...] = (
    Rule(
        id="tobacco.audience",
        version=1,
        scope="recipient",
        step="licence",
        strength="hard",
        severity="block",
        valid_from=LAW_FROM,
        basis=FCTC,
        label=both("消费者不是受众", "Consumers are no audience"),
        message=both("烟草业务只能面向持证零售户", "In tobacco only a licensed outlet may be addressed."),
        substitute=SERVICE_INSTEAD,
        test=lambda action, settings: known_recipient(action).customer_kind != "outlet",
    ),
    Rule(
        id="tobacco.licence",
        version=1,
        scope="recipient",
        step="licence",
        strength="hard",
        severity="block",
        valid_from=LAW_FROM,
        basis=LICENCE_LAW,
        label=both("专卖许可证有效", "A valid tobacco licence"),
        message=both(
            "该零售户的许可证无效、暂停、到期，或有效期不明",
            "The outlet's licence is not valid, is suspended or has ended, or its last day is not known.",
        ),
        substitute=both("可派发许可证延续辅导任务", "A task to help with renewal is possible."),
        test=_licence_not_proven,
    ),
    Rule(
        id="tobacco.mass_media",
        version=1,
        scope="content",
        strength="hard",
        severity="block",
        valid_from=LAW_FROM,
        basis=INTERNET,
        label=both("不得在大众媒介和互联网发布", "Not in mass media or on the internet"),
        channels=MASS_CHANNELS,
        message=both(
            "烟草内容不得在公众号、朋友圈、直播、户外等渠道发布", "Tobacco may not appear in public accounts, feeds, streams or outdoors."
        ),
        substitute=FACT_SHEET,
        test=_in_mass_media,
        parameters={"channels": MASS_CHANNELS, "phrases": words.PRODUCT},
    ),
    Rule(
        id="tobacco.benefit_offer",
        version=1,
        scope="content",
        strength="hard",
        severity="block",
        valid_from=LAW_FROM,
        basis=FCTC,
        label=both("不得给予促销利益", "No promotional benefits"),
        message=both(
            "优惠券、返现、折扣、积分、抽奖、赠品、试吸一律不得使用",
            "Coupons, cash back, discounts, points, lotteries, gifts, samples and tastings are all refused.",
        ),
        substitute=SERVICE_INSTEAD,
        test=_benefit_given,
        parameters={"offers": MATERIAL_OFFERS},
    ),
    Rule(
        id="tobacco.benefit_tied",
        version=1,
        scope="content",
        strength="hard",
        severity="block",
        valid_from=LAW_FROM,
        basis=FCTC,
        label=both("权益不得与卷烟挂钩", "No benefit tied to a product"),
        message=both("权益以订购某个卷烟为条件", "The benefit depends on ordering a product."),
        substitute=both(
            "可按合规、陈列、培训等公开标准给予服务", "Service by published criteria such as compliance and training is possible."
        ),
        test=_benefit_tied,
    ),
    _content_rule(
        "benefit_words",
        both("文案不得宣传促销利益", "No promotional benefits in the text"),
        both(
            "文案许诺券、返现、抽奖、赠品、积分、降价或品吸",
            "The text promises coupons, cash, prizes, gifts, points, price cuts or tasting.",
        ),
        FCTC,
        words.BENEFIT,
        substitute=SERVICE_INSTEAD,
    ),
    _content_rule(
        "health_claims",
        both("不得宣称健康或减害", "No health claims"),
        both("文案宣称减害、提神、减压等功效", "The text claims less harm, relief or other benefits to health."),
        ARTICLE_22,
        words.HEALTH,
        substitute=PLAIN_FACTS,
    ),
    _content_rule(
        "status_claims",
        both("不得以成功或名人作宣传", "No social success, no celebrities"),
        both("文案以身份、成功或名人作宣传", "The text advertises with status, success or celebrities."),
        ARTICLE_22,
        words.STATUS,
        substitute=PLAIN_FACTS,
    ),
    _content_rule(
        "minors",
        both("不得面向未成年人", "Nothing to minors"),
        both("文案面向学生或未成年人", "The text addresses students or minors."),
        MINORS_LAW,
        words.MINORS,
        substitute=both("可发送「不向未成年人售烟」的提示", "A reminder not to sell to minors is possible."),
        valid_from=date(2021, 6, 1),
    ),
    _content_rule(
        "consumer_sale",
        both("不得对消费者宣传或网售", "No promotion or online sale to consumers"),
        both("文案涉及网上售烟、向消费者转发或品牌宣传", "The text is about online sale, passing it on to consumers or brand promotion."),
        INTERNET,
        words.CONSUMER_SALE,
        substitute=FACT_SHEET,
    ),
    _content_rule(
        "e_cigarette_flavour",
        both("电子烟只许烟草口味", "E-cigarettes in tobacco flavour only"),
        both("文案涉及调味电子烟或其展销", "The text is about flavoured e-cigarettes or fairs for them."),
        both(zh="《电子烟管理办法》（2022-05-01 施行）", en="Measures for the Administration of E-Cigarettes (2022-05-01)"),
        words.E_CIGARETTE_FLAVOUR,
        substitute=PLAIN_FACTS,
        valid_from=date(2022, 5, 1),
    ),
    _content_rule(
        "charity",
        both("不得借公益宣传", "No promotion through charity"),
        both("文案借公益、捐赠宣传烟草", "The text promotes tobacco through charity or donations."),
        both(zh="《慈善法》：不得以慈善活动宣传烟草制品", en="Charity Law: no publicity for tobacco through charity"),
        words.CHARITY,
        substitute=both("请将公益活动与烟草业务分开", "Keep charity apart from tobacco."),
        notices=False,
    ),
    Rule(
        id="tobacco.praise",
        version=1,
        scope="content",
        strength="soft",
        severity="block",
        valid_from=LAW_FROM,
        basis=ARTICLE_22,
        label=both("不得赞美卷烟", "No praise of a product"),
        purposes=UNASKED,
        message=both("文案对卷烟有赞美或劝诱之词", "The text praises a product."),
        substitute=PLAIN_FACTS,
        test=lambda action, settings: _names_product(action) and says(words.PRAISE, action),
        parameters={"phrases": words.PRAISE, "products": words.PRODUCT},
    ),
    Rule(
        id="tobacco.trade_notice_channel",
        version=1,
        scope="content",
        strength="firm",
        severity="block",
        valid_from=LAW_FROM,
        basis=HOUSE,
        label=both("商品信息只在登录渠道", "Product facts after log-in only"),
        purposes=UNASKED,
        message=both("提及卷烟的内容只能在零售户登录后的渠道发布", "What names a product may only appear after the outlet has logged in."),
        substitute=FACT_SHEET,
        test=lambda action, settings: action.channel not in LOG_IN_CHANNELS and _names_product(action),
        parameters={"channels": LOG_IN_CHANNELS, "phrases": words.PRODUCT},
    ),
    Rule(
        id="tobacco.trade_notice_template",
        version=1,
        scope="content",
        strength="soft",
        severity="hold",
        valid_from=LAW_FROM,
        basis=HOUSE,
        label=both("商品告知须经法务审核", "Trade notices need a sign-off"),
        purposes=UNASKED,
        message=both("提及卷烟的文案尚未经法务审核", "Legal affairs have not signed off this text, which names a product."),
        substitute=both("请使用已审核模板，或提交审核", "Use a signed-off template, or submit this one."),
        test=lambda action, settings: _names_product(action) and _template_open(action, settings),
        parameters={"phrases": words.PRODUCT},
    ),
    Rule(
        id="tobacco.service_benefit",
        version=1,
        scope="content",
        strength="soft",
        severity="hold",
        valid_from=LAW_FROM,
        basis=HOUSE,
        label=both("服务权益须公开并审核", "Service benefits are published and signed off"),
        message=both("服务类权益的标准尚未公开或文案未审核", "The criteria are not published, or the text is not signed off."),
        substitute=both("请公布统一标准并提交审核", "Publish one set of criteria and submit it."),
        test=_service_open,
        parameters={"offers": SERVICE_OFFERS},
    ),
    Rule(
        id="tobacco.free_text",
        version=1,
        scope="content",
        strength="soft",
        severity="hold",
        valid_from=LAW_FROM,
        basis=HOUSE,
        label=both("营销文案须经审核", "Marketing text is signed off"),
        message=both(
            "营销文案或机器生成的文案须由人审核后使用：词表认不出所有说法",
            "A person reads marketing text and machine-made text before it is used: no list of words knows every way to say a thing.",
        ),
        substitute=both("请使用已审核模板，或提交审核", "Use a signed-off template, or submit this one."),
        test=_unread,
    ),
    Rule(
        id="tobacco.minors_sign",
        version=1,
        scope="recipient",
        strength="hard",
        severity="duty",
        valid_from=date(2021, 6, 1),
        basis=MINORS_LAW,
        label=both("店内须有警示标志", "The sign in the shop"),
        purposes=frozenset({"marketing"}),
        message=both(
            "请提醒零售户张贴「不向未成年人售烟」标志，年龄难辨时查验证件",
            "Remind the outlet to show the sign 'no sale to minors' and to ask for proof of age when unsure.",
        ),
        test=lambda action, settings: known_recipient(action).customer_kind == "outlet",
    ),
)
