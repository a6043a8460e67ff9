"""The rules of every trade: consent, age, refusal, quiet hours, caps and honest words.

Article numbers are those of the text in force on `valid_from`. PIPL is the Personal Information Protection Law.
"""

from datetime import date

from xingke.compliance.action import CHANNELS, PURPOSES, Action, RecipientFacts
from xingke.compliance.rule import Rule
from xingke.compliance.settings import QUIET_CHANNELS, Settings
from xingke.compliance.text import Phrases
from xingke.compliance.words_general import (
    ABSOLUTE_WORDS,
    CURE_WORDS,
    MACHINE_LABEL,
    OPT_OUT,
    SECRET_ADVERTISING,
    SIGNATURE,
)
from xingke.words import Words, both

MARKETING = frozenset({"marketing"})
UNASKED = frozenset({"marketing", "service"})
WRITTEN = frozenset({"sms", "email"})

PIPL_FROM = date(2021, 11, 1)
HOUSE_FROM = date(2021, 11, 1)
ADVERTISING_LAW_FROM = date(2021, 4, 29)

HOUSE = both(zh="平台规则", en="House rule")
PIPL_CONSENT = both(
    zh="《个人信息保护法》（2021-11-01 施行）第十三条、第十五条", en="Personal Information Protection Law (2021-11-01) arts 13 and 15"
)
PIPL_AUTOMATED = both(
    zh="《个人信息保护法》（2021-11-01 施行）第二十四条；《通信短信息服务管理规定》（2015-06-30 施行）",
    en="Personal Information Protection Law (2021-11-01) art. 24; Provisions on Short Message Services (2015-06-30)",
)
ADVERTISING_ARTICLE_9 = both(zh="《广告法》（2021-04-29 修正）第九条第三项", en="Advertising Law (amended 2021-04-29) art. 9(3)")


def known_recipient(action: Action) -> RecipientFacts:
    """The recipient; a rule that needs one and has none fails, and so blocks."""
    if action.recipient is None:
        raise LookupError("no recipient")
    return action.recipient


def local_day(action: Action, settings: Settings) -> date:
    """The business day on which the action would reach its recipient."""
    return settings.local(action.at).date()


def says(phrases: Phrases, action: Action) -> bool:
    """Whether subject, body, terms of the offer or a named product hold one of the phrases."""
    terms = action.offer.terms if action.offer else ""
    return any(phrases.found_in(part) for part in (action.content.text, terms, "\n".join(action.content.mentions)) if part)


def _action_unknown(action: Action, settings: Settings) -> bool:
    return action.channel not in CHANNELS or action.purpose not in PURPOSES or not action.pack or not action.content.body.strip()


def _without_consent(action: Action, settings: Settings) -> bool:
    facts = known_recipient(action)
    return facts.consent != "granted" or facts.consent_basis in ("", "unknown")


def _without_basis(action: Action, settings: Settings) -> bool:
    facts = known_recipient(action)
    return not (facts.consent_basis in ("contract", "legal_duty") or (facts.consent_basis == "consent" and facts.consent == "granted"))


def _age_not_known(action: Action, settings: Settings) -> bool:
    facts = known_recipient(action)
    if facts.customer_kind in ("consumer", "lead"):
        return facts.age_state not in ("adult", "minor")
    return facts.age_state not in ("adult", "minor", "not_a_person")


def _without_refusal(action: Action, settings: Settings) -> bool:
    return not OPT_OUT.found_in(action.content.body)


def _without_signature(action: Action, settings: Settings) -> bool:
    opening, closing = SIGNATURE
    start, end = action.content.body.find(opening), action.content.body.find(closing)
    return start < 0 or end <= start + 1 or not action.content.body[start + 1 : end].strip()


def _quiet(action: Action, settings: Settings) -> bool:
    return settings.is_quiet(action.at)


def _tomorrow(note: str) -> Words:
    return both(zh=f"将在次日开放时段再试：{note}", en="It is tried again when the next day opens.")


