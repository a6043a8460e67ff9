"""Made-up outlets of the one-ID bench."""

import pytest

from xingke.bench.one_id import one_id_bench
from xingke.bench.one_id_records import made_records, new_records


def test_the_same_seed_gives_the_same_records_and_another_seed_others() -> None:
    first, again, other = (made_records(2000, seed=seed) for seed in (1, 1, 2))
    assert first.table == again.table
    assert first.table != other.table


def test_three_in_ten_outlets_are_written_down_a_second_time_with_a_slip() -> None:
    made = made_records(1300, seed=3)
    rows = made.table.to_pylist()
    by_outlet: dict[int, list[dict[str, str | None]]] = {}
    for row, entity in zip(rows, made.entity.tolist(), strict=True):
        by_outlet.setdefault(entity, []).append(row)
    twice = [found for found in by_outlet.values() if len(found) == 2]
    assert (len(by_outlet), len(twice)) == (1000, 300)
    fields = ("name", "owner_name", "phone", "licence_no", "address")
    changed = [sum(one[name] != other[name] for name in fields) for one, other in twice]
    assert sum(count > 0 for count in changed) > 270
    assert max(changed) <= 3


def test_new_records_are_of_outlets_that_are_known() -> None:
    made = made_records(1300, seed=3)
    new = new_records(made, 40, seed=9)
    assert set(new.entity.tolist()) <= set(made.entity.tolist())
    assert new.table.num_rows == 40


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_bench_says_speed_memory_and_quality() -> None:
    result = one_id_bench(rows=5000, new=20)
    assert result.metrics["pair_f1"] > 0.98
    assert result.metrics["resolve_right_share"] > 0.9
    assert {"seconds", "peak_mb", "resolve_p95_ms"} <= set(result.metrics)
    assert result.baselines["exact_phone_pair_f1"] < result.metrics["pair_f1"]
