"""What an arm is known by: a count and five sums. Statistics take these and never the rows, so any engine can deliver them."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xingke.experiment.errors import InvalidDesign, NotEnoughCustomers

if TYPE_CHECKING:
    import pyarrow as pa

Amount = int | float | Decimal
SUM_DIGITS = 60
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class ArmSums:
    """Count and sums of one arm, one value a customer.

    Parameters
    ----------
    n
        Customers assigned to the arm, with or without a response.
    total_y, total_y2
        Sum of the responses and of their squares.
    total_x, total_x2, total_xy
        The same for a number known before the experiment began, usually the response of an earlier period; all zero where there is none.

    Numbers may be int, float or Decimal; they are kept as exact decimals, so that a small difference between large sums survives.
    """

    n: int
    total_y: Decimal
    total_y2: Decimal
    total_x: Decimal = ZERO
    total_x2: Decimal = ZERO
    total_xy: Decimal = ZERO

    def __post_init__(self) -> None:
        if self.n < 0:
            raise InvalidDesign(zh=f"客户数为 {self.n}，不能为负", en=f"n={self.n}; a count of customers is 0 or more", n=self.n)
        for name in ("total_y", "total_y2", "total_x", "total_x2", "total_xy"):
            object.__setattr__(self, name, _exact(getattr(self, name)))

    @classmethod
    def of(cls, *, n: int, total_y: Amount, total_y2: Amount, total_x: Amount = 0, total_x2: Amount = 0, total_xy: Amount = 0) -> "ArmSums":
        """Build from sums of any number type, for example a row of a query."""
        numbers = [_exact(each) for each in (total_y, total_y2, total_x, total_x2, total_xy)]
        return cls(n, *numbers)

    @classmethod
    def of_counts(cls, *, n: int, responders: int) -> "ArmSums":
        """Build for a yes or no response."""
        return cls.of(n=n, total_y=responders, total_y2=responders)

    @classmethod
    def from_arrays(cls, y: Sequence[Amount] | NDArray[np.generic], x: Sequence[Amount] | NDArray[np.generic] | None = None) -> "ArmSums":
        """Build from one value a customer; `x` is known before the experiment."""
        responses = _numbers(y)
        if x is None:
            return cls(len(responses), _sum(responses), _sum_products(responses, responses))
        befores = _numbers(x)
        if len(befores) != len(responses):
            raise InvalidDesign(
                zh=f"响应有 {len(responses)} 个值，事前数有 {len(befores)} 个",
                en=f"{len(responses)} responses but {len(befores)} values from before",
            )
        return cls(
            len(responses),
            _sum(responses),
            _sum_products(responses, responses),
            _sum(befores),
            _sum_products(befores, befores),
            _sum_products(befores, responses),
        )

    @property
    def mean_y(self) -> float:
        """Mean response a customer."""
        return float(Fraction(self.total_y) / self._count())

    @property
    def mean_x(self) -> float:
        """Mean value from before a customer."""
        return float(Fraction(self.total_x) / self._count())

    @property
    def scatter_y(self) -> float:
        """Sum of squared distances of the responses from their mean."""
        return max(float(Fraction(self.total_y2) - Fraction(self.total_y) ** 2 / self._count()), 0.0)

    @property
    def scatter_x(self) -> float:
        """The same for the value from before."""
        return max(float(Fraction(self.total_x2) - Fraction(self.total_x) ** 2 / self._count()), 0.0)

    @property
    def scatter_xy(self) -> float:
        """Sum of the products of both distances."""
        return float(Fraction(self.total_xy) - Fraction(self.total_x) * Fraction(self.total_y) / self._count())

    @property
    def knows_before(self) -> bool:
        """Whether values from before were given."""
        return self.total_x2 != 0

    def __add__(self, other: "ArmSums") -> "ArmSums":
        with localcontext(prec=SUM_DIGITS):
            return ArmSums(
                self.n + other.n,
                self.total_y + other.total_y,
                self.total_y2 + other.total_y2,
                self.total_x + other.total_x,
                self.total_x2 + other.total_x2,
                self.total_xy + other.total_xy,
            )

    def _count(self) -> int:
        if self.n < 1:
            raise NotEnoughCustomers(found=self.n)
        return self.n


def sums_by_arm(table: "pa.Table", *, arm: str, response: str, before: str | None = None) -> dict[str, ArmSums]:
    """The sums of every arm of a table with one row a customer.

    Parameters
    ----------
    table
        Columns `arm` (text), `response` and, if named, `before` (numbers, Decimal or true and false; no missing values).
    """
    names = [response] if before is None else [response, before]
    for name in [arm, *names]:
        if table.column(name).null_count:
            raise InvalidDesign(
                zh=f"列「{name}」有 {table.column(name).null_count} 个缺失值；没有响应请写 0",
                en=f"column '{name}' has {table.column(name).null_count} missing values; write 0 for no response",
                column=name,
            )
    arms = np.array(table.column(arm).to_pylist(), dtype=np.str_)
    values = {name: np.array(table.column(name).to_pylist()) for name in names}
    found: dict[str, ArmSums] = {}
    for name in sorted(set(arms.tolist())):
        rows = arms == name
        found[name] = ArmSums.from_arrays(values[response][rows], None if before is None else values[before][rows])
    return found


def merged(parts: Iterable[ArmSums]) -> ArmSums:
    """The sums of several parts of one arm together, in any order."""
    total = ArmSums(0, ZERO, ZERO)
    for part in parts:
        total = total + part
    return total


Exact = list[int | Decimal]
Floats = NDArray[np.float64]


def _numbers(values: Sequence[Amount] | NDArray[np.generic]) -> Exact | Floats:
    """Whole numbers and decimals stay exact; a list with a float in it becomes an array of floats."""
    if isinstance(values, np.ndarray) and values.dtype.kind == "f":
        return values.astype(np.float64)
    listed = values.tolist() if isinstance(values, np.ndarray) else list(values)
    if any(isinstance(value, float) for value in listed):
        return np.array([float(value) for value in listed])
    return [value if isinstance(value, Decimal) else int(value) for value in listed]


def _sum(values: Exact | Floats) -> Decimal:
    if isinstance(values, np.ndarray):
        return _exact(math.fsum(values))
    with localcontext(prec=SUM_DIGITS):
        return _exact(sum(values, ZERO))


def _sum_products(left: Exact | Floats, right: Exact | Floats) -> Decimal:
    if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
        return _exact(math.fsum(np.asarray(left, dtype=np.float64) * np.asarray(right, dtype=np.float64)))
    with localcontext(prec=SUM_DIGITS):
        return _exact(sum((Decimal(one) * Decimal(other) for one, other in zip(left, right, strict=True)), ZERO))


def _exact(value: Amount) -> Decimal:
    number = value if isinstance(value, Decimal) else Decimal(value)
    if not number.is_finite():
        raise InvalidDesign(zh=f"「{value}」不是有限的数", en=f"{value} is not a finite number", value=value)
    return number
