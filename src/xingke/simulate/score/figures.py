"""Every figure that a scoring can print: its name, the answer it needs, and what it means."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from xingke.simulate.score.answers import WRONGDOING
from xingke.words import Words, both


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure.

    Parameters
    ----------
    answer
        The answer table that it is measured on; empty where it describes the world itself.
    meaning
        What is counted, and of what it is a share.
    aim
        `high`, `low`, `zero` (a bias), `nominal` (95 % coverage) or `none`.
    """

    name: str
    answer: str
    meaning: Words
    aim: str = "high"


WEEKS_BEFORE = (2, 4, 5)
CELL_MEANS = (1, 3, 10)
DESIGNS = {
    "randomised": both("随机分组的活动", "randomised campaigns"),
    "confounded": both("由人选定对象的活动", "campaigns sent to chosen outlets"),
}
KIND_WORDS = {
    "diversion": both("真烟外流", "diversion"),
    "proxy_ring": both("代订代结", "proxy-order rings"),
    "empty_shell": both("空壳户", "empty shells"),
    "grade_manipulation": both("操纵档位", "manipulated grades"),
    "licence_lent": both("出借证件", "lent licences"),
}


def _forecast() -> Iterator[Figure]:
    levels = {
        "city_week": both("品规、全市、周", "SKU, city and week"),
        "outlet_week": both("零售户合计、周", "outlet total and week"),
        "outlet_month": both("零售户合计、四周月", "outlet total and four-week month"),
        **{
            f"cell_{mean}": both(f"零售户、品规、周，期望约 {mean} 条", f"outlet, SKU and week with about {mean} expected")
            for mean in CELL_MEANS
        },
    }
    for level, words in levels.items():
        mean = level.removeprefix("cell_")
        is_cell = mean != level
        name = f"forecast_cell_accuracy_mean_{mean}" if is_cell else f"forecast_{level}_accuracy"
        target = both("消费需求", "consumer demand") if is_cell else both("需求量", "what was asked for")
        meaning = both(
            f"1 减绝对误差之和与{target['zh']}之和的比：{words['zh']}",
            f"one minus the sum of absolute errors over the sum of {target['en']}, by {words['en']}",
        )
        yield Figure(name, "forecast", meaning)


def _churn() -> Iterator[Figure]:
    answer = "churn_score"
    yield Figure(
        "churn_auc", answer, both("30 天内离开者评分高于同日未离开者的概率", "chance that a leaver scores above a stayer of the same day")
    )
    yield Figure("churn_auc_without_sudden", answer, both("同上，不计突发离开", "the same without those who leave with no warning"))
    yield Figure(
        "churn_recall_top_5", answer, both("评分最高 5% 中的离开者占全部离开者", "share of leavers who are in the top 5 % of their day")
    )
    yield Figure("churn_precision_top_1", answer, both("评分最高 1% 中离开的占比", "share of the top 1 % who leave within 30 days"))
    for top in (5, 10):
        tail = "" if top == 5 else "_top_10"
        for weeks in WEEKS_BEFORE:
            yield Figure(
                f"churn_flagged_{weeks}_weeks_before{tail}",
                answer,
                both(
                    f"有征兆的离开者在最后订货周前至少 {weeks} 周进入每周前 {top}% 的占比",
                    f"share of leavers with signs in a weekly top {top} % at least {weeks} weeks before that of their last order",
                ),
            )
        yield Figure(
            f"churn_flagged_ever{tail}",
            answer,
            both(
                f"有征兆的离开者在最后订货前进入每周前 {top}% 的占比", f"the same, in a weekly top {top} % before their last order at all"
            ),
        )
    for rule, words in (("or", both("降三成或换渠道两次", "down 30 % or two switches")), ("and", both("两者都有", "both"))):
        for part, zh, en in (
            ("flagged", "标记占比", "share of outlets flagged"),
            ("recall", "找回率", "share of leavers flagged"),
            ("precision", "准确率", "share of the flagged who leave"),
        ):
            aim = "none" if part == "flagged" else "high"
            yield Figure(f"churn_rule_{rule}_{part}", "", both(f"规则（{words['zh']}）的{zh}", f"rule ({words['en']}): {en}"), aim)
    yield Figure(
        "cause_accuracy",
        "churn_cause",
        both("有征兆的离开者中原因判断正确的占比", "share of leavers with signs whose cause is named rightly"),
    )


