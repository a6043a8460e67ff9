"""What to do with a result: one decision and one sentence."""

from dataclasses import dataclass
from typing import Literal

from xingke.experiment.effect import Effect
from xingke.experiment.errors import InvalidDesign
from xingke.experiment.estimate import Estimate
from xingke.experiment.srm import SampleRatio
from xingke.words import Words, both

Kind = Literal["ship", "stop", "wait", "cannot_decide", "broken_split"]
Finding = Literal["gain", "loss", "no_effect", "unusable"]

# Ending early costs at most this much of the error rate on top of the final look's own.
EARLY_ALPHA = 0.01

MINUS = "−"
"""The sign that numbers on screen carry; a hyphen is none."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do (`kind`), what was found (`finding`), the sentence, and the days that are left until the planned end."""

    kind: Kind
    finding: Finding
    words: Words
    days_left: int
    smallest_visible: float


def decide(
    effect: Effect,
    srm: SampleRatio | None,
    *,
    days_run: int,
    planned_days: int,
    cycle_days: int = 7,
    worthwhile: float | None = None,
    higher_is_better: bool = True,
    unit: Words | None = None,
) -> Decision:
    """Ship, stop, wait, or say that the design cannot tell.

    Before the planned end only overwhelming evidence ends an experiment (the sequential p value below 0.01, which holds under any number of
    looks), and never within the first `cycle_days`. At the end the fixed interval decides, once.

    Parameters
    ----------
    effect
        The effect so far.
    srm
        The sample-ratio check; a broken split ends everything. `None` where no lot was drawn.
    days_run, planned_days
        Days since the start, and days the experiment was planned for (1 or more).
    cycle_days
        One whole order cycle.
    worthwhile
        The smallest effect a customer worth having, above 0. Without it an experiment that finds nothing cannot say "stop".
    unit
        What the response is counted in, for the sentence.
    """
    if planned_days < 1 or days_run < 0 or (worthwhile is not None and worthwhile <= 0):
        raise InvalidDesign(
            zh="计划天数至少为 1，已运行天数不能为负，有意义的最小效果应大于 0",
            en="planned_days is 1 or more, days_run 0 or more, and worthwhile above 0",
        )
    left = max(planned_days - days_run, 0)
    if srm is not None and not srm.holds:
        return Decision("broken_split", "unusable", srm.words, left, effect.smallest_visible)
    sign = 1.0 if higher_is_better else -1.0
    if left:
        return _early(effect, left, sign, unit, whole_cycle=days_run >= cycle_days)
    return _final(effect, sign, worthwhile, unit)


def _early(effect: Effect, left: int, sign: float, unit: Words | None, *, whole_cycle: bool) -> Decision:
    seen = effect.sequential
    if whole_cycle and seen.p_value < EARLY_ALPHA:
        return _found(effect, seen, sign, left, unit)
    words = both(
        zh=f"再等 {left} 天：目前证据不足以提前结束（反复查看也有效的区间为 {_span(seen, 'zh', unit)}）",
        en=(
            f"Wait {left} more days: there is not enough evidence to end early "
            f"(interval that allows for looking often: {_span(seen, 'en', unit)})."
        ),
    )
    return Decision("wait", "no_effect", words, left, effect.smallest_visible)


def _final(effect: Effect, sign: float, worthwhile: float | None, unit: Words | None) -> Decision:
    seen = effect.absolute
    if seen.above_zero or seen.below_zero:
        return _found(effect, seen, sign, 0, unit)
    best = max(sign * seen.low, sign * seen.high)
    if worthwhile is not None and best < worthwhile:
        words = both(
            zh=f"停止：没有效果（区间 {_span(seen, 'zh', unit)}，达不到有意义的 {_amount(worthwhile, 'zh', unit)}）",
            en=(
                f"Stop: no effect (interval {_span(seen, 'en', unit)}, "
                f"below the {_amount(worthwhile, 'en', unit)} that would be worth having)."
            ),
        )
        return Decision("stop", "no_effect", words, 0, effect.smallest_visible)
    visible = effect.smallest_visible
    words = both(
        zh=f"无法判断：未见效果（区间 {_span(seen, 'zh', unit)}）；这一设计能看出的最小效果是 {_amount(visible, 'zh', unit)}",
        en=(
            f"Cannot decide: no effect was seen (interval {_span(seen, 'en', unit)}); "
            f"the smallest effect this design could see is {_amount(visible, 'en', unit)}."
        ),
    )
    return Decision("cannot_decide", "no_effect", words, 0, visible)


def _found(effect: Effect, seen: Estimate, sign: float, left: int, unit: Words | None) -> Decision:
    span_zh, span_en = _span(seen, "zh", unit), _span(seen, "en", unit)
    value_zh, value_en = _amount(seen.value, "zh", unit), _amount(seen.value, "en", unit)
    if sign * seen.value > 0:
        words = both(
            zh=f"推广：每位客户的效果为 {value_zh}（区间 {span_zh}）",
            en=f"Ship: the effect is {value_en} a customer (interval {span_en}).",
        )
        return Decision("ship", "gain", words, left, effect.smallest_visible)
    words = both(
        zh=f"停止：效果有害，每位客户为 {value_zh}（区间 {span_zh}）",
        en=f"Stop: the effect does harm, {value_en} a customer (interval {span_en}).",
    )
    return Decision("stop", "loss", words, left, effect.smallest_visible)


def _amount(value: float, language: Literal["zh", "en"], unit: Words | None) -> str:
    shown = (f"{value:,.2f}" if abs(value) >= 0.1 or value == 0 else f"{value:.2g}").replace("-", MINUS)
    return f"{shown} {unit[language]}" if unit is not None else shown


def _span(seen: Estimate, language: Literal["zh", "en"], unit: Words | None) -> str:
    low, high = _amount(seen.low, language, None), _amount(seen.high, language, unit)
    return f"{low} 至 {high}" if language == "zh" else f"{low} to {high}"
