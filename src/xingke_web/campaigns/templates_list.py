"""Texts to start a campaign from; each passes the rules of every pack, apart from the sign-off that some ask for."""

from collections.abc import Mapping
from dataclasses import dataclass

from xingke.words import Words, both


@dataclass(frozen=True)
class CampaignTemplate:
    """A plan to begin with."""

    key: str
    label: Words
    meaning: Words
    purpose: str
    goal: Words
    subject: Words
    body: Words


_LISTED = (
    CampaignTemplate(
        key="come_back",
        label=both("久未到访回访", "Come back"),
        meaning=both("给近期减少购买的客户发一条问候", "A greeting to customers who have bought less of late"),
        purpose="marketing",
        goal=both("使减少购买的客户恢复往常的购买", "Bring lapsing customers back to their usual purchases"),
        subject=both("好久不见，{name}", "We have missed you, {name}"),
        body=both(
            "{name}，您好。\n我们注意到您最近来得少了。如果遇到什么不便，欢迎直接回复，我们会尽快跟进。\n{sender}",
            "Dear {name},\nwe noticed that you came by less often of late. "
            "If something was inconvenient, answer here and we will look into it.\n{sender}",
        ),
    ),
    CampaignTemplate(
        key="order_window",
        label=both("订货时间提醒", "Order window"),
        meaning=both("提醒客户本周的订货与送货安排", "Reminds customers of this week's order and delivery times"),
        purpose="service",
        goal=both("让客户按时完成订货", "Help customers to order in time"),
        subject=both("本周订货安排", "Ordering this week"),
        body=both(
            "{name}，您好。\n本周订货时间与往常一致，送货时间以线路安排为准。如需调整，请回复本消息。\n{sender}",
            "Dear {name},\nthe order window is the same as usual this week; "
            "delivery follows your route. Answer here if you need a change.\n{sender}",
        ),
    ),
    CampaignTemplate(
        key="service_visit",
        label=both("服务回访", "Service visit"),
        meaning=both("询问客户是否需要陈列、设备或经营方面的帮助", "Asks whether help with display, equipment or business is wanted"),
        purpose="service",
        goal=both("了解客户的服务需求", "Learn what service customers need"),
        subject=both("是否需要我们上门服务", "May we help you on site?"),
        body=both(
            "{name}，您好。\n我们可提供陈列、终端设备和经营诊断方面的上门服务。如有需要，请选择「感兴趣」，客户经理会与您约时间。\n{sender}",
            "Dear {name},\nwe help with display, equipment and business advice on site. "
            "Choose 'Interested' and your manager will arrange a time.\n{sender}",
        ),
    ),
)

TEMPLATES: Mapping[str, CampaignTemplate] = {each.key: each for each in _LISTED}
