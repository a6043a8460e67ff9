"""Which value survives: reliability, registers, checks, ties; labels out of many codings."""

import numpy as np
import pyarrow as pa
import pytest

from xingke.identity.golden.claims import Claims, Ints, claims_of
from xingke.identity.golden.completeness import completeness
from xingke.identity.golden.labels import labels_of
from xingke.identity.golden.reliability import believed
from xingke.identity.golden.slips import families_of
from xingke.identity.golden.voting import survivors, survivors_by_family
from xingke.schema.golden import GOLDEN_RECORD

TRUST = np.arange(3)


def claims(*said: tuple[int, int, str], valid: list[bool] | None = None) -> Claims:
    """Customer, system and value of every record."""
    customer, system = (np.array([each[side] for each in said], dtype=np.int64) for side in (0, 1))
    checks = None if valid is None else np.array(valid)
    return claims_of(customer, system, pa.array([each[2] for each in said], pa.string()), None, checks)


def chosen(of: Claims, customers: int, *, registers: tuple[int, ...] = (), day: Ints | None = None) -> list[str | None]:
    days = np.zeros(of.row.size, dtype=np.int64) if day is None else day
    found = survivors(of, customers, trust=TRUST, day=days, registers=registers)
    return [of.values[of.value[claim]] if claim >= 0 else None for claim in found.claim.tolist()]


def test_most_systems_win() -> None:
    assert chosen(claims((0, 0, "b"), (0, 1, "a"), (0, 2, "a")), 1) == ["a"]


def test_a_reliable_system_stands_against_an_unreliable_one() -> None:
    crowd = [(number, system, f"v{number}") for number in range(200) for system in (0, 1)]
    crowd += [(number, 2, f"v{number}" if number % 2 else "wrong") for number in range(200)]
    assert chosen(claims(*crowd, (200, 2, "x"), (200, 1, "y")), 201)[-1] == "y"


def test_the_accuracy_of_systems_is_recovered() -> None:
    draw = np.random.default_rng(5)
    real = (0.95, 0.8, 0.6)
    said = [
        (number, system, "right" if draw.random() < share else f"w{draw.integers(9)}")
        for number in range(3000)
        for system, share in enumerate(real)
    ]
    assert believed(claims(*said), 3).accuracy == pytest.approx(real, abs=0.04)


def test_two_registers_stand_against_any_number_of_late_systems() -> None:
    said = claims((0, 0, "new"), (0, 1, "new"), (0, 2, "old"), (0, 2, "old"), (0, 2, "old"))
    assert chosen(said, 1, registers=(0, 1)) == ["new"]
    assert chosen(said, 1) == ["old"]


def test_a_value_that_fails_its_check_wins_only_alone() -> None:
    assert chosen(claims((0, 0, "bad"), (0, 1, "bad"), (0, 2, "good"), valid=[False, False, True]), 1) == ["good"]
    assert chosen(claims((0, 0, "bad"), valid=[False]), 1) == ["bad"]


def test_a_tie_goes_to_the_system_trusted_most_then_to_the_newest() -> None:
    assert chosen(claims((0, 1, "a"), (0, 0, "b")), 1) == ["b"]
    assert chosen(claims((0, 1, "a"), (0, 1, "b")), 1, day=np.array([10, 20])) == ["b"]


def test_a_customer_that_says_nothing_has_nothing() -> None:
    assert chosen(claims((1, 0, "a")), 3) == [None, "a", None]


def test_codes_of_every_system_become_one_list() -> None:
    draw = np.random.default_rng(3)
    formats, letters = ("grocery", "convenience", "supermarket"), ("Z", "B", "S")
    said = []
    for number in range(600):
        kind = int(draw.integers(3))
        said += [(number, 0, formats[kind]), (number, 1, formats[kind] if draw.random() < 0.9 else "grocery"), (number, 2, letters[kind])]
    lone = [(600, 2, "S"), (601, 2, "B")]
    found = labels_of(claims(*said, *lone), 602, 3)
    assert [found.names[label] for label in found.chosen[600:].tolist()] == ["supermarket", "convenience"]
    assert found.names[int(found.meaning[2, "Z"].argmax())] == "grocery"


def test_labels_of_nothing_are_none() -> None:
    found = labels_of(claims(), 2, 3)
    assert found.chosen.tolist() == [-1, -1]


def test_fields_that_are_missing_are_to_be_collected() -> None:
    row = {"customer_id": 7, "kind": "outlet", "display_name": "x", "name": "x", "phone": "1", "records": 1, "provenance": "{}"}
    golden = pa.table({column.name: pa.array([row.get(column.name)], column.type.arrow) for column in GOLDEN_RECORD.columns})
    assert completeness(golden)["field"].to_pylist() == ["address", "county", "format", "licence_no", "owner_name"]


def test_a_number_with_a_slip_speaks_for_the_number_it_was_to_be() -> None:
    said = claims((0, 0, "13912345670"), (0, 1, "13799990000"), (0, 2, "13912345671"), (1, 0, "13912345672"))
    family, families = families_of(said)
    assert [families[one] for one in family.tolist()] == ["13912345670", "13799990000", "13912345670", "13912345672"]
    found = survivors_by_family(said, family, families, 2, trust=TRUST, day=np.zeros(4, dtype=np.int64), registers=())
    assert [said.values[said.value[claim]] for claim in found.claim.tolist()] == ["13912345670", "13912345672"]


WORDS = {"便利店": "convenience", "食杂店": "grocery", "娱乐服务": "entertainment", "烟酒店": "tobacco_shop"}


def test_a_word_of_the_trade_means_itself_and_no_other_word_means_anything() -> None:
    """Six shops of three kinds: nothing but the list says what they are."""
    said = claims((0, 0, "便利店"), (1, 0, "便利店类"), (2, 0, "烟酒店"), (3, 0, "食杂店"), (4, 0, "五金水暖"), (5, 0, "五金水暖"))
    found = labels_of(said, 6, 3, WORDS)
    names = [found.names[label] if label >= 0 else None for label in found.chosen.tolist()]
    assert names == ["convenience", "convenience", "tobacco_shop", "grocery", None, None]


def test_a_code_that_few_customers_explain_means_nothing() -> None:
    few = claims((0, 0, "便利店"), (0, 1, "B"), (1, 0, "食杂店"), (1, 1, "Z"), (2, 1, "B"))
    assert labels_of(few, 3, 3, WORDS).chosen[2] == -1
    many = [(number, system, word) for number in range(8) for system, word in ((0, "便利店"), (1, "B"))]
    found = labels_of(claims(*many, (8, 1, "B")), 9, 3, WORDS)
    assert found.names[found.chosen[8]] == "convenience"


def test_a_code_of_many_meanings_means_nothing() -> None:
    words = ("便利店", "食杂店", "烟酒店")
    mixed = [(number, system, word) for number in range(60) for system, word in ((0, words[number % 3]), (1, "X"))]
    assert labels_of(claims(*mixed, (60, 1, "X")), 61, 3, WORDS).chosen[60] == -1


def test_nobody_who_speaks_the_words_of_the_trade_leaves_all_unknown() -> None:
    found = labels_of(claims((0, 0, "甲"), (1, 1, "乙"), (1, 0, "甲")), 2, 3, WORDS)
    assert found.chosen.tolist() == [-1, -1]
