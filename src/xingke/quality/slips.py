"""Quantities that are off by a whole factor: a digit too many, packs for cartons.

A quantity of a customer and a product is a count around what is usual for both. How likely is the count as it is, and how likely would it
be divided by the factor? The odds of the two, times how often such slips occur in these rows at all, say whether it is one. Nothing here
drops or changes a row.
"""

from typing import Final

import pyarrow as pa

from xingke.engine import DuckEngine
from xingke.quality.declared import Measure
from xingke.quality.flags import FLAG_SCHEMA

FLAGGED: Final = 0.5
"""A row is marked from this certainty on."""
PROPOSED: Final = 0.9
"""A value is proposed from this certainty on."""
_OWN_ROWS: Final = 4
"""What is usual for the product and the size of the customer weighs as much as this many rows of the pair itself."""
_DAY_ROWS: Final = 20
"""A day of a product counts as different by as much as its rows say beside this many usual ones."""
_SURGE: Final = (0.005, 4.0)
"""Share of true rows that are no part of the usual spread, and how many times the usual they reach: festivals, promotions, hoarding."""
_ROUNDS: Final = 6
_PRIOR_ROWS: Final = 1000
_PRIOR: Final = 0.001
"""Slips are as frequent as the rows say, beside a thousand rows with one slip of each kind."""
_LEAST_ROWS: Final = 30


def slips(engine: DuckEngine, relation: str, *, table: str, measure: Measure, who: str, what: str, day: str | None, key: str) -> pa.Table:
    """The rows whose quantity is more likely a slip than not.

    Parameters
    ----------
    relation
        A name known to the engine with the columns `place` (from 1, negative for rows that only say what is usual) and those of the table.
    key
        SQL text that names the row.

    Returns
    -------
    pa.Table
        In `FLAG_SCHEMA`.

    References
    ----------
    Counts are negative binomial around the usual; how often slips occur is estimated from the rows themselves by expectation-maximisation
    (Dempster, Laird and Rubin 1977, JRSS B 39(1)).
    """
    _usual(engine, relation, measure, who, what, day)
    rows, spread = engine.connection.execute(
        "select count(*), coalesce(sum(usual * usual) / nullif(greatest(sum((capped - usual) * (capped - usual) - usual), 0), 0), 1e6) "
        "from slip_judged"
    ).fetchone()
    if rows < _LEAST_ROWS:
        return FLAG_SCHEMA.empty_table()
    factors = [slip.factor for slip in measure.slips]
    _candidates(engine, factors, max(0.2, min(float(spread), 1e6)))
    odds = _odds(engine, len(factors), rows)
    return engine.query(_flags_sql(table, measure, factors, odds, relation, key))


def _usual(engine: DuckEngine, relation: str, measure: Measure, who: str, what: str, day: str | None) -> None:
    """Every row with what is usual for its customer, product and day, its own value left out.

    Means of values that are capped at three times the median of their customer and product, so that slips do not raise what is usual.
    """
    units = " ".join(f"when '{name}' then {count}.0" for name, count in measure.units.items())
    size = f'case "{measure.unit}" {units} else 1.0 end' if measure.unit and units else "1.0"
    when = f'"{day}"' if day else "null::date"
    for name, sql in (
        (
            "slip_line",
            f'select place, "{who}" as who, "{what}" as what, {when} as "day", {size} as unit, '
            f'abs("{measure.column}")::double / {size} as value '
            f'from {relation} where "{measure.column}" <> 0 and "{who}" is not null and "{what}" is not null',
        ),
        ("slip_pair", "select who, what, median(value) as middle from slip_line group by all"),
        ("slip_capped", "select slip_line.*, least(value, 3 * middle + 3) as capped from slip_line join slip_pair using (who, what)"),
        ("slip_what", "select what, avg(capped) as mean from slip_capped group by all"),
        (
            "slip_who",
            "select who, (sum(capped) + avg(mean)) / (sum(mean) + avg(mean)) as size "
            "from slip_capped join slip_what using (what) group by all",
        ),
        ("slip_sum", "select who, what, sum(capped) as total, count(*) as rows from slip_capped group by all"),
        (
            "slip_mean",
            "select slip_capped.*, (total - capped + "
            f"{_OWN_ROWS} * greatest(mean * size, 0.3)) / (rows - 1 + {_OWN_ROWS}) as usual from slip_capped "
            "join slip_sum using (who, what) join slip_what using (what) join slip_who using (who)",
        ),
        (
            "slip_day",
            'select what, "day", greatest(0.4, least(4, '
            f"(sum(capped) + {_DAY_ROWS}) / (sum(usual) + {_DAY_ROWS}))) as busy from slip_mean group by all",
        ),
        (
            "slip_judged",
            "select place, value, unit, capped, greatest(usual * busy, 0.5) as usual from slip_mean join slip_day "
            'on slip_mean.what = slip_day.what and slip_mean."day" is not distinct from slip_day."day"',
        ),
    ):
        engine.connection.execute(f"create or replace temp table {name} as {sql}")