GENERAL_RULES: tuple[Rule, ...] = (
    Rule(
        id="general.action_known",
        version=1,
        scope="content",
        strength="soft",
        severity="block",
        valid_from=HOUSE_FROM,
        basis=HOUSE,
        label=both("动作要素齐全", "A complete action"),
        message=both("渠道、用途、行业包或正文不明，无法判断", "Channel, purpose, pack or text is not known, so nothing can be judged."),
        substitute=both("请补全动作要素", "Please fill in what is missing."),
        test=_action_unknown,
        parameters={"channels": CHANNELS, "purposes": PURPOSES},
    ),
    Rule(
        id="general.consent",
        version=1,
        scope="recipient",
        step="consent",
        strength="hard",
        severity="block",
        valid_from=PIPL_FROM,
        basis=PIPL_CONSENT,
        label=both("营销须经同意", "Marketing needs consent"),
        purposes=MARKETING,
        message=both(
            "该客户没有有效的营销同意（未同意、已撤回、已过期或依据不明）",
            "No valid consent to marketing: never given, withdrawn, expired or without a known basis.",
        ),
        substitute=both("可在客户到访或登录时征得同意", "Ask for consent at a visit or after log-in."),
        test=_without_consent,
    ),
    Rule(
        id="general.legal_basis",
        version=1,
        scope="recipient",
        step="consent",
        strength="hard",
        severity="block",
        valid_from=PIPL_FROM,
        basis=PIPL_CONSENT,
        label=both("处理须有合法依据", "A legal basis"),
        purposes=frozenset({"service", "transaction"}),
        message=both("联系该客户没有合同、法定义务或有效同意作为依据", "No contract, legal duty or valid consent to rest this contact on."),
        test=_without_basis,
    ),
    Rule(
        id="general.suppressed",
        version=1,
        scope="recipient",
        step="consent",
        strength="firm",
        severity="block",
        valid_from=HOUSE_FROM,
        basis=PIPL_CONSENT,
        label=both("停发名单", "Suppression list"),
        message=both(
            "该客户在停发名单中（拒收、投诉或地址失效）", "The customer is on the suppression list: refused, complained or unreachable."
        ),
        test=lambda action, settings: known_recipient(action).suppressed is not False,
    ),
    Rule(
        id="general.contact_point",
        version=1,
        scope="recipient",
        step="address",
        strength="soft",
        severity="block",
        valid_from=HOUSE_FROM,
        basis=HOUSE,
        label=both("有联系方式", "An address"),
        message=both("该客户没有此渠道的联系方式", "The customer has no address for this channel."),
        substitute=both("请改用其他渠道或补录联系方式", "Use another channel or record an address."),
        test=lambda action, settings: known_recipient(action).contact_point is not True,
    ),
    Rule(
        id="general.minor",
        version=1,
        scope="recipient",
        step="age",
        strength="hard",
        severity="block",
        valid_from=date(2024, 1, 1),
        purposes=UNASKED,
        label=both("未成年人保护", "Minors"),
        basis=both(
            "《未成年人网络保护条例》（2024-01-01 施行）；《个人信息保护法》第三十一条",
            "Regulation on the Online Protection of Minors (2024-01-01); PIPL art. 31",
        ),
        message=both("该客户是未成年人", "The customer is a minor."),
        test=lambda action, settings: known_recipient(action).age_state == "minor",
    ),
    Rule(
        id="general.age_unknown",
        version=1,
        scope="recipient",
        step="age",
        strength="soft",
        severity="block",
        valid_from=HOUSE_FROM,
        basis=HOUSE,
        label=both("年龄须明确", "A known age"),
        purposes=UNASKED,
        message=both("该客户年龄不明", "The customer's age is not known."),
        substitute=both("请先核实是否成年", "Verify first that the customer is an adult."),
        test=_age_not_known,
    ),
    Rule(
        id="general.quiet_hours",
        version=1,
        scope="recipient",
        step="hours",
        strength="firm",
        severity="defer",
        valid_from=HOUSE_FROM,
        purposes=UNASKED,
        label=both("免打扰时段", "Quiet hours"),
        channels=QUIET_CHANNELS,
        basis=both("运营商与平台发送时段要求；平台规则 09:00-20:30", "Sending hours of carriers and platforms; house rule 09:00-20:30"),
        message=both("现在是免打扰时段", "These are quiet hours."),
        substitute=_tomorrow("到点自动发送"),
        test=_quiet,
        open_again=lambda action, settings: settings.next_open(action.at),
    ),
    Rule(
        id="general.weekly_cap",
        version=1,
        scope="recipient",
        step="cap",
        strength="soft",
        severity="defer",
        valid_from=HOUSE_FROM,
        purposes=MARKETING,
        basis=HOUSE,
        label=both("每周营销次数上限", "Weekly cap"),
        message=both("该客户近七天收到的营销消息已达上限", "The customer has had as many marketing messages in seven days as allowed."),
        substitute=_tomorrow("次数降到上限以下即发送"),
        test=lambda action, settings: known_recipient(action).touches_7d >= settings.weekly_cap,
        open_again=lambda action, settings: settings.next_open(action.at, not_today=True),
    ),
    Rule(
        id="general.same_text",
        version=1,
        scope="recipient",
        step="cap",
        strength="firm",
        severity="block",
        valid_from=HOUSE_FROM,
        purposes=UNASKED,
        label=both("同一文本每日一次", "One text a day"),
        basis=both("短信服务商规则：同号码同内容每日 1 条", "Carrier rule: one text a number a day"),
        message=both("同一文本今天已发给该客户", "This very text reached the customer today."),
        test=lambda action, settings: known_recipient(action).touches_same_text_today >= settings.same_text_cap,
    ),
    Rule(
        id="general.opt_out",
        version=1,
        scope="content",
        strength="hard",
        severity="block",
        valid_from=PIPL_FROM,
        purposes=MARKETING,
        channels=WRITTEN,
        label=both("须有退订方式", "A way to refuse"),
        basis=PIPL_AUTOMATED,
        message=both("营销短信和邮件须写明退订方式", "A marketing SMS or e-mail must say how to refuse further ones."),
        substitute=both("请加上「拒收请回复R」或退订链接", "Add 'reply R to refuse' or an unsubscribe link."),
        test=_without_refusal,
        parameters={"phrases": OPT_OUT},
    ),
    Rule(
        id="general.sms_signature",
        version=1,
        scope="content",
        strength="firm",
        severity="block",
        valid_from=HOUSE_FROM,
        channels=frozenset({"sms"}),
        label=both("短信签名", "SMS signature"),
        basis=both("运营商规则：短信须带已登记的【签名】", "Carrier rule: an SMS carries its registered signature in 【】"),
        message=both("短信缺少【签名】", "The SMS has no signature in 【】."),
        test=_without_signature,
    ),
    Rule(
        id="general.sender_name",
        version=1,
        scope="content",
        strength="hard",
        severity="block",
        valid_from=ADVERTISING_LAW_FROM,
        purposes=MARKETING,
        label=both("标明发送者", "A named sender"),
        basis=both("《广告法》（2021-04-29 修正）第四十三条", "Advertising Law (amended 2021-04-29) art. 43"),
        message=both("营销消息须标明发送者的真实身份", "A marketing message names its true sender."),
        test=lambda action, settings: not action.actor.strip(),
    ),
    Rule(
        id="general.absolute_words",
        version=1,
        scope="content",
        strength="hard",
        severity="block",
        valid_from=ADVERTISING_LAW_FROM,
        purposes=MARKETING,
        label=both("绝对化用语", "Absolute words"),
        basis=ADVERTISING_ARTICLE_9,
        message=both("文案含有「最佳」「第一」一类绝对化用语", "The text uses absolute words such as 'best' or 'number one'."),
        substitute=both("请改为可核实的事实", "State a fact that can be checked."),
        test=lambda action, settings: says(ABSOLUTE_WORDS, action),
        parameters={"phrases": ABSOLUTE_WORDS},
    ),
    Rule(
        id="general.cure_claims",
        version=1,
        scope="content",
        strength="hard",
        severity="block",
        valid_from=ADVERTISING_LAW_FROM,
        purposes=MARKETING,
        label=both("疾病治疗功能", "Claims to cure"),
        basis=both("《广告法》（2021-04-29 修正）第十七条", "Advertising Law (amended 2021-04-29) art. 17"),
        message=both("文案宣称治疗、预防疾病或保健功效", "The text claims to treat or prevent disease."),
        substitute=both("请只写成分、规格和用法", "Name ingredients, size and use only."),
        test=lambda action, settings: says(CURE_WORDS, action),
        parameters={"phrases": CURE_WORDS},
    ),
    Rule(
        id="general.bought_praise",
        version=1,
        scope="content",
        strength="hard",
        severity="block",
        valid_from=date(2019, 1, 1),
        purposes=UNASKED,
        label=both("收买好评", "Bought praise"),
        basis=both("《电子商务法》（2019-01-01 施行）第十七条", "E-Commerce Law (2019-01-01) art. 17"),
        message=both("文案以利益换取好评", "The text offers something in return for praise."),
        substitute=both("可邀请客户如实评价", "Ask for an honest review."),
        test=lambda action, settings: says(SECRET_ADVERTISING, action),
        parameters={"phrases": SECRET_ADVERTISING},
    ),
    Rule(
        id="general.machine_label",
        version=1,
        scope="content",
        strength="hard",
        severity="block",
        valid_from=date(2025, 9, 1),
        purposes=UNASKED,
        label=both("生成内容标识", "Label of machine-made text"),
        basis=both("《人工智能生成合成内容标识办法》（2025-09-01 施行）", "Measures for Labelling AI-Generated Content (2025-09-01)"),
        message=both("机器生成的内容缺少标识", "Machine-made text carries no label."),
        substitute=both("请加上「本内容由人工智能生成」", "Add 'AI-generated'."),
        test=lambda action, settings: action.content.machine_made and not MACHINE_LABEL.found_in(action.content.text),
        parameters={"phrases": MACHINE_LABEL},
    ),
)
