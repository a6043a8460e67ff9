"""Slips in the units of the tobacco trade: sticks, packs, pieces and cases that were counted as cartons."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from xingke.extensions import pack
from xingke.quality import check_table, checks_for
from xingke.quality.declared import GENERAL
from xingke.schema import TABLES

POS = TABLES["pos_line"]
CHECKS = pack("tobacco").checks


def sales(mean, weeks=25, customers=10, products=4, seed=5):
    """Counts of cartons around one mean."""
    draw = np.random.default_rng(seed)
    days = [date(2025, 3, 3) + timedelta(weeks=week) for week in range(weeks)]
    asked = [(who, what, day, int(draw.poisson(mean))) for who in range(customers) for what in range(products) for day in days]
    return [
        {
            "customer_id": who,
            "pos_key": place + 1,
            "product_id": what,
            "week_on": day,
            "quantity": count or 1,
            "unit": "carton",
            "received_on": day,
        }
        for place, (who, what, day, count) in enumerate(asked)
    ]


def flags(rows):
    return check_table(pa.Table.from_pylist(rows, schema=POS.arrow_schema), POS, extra=CHECKS).flags.to_pylist()


@pytest.mark.parametrize(
    ("mean", "meant", "written", "factor"),
    [
        (4, 5, 1000, 200),
        (4, 5, 50, 10),
        (4, 5, 500, 100),
    ],
)
def test_a_quantity_in_another_unit_is_marked_with_what_was_meant(mean, meant, written, factor):
    rows = sales(mean)
    rows[7] |= {"quantity": written}
    (flag,) = flags(rows)
    assert (flag["check"], flag["value"], flag["proposal"]) == ("times_off", str(written), str(meant))
    assert flag["factor"] == pytest.approx(factor)


@pytest.mark.parametrize(("mean", "factor"), [(100, 1 / 50), (500, 1 / 250)])
def test_pieces_and_cases_are_marked_where_they_recur_and_nothing_is_proposed(mean, factor):
    rows = sales(mean)
    chosen = range(7, 200, 31)
    for place in chosen:
        rows[place] |= {"quantity": 2}
    found = flags(rows)
    assert [flag["row"] for flag in found] == [place + 1 for place in chosen]
    assert {(flag["factor"], flag["proposal"]) for flag in found} == {(factor, None)}


@pytest.mark.parametrize("mean", [0.5, 4, 120])
def test_clean_counts_are_not_marked(mean):
    assert flags(sales(mean)) == []


def test_the_pack_keeps_what_is_declared_for_every_trade():
    for general in (checks for checks in GENERAL if checks.measures):
        own = checks_for(general.name, CHECKS)
        assert (own.prices, own.documents, own.parts, own.mandatory) == (
            general.prices,
            general.documents,
            general.parts,
            general.mandatory,
        )
        assert [(measure.column, measure.unit) for measure in own.measures] == [(one.column, one.unit) for one in general.measures]
    assert checks_for("customer", CHECKS).mandatory
