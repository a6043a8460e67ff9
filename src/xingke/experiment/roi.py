"""Cost and return, with what the action caused beside what a report without a control group would claim."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from xingke.experiment.effect import Effect
from xingke.experiment.errors import InvalidDesign
from xingke.words import Words, both

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Roi:
    """Money in and money out of an action; every `*_ratio` is value for one unit of cost, `None` where there was no cost.

    Parameters
    ----------
    cost_yuan
        Everything the action cost.
    incremental_yuan, incremental_low_yuan, incremental_high_yuan
        Value that would not have come without the action, with its interval.
    naive_yuan
        Value of everything the treated customers did.
    """

    cost_yuan: Decimal
    incremental_yuan: Decimal
    incremental_low_yuan: Decimal
    incremental_high_yuan: Decimal
    naive_yuan: Decimal
    incremental_ratio: Decimal | None
    incremental_low_ratio: Decimal | None
    incremental_high_ratio: Decimal | None
    naive_ratio: Decimal | None
    words: Words


def roi_of(effect: Effect, *, cost_yuan: Decimal, value_of_one: Decimal = Decimal(1)) -> Roi:
    """Return on the cost of an action.

    Parameters
    ----------
    effect
        Effect on a response; its total over the treated customers is what the cost bought.
    cost_yuan
        0 or more.
    value_of_one
        What one unit of the response is worth: a margin share for an amount in yuan, a value in yuan for a customer who responds.
    """
    if cost_yuan < 0 or value_of_one <= 0:
        raise InvalidDesign(zh="成本不能为负，单位价值应大于 0", en="cost is 0 or more, and the value of one unit above 0")
    value, low, high = (_money(Decimal(number) * value_of_one) for number in (effect.total.value, effect.total.low, effect.total.high))
    naive = _money(effect.naive_total * value_of_one)
    ratio, low_ratio, high_ratio, naive_ratio = (_ratio(number, cost_yuan) for number in (value, low, high, naive))
    words = both(
        zh=(
            f"每投入 1 元，增量回报 {one_to(ratio)}（区间 {one_to(low_ratio)} 至 {one_to(high_ratio)}）；"
            f"不设对照组的算法会报 {one_to(naive_ratio)}"
        ),
        en=(
            f"Incremental return {one_to(ratio)} (interval {one_to(low_ratio)} to {one_to(high_ratio)}); "
            f"without a control group the report would say {one_to(naive_ratio)}."
        ),
    )
    return Roi(_money(cost_yuan), value, low, high, naive, ratio, low_ratio, high_ratio, naive_ratio, words)


def one_to(ratio: Decimal | None) -> str:
    """A return in the form the trade writes it: `1:3.2`; a dash where there was no cost."""
    if ratio is None:
        return "-"
    shown = ratio.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"1:{abs(shown) if shown == 0 else shown}"


def _money(value: Decimal) -> Decimal:
    if not value.is_finite():
        return value
    return value.quantize(CENT, ROUND_HALF_UP)


def _ratio(value: Decimal, cost_yuan: Decimal) -> Decimal | None:
    return value / cost_yuan if cost_yuan else None
