"""A condition reads as a person would write it, in both languages."""

from decimal import Decimal

import pytest
from market import CATALOGUE

from xingke.expr import (
    EVERYBODY,
    Any_,
    Between,
    Compare,
    Condition,
    Contains,
    DaysAgo,
    Event,
    In,
    InSegment,
    Missing,
    Not,
    all_of,
    any_of,
    say,
)

NOT_BASE = Compare("value_tier", "!=", "base")
QUIET = Compare("days_since_order", ">=", 14)
FEW = Compare("order_count_90d", "<=", 8)
CLASS_ONE = (Compare("price_class", "=", 1),)


@pytest.mark.parametrize(
    ("tree", "zh", "en"),
    [
        (
            all_of(NOT_BASE, any_of(QUIET, FEW)),
            "客户分层不是「基础型」且（距上次订货天数 ≥ 14 或 近 90 天订货次数 ≤ 8）",
            "Value tier is not “Base” and (days since last order ≥ 14 or orders in 90 days ≤ 8)",
        ),
        (
            Event("order", "count", 90, ">=", 3, CLASS_ONE),
            "近 90 天订货（价类为 1）次数 ≥ 3",
            "Order count in the last 90 days (price class is 1) ≥ 3 orders",
        ),
        (
            Event("order", "amount", 30, ">", Decimal("12000.50")),
            "近 30 天订货金额 > 12,000.5 元",
            "Order amount in the last 30 days > 12,000.5 yuan",
        ),
        (Event("open", "count", 30, "=", 0), "近 30 天没有打开消息", "No message opened in the last 30 days"),
        (Not(Event("open", "count", 1, ">=", 1)), "近 1 天没有打开消息", "No message opened in the last day"),
        (Event("order", "count", 7, ">=", 1, CLASS_ONE), "近 7 天有订货（价类为 1）", "Some order in the last 7 days (price class is 1)"),
        (EVERYBODY, "全部客户", "All customers"),
        (all_of(any_of(QUIET)), "距上次订货天数 ≥ 14", "Days since last order ≥ 14"),
        (all_of(QUIET, all_of(FEW, NOT_BASE)), "距上次订货天数 ≥ 14 且 近 90 天订货次数 ≤ 8 且 客户分层不是「基础型」", None),
        (Not(Compare("value_tier", "=", "base")), "不满足（客户分层为「基础型」）", "Not (value tier is “Base”)"),
        (Not(Not(QUIET)), "距上次订货天数 ≥ 14", "Days since last order ≥ 14"),
        (Compare("weekend_share", ">=", 0.35), "周末订货占比 ≥ 35%", "Weekend share ≥ 35%"),
        (
            Between("amount_90d_yuan", Decimal(0), Decimal(1000)),
            "近 90 天订货金额在 0 到 1,000 元之间",
            "Amount in 90 days is between 0 and 1,000 yuan",
        ),
        (In("city", ("得梅因", "埃姆斯")), "城市属于「得梅因」「埃姆斯」之一", "City is one of “得梅因”, “埃姆斯”"),
        (In("grade", (7,)), "档位为 7", "Grade is 7"),
        (In("grade", tuple(range(12))), "档位属于 0、1、2、3、4、5、6、7 等 12 项", "Grade is one of 0, 1, 2, 3, 4, 5, 6, 7 and 4 more"),
        (Contains("display_name", "mart"), "显示名称包含「mart」", "Display name contains “mart”"),
        (Missing("city"), "没有城市", "City is missing"),
        (Not(Missing("city")), "已有城市", "City is known"),
        (DaysAgo("opened_on", "<=", 90), "建档日期距今 ≤ 90 天", "Opened on is ≤ 90 days ago"),
        (DaysAgo("opened_on", ">=", -30), "距建档日期还有 ≤ 30 天", "Opened on is ≤ 30 days ahead"),
        (Compare("is_new", "=", value=True), "新客户为「是」", "New customer is “yes”"),
        (InSegment("loyal"), "在客群「忠诚客户」中", "In segment “Loyal customers”"),
        (Not(InSegment("loyal")), "不在客群「忠诚客户」中", "Not in segment “Loyal customers”"),
        (any_of(QUIET, all_of(FEW, NOT_BASE)), "距上次订货天数 ≥ 14 或（近 90 天订货次数 ≤ 8 且 客户分层不是「基础型」）", None),
        (Any_((all_of(QUIET), any_of(FEW))), "距上次订货天数 ≥ 14 或 近 90 天订货次数 ≤ 8", None),
    ],
)
def test_it_reads_as_a_person_would_write_it(tree: Condition, zh: str, en: str | None) -> None:
    assert say(tree, CATALOGUE, "zh") == zh
    if en is not None:
        assert say(tree, CATALOGUE, "en") == en
