"""What the columns of a table hold: how full, how many values, how they are spread, and whether that changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import Any, Final

from xingke.engine import DuckEngine
from xingke.schema import Column, ColumnType, Table

LISTED: Final = 12
"""A text column with at most this many values is told by them."""
SHIFTED: Final = 0.25
"""Population stability index from which a distribution counts as another one (Siddiqi 2006, Credit Risk Scorecards, p. 136)."""
EMPTIER: Final = 0.05
LEAST_ROWS: Final = 500
SAMPLED: Final = 100_000
"""Tenths are taken of about this many rows, chosen by their keys."""
_NUMBERS: Final = (ColumnType.INTEGER, ColumnType.NUMBER, ColumnType.MONEY)
_TENTHS: Final = tuple(place / 10 for place in range(1, 10))


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column.

    Parameters
    ----------
    distinct
        About how many different values; 0 for columns that identify, whose values are sealed.
    lowest, highest
        Of numbers, days and instants, as text; empty for texts and for columns that tell about a person.
    quantiles
        The nine tenths of numbers.
    shares
        Value and share of texts with few values, the most frequent first.
    """

    name: str
    rows: int
    empty: int
    distinct: int
    lowest: str = ""
    highest: str = ""
    quantiles: tuple[float, ...] = ()
    shares: tuple[tuple[str, float], ...] = ()

    @property
    def filled(self) -> float:
        """Share of rows with a value; 1 for a table without rows."""
        return 1.0 - self.empty / self.rows if self.rows else 1.0


def is_measure(column: Column, schema: Table) -> bool:
    """Whether a column counts or measures something, and is no key."""
    return column.type in _NUMBERS and not column.name.endswith(("_id", "_key", "_no")) and column.name not in schema.key


def column_profiles(engine: DuckEngine, relation: str, schema: Table) -> list[ColumnProfile]:
    """Every column of a relation in one pass, and the values of those that have few."""
    there = _columns(engine, relation)
    columns = [column for column in schema.columns if column.name in there]
    rows = int(engine.query(f"select count(*) as rows from {relation}")["rows"][0].as_py())
    keys = ", ".join(f'"{name}"' for name in schema.key if name in there)
    sampled = f"hash({keys}) % {1 + rows // SAMPLED} = 0" if keys else "true"
    parts = ["count(*)::bigint as rows"]
    for place, column in enumerate(columns):
        name = f'"{column.name}"'
        distinct = "0" if column.identifies else f"approx_count_distinct({name})"
        parts.append(f"count({name})::bigint as filled_{place}, {distinct}::bigint as distinct_{place}")
        if column.type is not ColumnType.TEXT and not column.personal:
            parts.append(f"min({name})::varchar as low_{place}, max({name})::varchar as high_{place}")
        if is_measure(column, schema):
            parts.append(f"quantile_disc({name}::double, {list(_TENTHS)}) filter (where {sampled}) as tenths_{place}")
    found = engine.query(f"select {', '.join(parts)} from {relation}").to_pylist()[0]
    profiles = []
    for place, column in enumerate(columns):
        few = column.type in (ColumnType.TEXT, ColumnType.FLAG) and found[f"distinct_{place}"] <= LISTED and not column.personal
        profiles.append(
            ColumnProfile(
                name=column.name,
                rows=found["rows"],
                empty=found["rows"] - found[f"filled_{place}"],
                distinct=found[f"distinct_{place}"],
                lowest=found.get(f"low_{place}") or "",
                highest=found.get(f"high_{place}") or "",
                quantiles=tuple(found.get(f"tenths_{place}") or ()),
                shares=_shares(engine, relation, column.name, found["rows"]) if few and found["rows"] else (),
            )
        )
    return profiles


def _columns(engine: DuckEngine, relation: str) -> set[str]:
    return set(engine.query(f"select * from {relation} limit 0").column_names)


def _shares(engine: DuckEngine, relation: str, name: str, rows: int) -> tuple[tuple[str, float], ...]:
    counted = engine.query(
        f'select "{name}"::varchar as value, count(*) as times from {relation} where "{name}" is not null '
        f"group by 1 order by 2 desc, 1 limit {LISTED}"
    )
    return tuple((row["value"], row["times"] / rows) for row in counted.to_pylist())


@dataclass(frozen=True, slots=True)
class Shift:
    """A column whose values are spread otherwise than before."""

    column: str
    index: float


def shifts(before: Sequence[ColumnProfile], now: Sequence[ColumnProfile], engine: DuckEngine, relation: str) -> list[Shift]:
    """Columns of the relation whose distribution moved against an earlier profile, with the population stability index."""
    after = {profile.name: profile for profile in now}
    found = []
    for old in before:
        new = after.get(old.name)
        if new is None or min(old.rows - old.empty, new.rows - new.empty) < LEAST_ROWS:
            continue
        index = _index_of_numbers(old, new, engine, relation) if old.quantiles else _index_of_shares(old, new)
        if index >= SHIFTED:
            found.append(Shift(old.name, round(index, 3)))
    return found


def _index_of_numbers(old: ColumnProfile, new: ColumnProfile, engine: DuckEngine, relation: str) -> float:
    """Over the bins between the tenths of the earlier values; equal tenths make one bin."""
    edges = sorted(set(old.quantiles))
    share_of = {edge: sum(1 for value in old.quantiles if value <= edge) / 10 for edge in edges}
    if old.highest and float(old.highest) <= edges[-1]:  # nothing lies above the last tenth: one value fills the end
        share_of[edges[-1]] = 1.0
    expected = [share_of[edges[0]], *(share_of[after] - share_of[before] for before, after in pairwise(edges))]
    expected.append(1 - sum(expected))
    bins = ", ".join(f'(count(*) filter ("{old.name}"::double <= {edge!r}))::bigint' for edge in edges)
    below: Any = engine.query(f'select [{bins}] as below from {relation} where "{old.name}" is not null').to_pylist()[0]["below"]
    rows = new.rows - new.empty
    reached = [*(value / rows for value in below), 1.0]
    return _stability(expected, [reached[0], *(after - before for before, after in pairwise(reached))])


def _index_of_shares(old: ColumnProfile, new: ColumnProfile) -> float:
    if not old.shares or not new.shares:
        return 0.0
    before, after = dict(old.shares), dict(new.shares)
    names = sorted({*before, *after})
    return _stability([before.get(name, 0.0) for name in names], [after.get(name, 0.0) for name in names])


def _stability(expected: Sequence[float], found: Sequence[float]) -> float:
    least = 0.001
    pairs = [(max(one, least), max(other, least)) for one, other in zip(expected, found, strict=True)]
    return sum((other - one) * log(other / one) for one, other in pairs)


def emptier(before: Sequence[ColumnProfile], now: Sequence[ColumnProfile]) -> list[tuple[str, float]]:
    """Columns with clearly more empty values than before, with the difference of the shares."""
    after = {profile.name: profile for profile in now}
    pairs = [(old, after[old.name]) for old in before if old.name in after]
    return [
        (old.name, old.filled - new.filled)
        for old, new in pairs
        if min(old.rows, new.rows) >= LEAST_ROWS and old.filled - new.filled >= EMPTIER
    ]