def _value() -> Iterator[Figure]:
    yield Figure(
        "tier_precision_festival",
        "tier",
        both("节后评估日分为高价值层者中真正属于的占比", "share of those put into the value tier after the festival who belong there"),
    )
    yield Figure("tier_accuracy_festival", "tier", both("三层判断正确的占比", "share of outlets put into their true tier"))
    yield Figure(
        "hoarders_promoted_share",
        "tier",
        both("季节性囤货户中被错升为高价值层的占比", "share of seasonal hoarders wrongly put into the value tier"),
        "low",
    )
    yield Figure(
        "uplift_persuadables_top_20",
        "uplift",
        both(
            "增益超过 8 个百分点者落入评分最高 20% 的占比",
            "share of those gained by more than 8 points who are in the top 20 % of their campaign",
        ),
    )
    yield Figure(
        "uplift_effect_top_20_points",
        "uplift",
        both("评分最高 20% 的真实增益（百分点）", "true effect in the top 20 %, in percentage points"),
    )
    yield Figure(
        "recommendation_hit_5",
        "recommendation",
        both("最适配的品规进入前 5 个推荐的零售户占比", "share of outlets whose best fitting SKU is among the first 5"),
    )
    yield Figure(
        "recommendation_ndcg_5",
        "recommendation",
        both("前 5 个推荐的折损累计增益，以期望周销加权", "discounted gain of the first 5, weighted by what would sell"),
    )
    yield Figure("leader_precision_top_1", "leader", both("评分最高 1% 中真正领袖的占比", "share of true leaders in the top 1 %"))
    yield Figure("leader_precision_100", "leader", both("评分最高 100 户中真正领袖的占比", "share of true leaders in the top 100"))


def _anomaly() -> Iterator[Figure]:
    for kind in WRONGDOING:
        words = KIND_WORDS[kind]
        yield Figure(
            f"{kind}_recall", "anomaly", both(f"{words['zh']}：真实案件被找到的占比", f"{words['en']}: share of true episodes found")
        )
        yield Figure(
            f"{kind}_precision", "anomaly", both(f"{words['zh']}：线索属实的占比", f"{words['en']}: share of suspicions that are true")
        )
    yield Figure(
        "diversion_recall_at_precision_30",
        "anomaly",
        both(
            "真烟外流：准确率不低于 0.3 时最高的找回率", "diversion: largest recall at a precision of 0.3 or more, walking down the score"
        ),
    )
    yield Figure(
        "look_alikes_accused_share",
        "anomaly",
        both("如实经营的相似情形中在当时被列为线索的占比", "share of honest look-alikes under suspicion at the time"),
        "low",
    )


def _identity() -> Iterator[Figure]:
    for part, zh, en in (
        ("precision", "归并的记录对正确的占比", "share of pairs put together that belong together"),
        ("recall", "应归并的记录对被归并的占比", "share of pairs that belong together and were put together"),
        ("f1", "两者的调和平均", "harmonic mean of the two"),
    ):
        yield Figure(f"entity_pair_{part}", "entity_cluster", both(zh, en))
    yield Figure(
        "field_accuracy",
        "golden_record",
        both("零售户六个字段在黄金记录中正确的占比", "share of the six fields of outlets that are right in the golden record"),
    )


def _effect() -> Iterator[Figure]:
    for design, words in DESIGNS.items():
        for part, zh, en, aim in (
            ("coverage", "95% 区间含真值的占比", "share of 95 % intervals that hold the truth", "nominal"),
            ("bias_points", "估计的平均偏差（百分点）", "mean of estimate minus truth, in percentage points", "zero"),
            ("error_points", "估计的平均绝对误差（百分点）", "mean distance of the estimate from the truth, in percentage points", "low"),
            ("width_points", "区间的平均宽度（百分点）", "mean width of the intervals, in percentage points", "low"),
            ("false_claims", "真实效果为零而区间不含零的占比", "share of intervals without zero where the true effect is zero", "low"),
        ):
            yield Figure(f"effect_{part}_{design}", "effect", both(f"{words['zh']}：{zh}", f"{words['en']}: {en}"), aim)


def _pilot() -> Iterator[Figure]:
    yield Figure(
        "pilot_mde_points",
        "",
        both(
            "5% 试点以 80% 功效能发现的转化率提升（百分点）",
            "gain in conversion that a 5 % pilot finds with power 0.8, in percentage points",
        ),
        "low",
    )
    yield Figure("pilot_power_8_points", "", both("5% 试点发现 8 个百分点提升的概率", "chance that a 5 % pilot finds a gain of 8 points"))
    yield Figure(
        "pilot_mde_amount_share",
        "",
        both(
            "同一试点能发现的四周金额相对变化，用前期金额修正",
            "relative change of four weeks' amount that it finds, adjusted by the weeks before",
        ),
        "low",
    )


def _firms() -> Iterator[Figure]:
    yield Figure(
        "lead_auc",
        "lead_score",
        both(
            "末日未结案线索中，成交者评分高于未成交者的概率",
            "chance that a won lead scores above a lost one, of those open on the last day",
        ),
    )
    yield Figure(
        "channel_error_points",
        "channel_share",
        both(
            "渠道占增量新客的比例与真实值的平均距离（百分点）",
            "mean distance of the channels' shares from the true ones, in percentage points",
        ),
        "low",
    )


FIGURES: Mapping[str, Figure] = {
    figure.name: figure for part in (_forecast, _churn, _value, _anomaly, _identity, _effect, _pilot, _firms) for figure in part()
}
"""Every figure by name; a scoring adds the twins `<name>_baseline` and `<name>_ceiling`."""
