"""The two engines, one parameter each."""

from collections.abc import Iterator

import pytest

from tests.contract.engines import opened
from xingke.engine import Engine


@pytest.fixture(params=["duckdb", pytest.param("spark", marks=pytest.mark.spark)])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """DuckDB, and Spark where it is asked for."""
    if request.param == "spark":
        pytest.importorskip("pyspark", reason="PySpark is not installed (extra 'spark')")
    with opened(request.param) as engine:
        yield engine
