"""What a customer does on our pages, in our apps and with our messages, as tracking clients report it."""

from xingke.schema import ColumnType
from xingke.tags.families.build import named
from xingke.tags.tag import Family, Grain, Tag
from xingke.tags.units import DAYS, OCCASIONS
from xingke.words import both

T = ColumnType

PURCHASES = ("order completed", "order_completed", "ordercompleted", "purchase", "payorder", "pay_order", "submitorder")
CARTS = ("product added", "product_added", "add_to_cart", "addtocart", "checkout started", "checkout_started")
SEARCHES = ("products searched", "products_searched", "search", "searchproduct")
"""Names of events, in small letters: those of the published vocabularies of the tracking clients, and common spellings of them."""


def _listed(names: tuple[str, ...]) -> str:
    return "(" + ", ".join(f"'{name}'" for name in names) + ")"


IS_ACTION = "kind in ('track', 'page', 'screen')"
IS_VIEW = "kind in ('page', 'screen')"
IS_PURCHASE, IS_CART, IS_SEARCH = (f"lower(name) in {_listed(names)}" for names in (PURCHASES, CARTS, SEARCHES))


def _within(days: int, condition: str) -> str:
    return f"case when age_days between 1 and {days} and {condition} then"


def _count(stem: str, zh: str, en: str, days: int, condition: str) -> Tag:
    return Tag(
        name=f"{stem}_{days}d",
        label=named(zh, en, days),
        family=Family.BEHAVIOUR,
        type=T.INTEGER,
        grain=Grain.EVENT,
        sql=f"count({_within(days, condition)} 1 end)",
        meaning=both(f"近 {days} 天{zh}", f"{en.lower()} in the last {days} days"),
        unit=OCCASIONS,
        empty_is_zero=True,
    )


def _days(days: int) -> Tag:
    return Tag(
        name=f"active_days_{days}d",
        label=named("活跃天数", "Active days", days),
        family=Family.BEHAVIOUR,
        type=T.INTEGER,
        grain=Grain.EVENT,
        sql=f"count(distinct {_within(days, IS_ACTION)} age_days end)",
        meaning=both(f"近 {days} 天有行为的天数", f"days with any activity in the last {days} days"),
        unit=DAYS,
        empty_is_zero=True,
    )


def _flag(name: str, zh: str, en: str, sql: str, meaning_zh: str, meaning_en: str) -> Tag:
    return Tag(name, both(zh, en), Family.BEHAVIOUR, T.FLAG, Grain.PORTRAIT, sql, both(meaning_zh, meaning_en))


def behaviour_tags() -> tuple[Tag, ...]:
    """Activity on all channels that report events, and two rules on it."""
    return (
        *(_count("event_count", "行为次数", "Actions", days, IS_ACTION) for days in (7, 30, 90)),
        *(_days(days) for days in (7, 30)),
        _count("view_count", "浏览次数", "Page views", 30, IS_VIEW),
        _count("search_count", "搜索次数", "Searches", 30, IS_SEARCH),
        _count("cart_count", "加购次数", "Additions to the cart", 7, IS_CART),
        _count("online_order_count", "线上下单次数", "Orders placed online", 7, IS_PURCHASE),
        Tag(
            "days_since_last_event",
            both("距上次行为天数", "Days since last action"),
            Family.BEHAVIOUR,
            T.INTEGER,
            Grain.EVENT,
            f"min(case when {IS_ACTION} then age_days end)",
            both("截止日与最近一次行为相隔的天数", "days from the last action to the reference day"),
            DAYS,
        ),
        _flag(
            "is_active_online",
            "线上活跃",
            "Active online",
            "active_days_7d >= 2 or event_count_7d >= 5",
            "近 7 天有行为的天数达到 2 天，或行为达到 5 次",
            "two days with activity or five actions in the last 7 days",
        ),
        _flag(
            "has_open_cart",
            "加购未下单",
            "Cart without an order",
            "cart_count_7d > 0 and online_order_count_7d = 0",
            "近 7 天加购过，但没有线上下单",
            "added to the cart in the last 7 days without ordering online",
        ),
    )
