"""Worlds of firms, each made once, with their observed tables and their truth in one place to ask."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from xingke.simulate.firms import make_firm
from xingke.simulate.firms.truth_tables import FIRM_TRUTH_TABLES
from xingke.simulate.scenarios import scenario_named
from xingke.simulate.truth import TruthReader


class World:
    """A world with one view an observed table, and its truth as `true_<table>`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = duckdb.connect()
        self._connection.execute("set timezone = 'Asia/Shanghai'")
        for place in sorted((path / "observed").iterdir()):
            self._connection.execute(f"create view {place.name} as select * from read_parquet('{place}/*.parquet')")
        reader = TruthReader(path)
        for name, table in FIRM_TRUTH_TABLES.items():
            self._connection.register(f"true_{name}", reader.table(table))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql).fetchall()

    def one(self, sql: str) -> tuple[Any, ...]:
        (row,) = self.rows(sql)
        return row

    def digest(self, sql: str) -> tuple[Any, ...]:
        """The number of rows of a query and a sum over their hashes: equal for equal rows in any order."""
        return self.one(f"select count(*), sum(hash(rows)) from ({sql}) as rows")

    def planted(self, name: str) -> float:
        return float(self.one(f"select value from true_planted where name = '{name}'")[0])


WorldMaker = Callable[..., World]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> WorldMaker:
    made: dict[tuple[str, str, str, int], World] = {}

    def make(kind: str, scenario: str = "baseline", size: str = "xs", seed: int = 7) -> World:
        key = (kind, scenario, size, seed)
        if key not in made:
            out = tmp_path_factory.mktemp("firms") / "-".join(map(str, key))
            make_firm(kind, out, seed=seed, scenario=scenario_named(scenario), size=size)
            made[key] = World(out)
        return made[key]

    return make
