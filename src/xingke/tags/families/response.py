"""How a customer answers when we get in touch."""

from xingke.schema import ColumnType
from xingke.tags.families.build import YEAR, named, share
from xingke.tags.tag import Family, Grain, Tag
from xingke.tags.units import CAMPAIGNS, DAYS, OCCASIONS
from xingke.words import both

ANSWERS = "('opened', 'clicked', 'replied', 'redeemed')"


def _counted(name: str, zh: str, en: str, days: int, what: str) -> Tag:
    return Tag(
        name=f"{name}_{days}d",
        label=named(zh, en, days),
        family=Family.RESPONSE,
        type=ColumnType.INTEGER,
        grain=Grain.TOUCH,
        sql=f"count(distinct case when age_days between 1 and {days} and kind {what} then campaign_key end)",
        meaning=both(f"近 {days} 天{zh}的不同活动数", f"different campaigns: {en.lower()} in the last {days} days"),
        unit=CAMPAIGNS,
        empty_is_zero=True,
    )


def response_tags() -> tuple[Tag, ...]:
    """Touches, responses and their rates."""
    counts = tuple(
        tag
        for days in (90, YEAR)
        for tag in (
            _counted("touch_count", "触达", "Touched by", days, "= 'sent'"),
            _counted("response_count", "有反馈", "Answered", days, f"in {ANSWERS}"),
        )
    )
    rates = tuple(
        share(
            f"interaction_rate_{days}d",
            named("互动率", "Interaction rate", days),
            Family.RESPONSE,
            f"least(response_count_{days}d, touch_count_{days}d)",
            f"touch_count_{days}d",
            both(f"近 {days} 天有反馈的活动数 ÷ 触达的活动数", f"campaigns answered ÷ campaigns received in the last {days} days"),
        )
        for days in (90, YEAR)
    )
    return (
        *counts,
        *rates,
        Tag(
            "redemption_count_365d",
            named("核销次数", "Redemptions", YEAR),
            Family.RESPONSE,
            ColumnType.INTEGER,
            Grain.TOUCH,
            f"count(case when age_days between 1 and {YEAR} and kind = 'redeemed' then 1 end)",
            both("近 365 天核销权益的次数", "benefits redeemed in the last 365 days"),
            OCCASIONS,
            empty_is_zero=True,
        ),
        Tag(
            "days_since_last_touch",
            both("距上次触达天数", "Days since last touch"),
            Family.RESPONSE,
            ColumnType.INTEGER,
            Grain.TOUCH,
            "min(case when kind = 'sent' then age_days end)",
            both("截止日与最近一次触达相隔的天数", "days from the last touch to the reference day"),
            DAYS,
        ),
        Tag(
            "has_opted_out",
            both("已退订", "Opted out"),
            Family.RESPONSE,
            ColumnType.FLAG,
            Grain.TOUCH,
            "max(case when kind = 'opted_out' then 1 else 0 end) = 1",
            both("曾经退订或拒收", "has opted out at some time"),
            empty_is_zero=True,
        ),
    )
