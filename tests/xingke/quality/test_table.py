"""A table checked as a whole: slips by a factor, documents sent again, prices, rhythm, spread, and the score that follows."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xingke.quality import CHECKS, Measure, Slip, TableChecks, check_table
from xingke.quality.held import QuarantineStore
from xingke.quality.rhythm import day_volumes, freshness
from xingke.quality.score import table_score
from xingke.quality.stored import assess
from xingke.schema import ORDER_LINE, TABLES
from xingke.schema.findings import Finding, quarantine_of
from xingke.words import both, is_complete

POS = TABLES["pos_line"]
MONDAY = date(2025, 3, 3)


def sales(weeks=20, customers=12, products=6, seed=3):
    """Counts around a mean of their own for each customer and product."""
    draw = np.random.default_rng(seed)
    rows = []
    for who in range(customers):
        for what in range(products):
            mean = 1 + draw.gamma(2, 2)
            for week in range(weeks):
                count = int(draw.poisson(mean))
                if count:
                    day = MONDAY + timedelta(weeks=week)
                    rows.append(
                        {
                            "customer_id": who,
                            "pos_key": len(rows) + 1,
                            "product_id": what,
                            "week_on": day,
                            "quantity": count,
                            "unit": "carton",
                            "received_on": day,
                        }
                    )
    return rows


def checked(rows, **options):
    return check_table(pa.Table.from_pylist(rows, schema=POS.arrow_schema), POS, **options)


def test_a_hundredfold_quantity_is_marked_with_what_it_should_be_and_stays():
    rows = sales()
    place = next(place for place, row in enumerate(rows) if row["quantity"] == 4)
    rows[place] |= {"quantity": 400}
    found = checked(rows)
    assert found.good.num_rows == len(rows)
    (flag,) = [flag for flag in found.flags.to_pylist() if flag["row"] == place + 1]
    assert (flag["check"], flag["factor"], flag["proposal"], flag["value"]) == ("times_off", 100, "4", "400")
    assert flag["certainty"] > 0.99
    assert {finding.code for finding in found.findings} == {"times_off"}


def test_clean_counts_are_not_marked():
    assert checked(sales()).flags.num_rows == 0


def test_packs_that_say_so_are_no_slip():
    rows = sales()
    rows[10] |= {"quantity": rows[10]["quantity"] * 10, "unit": "pack"}
    assert checked(rows).flags.num_rows == 0


def test_a_pack_declares_units_of_its_own():
    rows = sales()
    place = next(place for place, row in enumerate(rows) if row["quantity"] == 5)
    rows[place] |= {"quantity": 1000}
    sticks = TableChecks(name="pos_line", measures=(Measure("quantity", slips=(Slip(200, both("支记成条", "sticks for cartons")),)),))
    (flag,) = checked(rows, extra=(sticks,)).flags.to_pylist()
    assert (flag["factor"], flag["proposal"]) == (200, "5")


def test_history_says_what_is_usual_and_is_not_judged():
    rows = sales(weeks=30)
    rows[0] |= {"quantity": 900}
    history = pa.Table.from_pylist(rows, schema=POS.arrow_schema)
    new = dict(rows[1], pos_key=10**6, week_on=MONDAY + timedelta(weeks=31), quantity=300)
    flags = checked([new], history=history).flags.to_pylist()
    assert [flag["row"] for flag in flags] == [1]


def order(number, day, quantities=(3, 2, 5)):
    return [
        {
            "customer_id": 1,
            "ordered_on": day,
            "order_id": number,
            "line_no": line,
            "product_id": line,
            "price_class": 3,
            "quantity_units": quantity,
            "amount_yuan": Decimal(quantity * 10),
            "discount_yuan": Decimal(0),
        }
        for line, quantity in enumerate(quantities, 1)
    ]


@pytest.mark.parametrize(
    ("second", "marked"), [(order(2, MONDAY + timedelta(1)), 3), (order(2, MONDAY + timedelta(9)), 0), (order(2, MONDAY, (3, 2, 6)), 0)]
)
def test_the_same_order_under_another_number_is_marked_within_a_day(second, marked):
    table = pa.Table.from_pylist([*order(1, MONDAY), *second])
    flags = check_table(table, ORDER_LINE).flags.to_pylist()
    assert [flag["row"] for flag in flags if flag["check"] == "sent_again"] == [4, 5, 6][:marked]


def test_an_amount_in_cents_does_not_fit_its_quantity():
    rows = [line for number in range(1, 15) for line in order(number, MONDAY + timedelta(7 * number))]
    rows[7] |= {"amount_yuan": rows[7]["amount_yuan"] * 100}
    flags = [flag for flag in check_table(pa.Table.from_pylist(rows), ORDER_LINE).flags.to_pylist() if flag["check"] == "price_off"]
    assert [(flag["row"], flag["factor"], flag["column"]) for flag in flags] == [(8, 100, "amount_yuan")]


def test_a_day_is_compared_with_its_weekday():
    rows = {MONDAY + timedelta(day): 100 + 3 * (day % 5) for day in range(70) if (MONDAY + timedelta(day)).weekday() < 5}
    rows[MONDAY + timedelta(64)] = 12
    odd = [day for day in day_volumes(rows, as_of=MONDAY + timedelta(70)) if day.check]
    assert [(day.day, day.check) for day in odd] == [(MONDAY + timedelta(64), "fewer_rows")]


def test_the_quiet_days_of_a_festival_are_no_alarm():
    days = [date(2024, 9, 2) + timedelta(day) for day in range(40)]
    rows = {day: 100 for day in days if day.weekday() < 5 and not date(2024, 10, 1) <= day <= date(2024, 10, 7)}
    assert not [day for day in day_volumes(rows, as_of=date(2024, 10, 12)) if day.check == "fewer_rows"]


def test_a_table_is_late_by_its_own_rhythm():
    weekly = [MONDAY + timedelta(weeks=week) for week in range(10)]
    assert not freshness(weekly, as_of=weekly[-1] + timedelta(20)).is_stale
    late = freshness(weekly, as_of=weekly[-1] + timedelta(40))
    assert (late.is_stale, late.every_days) == (True, 7)
    assert freshness(weekly[:2], as_of=MONDAY + timedelta(400)) is None


@given(st.lists(st.tuples(st.sampled_from(sorted(CHECKS)), st.integers(0, 200)), max_size=6), st.integers(1, 100))
def test_a_score_stays_within_its_bounds_and_is_full_only_without_findings(told, rows):
    findings = [Finding(code, "pos_line", count, both("注", "note")) for code, count in told]
    score = table_score(rows_read=rows, findings=findings, profiles=[])
    assert 0 <= score.total <= 100
    assert all(0 <= share <= 1 for share in score.aspects.values())
    if score.total < 100:
        assert findings


def test_every_check_speaks_both_languages():
    assert all(is_complete(check.label) and is_complete(check.advice) for check in CHECKS.values())


def test_a_stored_table_is_looked_at_as_a_whole(tmp_path):
    import pyarrow.parquet as pq

    rows = sales(weeks=40)
    rows[-1] |= {"quantity": 700}
    pq.write_table(pa.Table.from_pylist(rows, schema=POS.arrow_schema), tmp_path / "part.parquet")
    found = assess(
        [str(tmp_path / "part.parquet")], POS, as_of=MONDAY + timedelta(weeks=40), reasons={"wrong_type": 4}, faulty_columns={"quantity": 4}
    )
    assert (found.rows, found.flagged, found.fresh.is_stale) == (len(rows), 1, False)
    assert {finding.code for finding in found.findings} == {"wrong_type", "times_off"}
    assert Decimal("99") < found.score.total < 100
    assert found.column_scores["product_id"] == "100.0"
    assert Decimal(found.column_scores["quantity"]) < 100


def test_what_waits_is_kept_sealed_by_load(tmp_path):
    from xingke.privacy import KeySet, Vault

    row = {
        "table": "source_record",
        "file": "f",
        "row": 1,
        "column": "phone",
        "value": "13812345678",
        "reason": "wrong_type",
        "record": '{"phone": "13812345678"}',
    }
    store = QuarantineStore(tmp_path, Vault(KeySet.fresh()))
    store.put("import-1", "source_record", quarantine_of([row]))
    store.add("import-1", "source_record", quarantine_of([row | {"row": 2}]))
    assert store.read("import-1", "source_record")["row"].to_pylist() == [1, 2]
    assert all(b"13812345678" not in path.read_bytes() for path in tmp_path.rglob("*.parquet"))
    store.settle("import-1", "source_record", waiting=quarantine_of([row]), left_out=quarantine_of([row | {"row": 2}]))
    assert store.left_out("import-1", "source_record")["row"].to_pylist() == [2]
    assert (store.loads(), store.tables("import-1")) == (["import-1"], ["source_record"])
    assert store.drop("import-1")
    assert store.loads() == []