def _candidates(engine: DuckEngine, factors: list[float], spread: float) -> None:
    """Rows that could be a slip at all, with how likely they are as they are and under each factor."""
    share, times = _SURGE
    surge = f"{share} * exp({_count_log('value', f'({times} * usual)', 1.0)})"
    plain = f"ln({1 - share} * exp({_count_log('value', 'usual', spread)}) + {surge} + 1e-300)"
    meant = [f"value / {factor!r}" for factor in factors]
    possible = [
        f"abs({value} - round({value})) < 1e-9 and {value} >= 1" if factor > 1 else f"{value} <= 3 * usual + 3"
        for value, factor in zip(meant, factors, strict=True)
    ]
    likely = ", ".join(
        f"case when {can} then {_count_log(f'round({value})', 'usual', spread)} - {plain} end as gain_{place}"
        for place, (value, can) in enumerate(zip(meant, possible, strict=True))
    )
    any_of = " or ".join(f"({can})" for can in possible)
    engine.connection.execute(
        f"create or replace temp table slip_candidate as select place, value, unit, usual, {likely} from slip_judged where {any_of}"
    )


def _count_log(count: str, mean: str, spread: float) -> str:
    """The logarithm of the negative binomial probability of a count."""
    size = repr(spread)
    return (
        f"(lgamma({count} + {size}) - lgamma({size}) - lgamma({count} + 1) + {size} * ln({size} / ({size} + {mean})) "
        f"+ {count} * ln({mean} / ({size} + {mean})))"
    )


def _odds(engine: DuckEngine, factors: int, rows: int) -> list[float]:
    """How often each slip occurs."""
    shares = [_PRIOR] * factors
    for _ in range(_ROUNDS):
        weights = _weights(shares)
        whole = " + ".join(["1", *weights])
        sums = ", ".join(f"coalesce(sum({weight} / ({whole})), 0)" for weight in weights)
        found = engine.connection.execute(f"select {sums} from slip_candidate").fetchone()
        shares = [(float(seen) + _PRIOR * _PRIOR_ROWS) / (rows + _PRIOR_ROWS) for seen in found]
    return shares


def _weights(shares: list[float]) -> list[str]:
    """The odds of each slip against the plain count; nothing where a slip is impossible."""
    return [
        f"(case when gain_{place} is null then 0 else {share!r} * exp(least(gain_{place}, 300)) end)" for place, share in enumerate(shares)
    ]


def _flags_sql(table: str, measure: Measure, factors: list[float], shares: list[float], relation: str, key: str) -> str:
    weights = _weights(shares)
    best = f"greatest({', '.join(weights)})" if len(weights) > 1 else weights[0]
    whole = " + ".join(["1", *weights])
    factor = "case " + " ".join(f"when {weight} = best then {value!r}" for weight, value in zip(weights, factors, strict=True)) + " end"
    column = f'"{measure.column}"'
    return f"""
        with weighed as (select *, {best} as best, {whole} as whole from slip_candidate where place > 0),
        judged as (
            select *, {factor} as factor, 1 - 1 / whole as certainty, best / whole as sure from weighed where 1 - 1 / whole > {FLAGGED}
        )
        select '{table}' as "table", place as "row", '{measure.column}' as "column", 'times_off' as "check",
               {column}::varchar as value, round(judged.usual * judged.unit, 1)::varchar as usual, factor, certainty,
               case when sure >= {PROPOSED} then round({column} / factor)::bigint::varchar end as proposal, {key} as key
        from judged join {relation} as original using (place)
    """
