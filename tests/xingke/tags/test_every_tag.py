"""Every declared tag against the same definition in plain Python, on random trades with customers at every edge."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.facts import AS_OF, NOW, lake_of, random_facts
from tests.oracle import portrait_of
from xingke.engine import DuckEngine, LakeReader, run_steps
from xingke.tags import TagLibrary, general_tags

LIBRARY = TagLibrary(general_tags())
TOLERANCE = 1e-9


def agrees(came: Any, expected: Any) -> bool:
    """Counts, texts, days and money exactly; what was divided to nine digits."""
    if isinstance(expected, float) and came is not None:
        return abs(float(came) - expected) <= TOLERANCE * max(abs(expected), 1e-3)
    return bool(came == expected) and (came is None) == (expected is None)


@pytest.mark.parametrize(("seed", "as_of"), [(1, AS_OF), (2, AS_OF), (3, AS_OF - timedelta(days=200)), (4, date(2000, 3, 1))])
def test_every_tag_is_what_its_meaning_says(seed: int, as_of: date, tmp_path: Any) -> None:
    facts = random_facts(seed, as_of=as_of if as_of.year < 2010 else AS_OF, customers=40)
    lake = lake_of(tmp_path, facts)
    with lake.writer(now=NOW) as writer, DuckEngine() as engine:
        run_steps(engine, LIBRARY.steps(), writer.view, writer, as_of=as_of, now=NOW, keep=("portrait",))
        writer.publish()
    rows = {row["customer_id"]: row for row in LakeReader(lake).rows("select * from portrait")}
    assert set(rows) == {customer["customer_id"] for customer in facts.customers}
    wrong = []
    for customer_id, row in rows.items():
        expected = portrait_of(facts, customer_id, as_of)
        assert set(expected) == {tag.name for tag in LIBRARY.tags}
        wrong += [
            f"customer {customer_id} {name}: came {row[name]!r}, expected {value!r}"
            for name, value in expected.items()
            if not agrees(row[name], value)
        ]
    assert not wrong, "\n".join(wrong[:40])


def test_random_trades_give_every_tag_several_values(tmp_path: Any) -> None:
    """Otherwise the comparison above would compare constants."""
    values: dict[str, set[Any]] = {tag.name: set() for tag in LIBRARY.tags}
    for seed in (1, 2):
        facts = random_facts(seed, customers=40)
        for customer in facts.customers:
            for name, value in portrait_of(facts, customer["customer_id"], AS_OF).items():
                values[name].add(value if not isinstance(value, Decimal) else float(value))
    assert [name for name, found in values.items() if len(found) < 2] == []
