"""Metrics over a period, in a scope, by a dimension: one query for all of them together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlglot import exp

from xingke.engine import Step, bind
from xingke.engine.step import DIALECT
from xingke.expr import scope_condition
from xingke.metrics.metric import Metric


class By(StrEnum):
    """What the rows of an answer are."""

    TOTAL = "total"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    UNIT = "unit"


BUCKETS = {
    By.TOTAL: "'total'",
    By.DAY: "ordered_on",
    By.WEEK: "cast(date_trunc('week', ordered_on) as date)",
    By.MONTH: "cast(date_trunc('month', ordered_on) as date)",
}


@dataclass(frozen=True, slots=True)
class Period:
    """Business days `[start_on, end_on)`."""

    start_on: date
    end_on: date

    @property
    def days(self) -> int:
        """Length in days."""
        return (self.end_on - self.start_on).days


def metric_query(metrics: Sequence[Metric], period: Period, *, scope_path: str, by: By = By.TOTAL) -> exp.Query:
    """Figures of a period for the customers below an organisation path.

    Returns
    -------
    exp.Query
        Reads `customer_order` and `customer`. One row a `bucket` (the first day of the week or month; the organisation
        unit directly below the scope for `By.UNIT`; `'total'`), in its order, with a column a metric. A bucket without
        orders has no row.
    """
    depth = len([part for part in scope_path.split("/") if part])
    unit = f"split_part(customer.org_path, '/', {depth + 2})"
    bucket = "unit" if by is By.UNIT else BUCKETS[by]
    columns = ", ".join(f"{metric.sql.replace('population', 'max(population)')} as {metric.name}" for metric in metrics)
    sql = f"""
        select {bucket} as bucket, {columns}
        from (
            select customer.customer_id as member_id, {unit} as unit,
                   count(*) over (partition by {unit if by is By.UNIT else "1"}) as population
            from customer
            where {scope_condition(scope_path).sql(DIALECT)}
        ) as scoped
        join customer_order on customer_order.customer_id = scoped.member_id
        where ordered_on >= $start_on and ordered_on < $end_on
        group by 1
    """
    step = Step(name="metrics", sql=sql, parameters={"start_on": period.start_on, "end_on": period.end_on}, order_by=("bucket",))
    return bind(step, as_of=period.end_on)
