"""Resolving: a new record finds its customer among those who are known, without forming the clusters again."""

from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa
import pytest

from tests.xingke.identity.linkage.people import people
from xingke.identity import LinkResult, Resolver, link
from xingke.identity.linkage import PERSON, Key
from xingke.words import both

PLAN = replace(PERSON, sample_pairs=50_000, training=PERSON.training[::2])


@pytest.fixture(scope="module")
def records() -> pa.Table:
    """400 people, 480 records."""
    return people(400)[0]


@pytest.fixture(scope="module")
def result(records: pa.Table) -> LinkResult:
    """The linkage whose clusters are the customers."""
    return link(records, PLAN)


@pytest.fixture(scope="module")
def resolver(records: pa.Table, result: LinkResult) -> Iterator[Resolver]:
    """Everybody who is known; a customer's id is 1,000 more than its cluster."""
    customers = pa.array([1000 + cluster for cluster in result.clusters["cluster"].to_pylist()], pa.int64())
    found = Resolver(records.append_column("customer_id", customers), PLAN, result.model)
    yield found
    found.close()


def row(records: pa.Table, place: int) -> dict[str, object]:
    return dict(records.slice(place, 1).to_pylist()[0])


def test_a_perturbed_record_finds_its_customer_first(records: pa.Table, result: LinkResult, resolver: Resolver) -> None:
    clusters = result.clusters["cluster"].to_pylist()
    for place in range(0, 480, 40):
        known = row(records, place)
        new = {**known, "surname": f"{known['surname']}x", "house": None}
        found = resolver.resolve(new)
        assert found[0].customer_id == 1000 + clusters[place]
        assert found[0].probability > 0.99


def test_somebody_new_is_nobody(resolver: Resolver) -> None:
    assert resolver.resolve({"given_name": "wuwuwu", "surname": "xixixi", "born_on": "19990909"}) == []
    assert resolver.resolve({}) == []


def test_its_waterfall_adds_up_and_its_levels_are_those_of_the_linkage(records: pa.Table, result: LinkResult) -> None:
    pair = result.pairs.to_pylist()[0]
    alone = Resolver(records.slice(pair["right"], 1).append_column("customer_id", pa.array([7])), PLAN, result.model)
    (found,) = alone.resolve(row(records, pair["left"]), least=0.0)
    assert sum(step.weight for step in found.waterfall) == pytest.approx(found.weight, abs=1e-9)
    levels = {step.comparison: step.level for step in found.waterfall}
    assert all(levels[each.name] == each.label_of(pair[f"level_{each.name}"]) for each in PLAN.comparisons)
    alone.close()


def test_each_customer_is_named_once_and_the_likeliest_comes_first(records: pa.Table, resolver: Resolver) -> None:
    found = resolver.resolve(row(records, 0), least=0.0)
    assert len({each.customer_id for each in found}) == len(found)
    assert [each.probability for each in found] == sorted((each.probability for each in found), reverse=True)


def test_a_key_settles_it_and_a_veto_does_not(records: pa.Table, result: LinkResult) -> None:
    plan = replace(PLAN, keys=(Key("number", both("证件号", "number"), ("id_number",), "surname_l <> surname_r"),))
    number = records["id_number"][0].as_py()
    known = records.append_column("customer_id", records["record_id"])
    resolver = Resolver(known, plan, result.model)
    settled = resolver.resolve({"id_number": number})[0]
    assert (settled.customer_id, settled.rule, settled.probability) == (0, "number", 1.0)
    assert all(each.rule == "model" for each in resolver.resolve({"id_number": number, "surname": "somebodyelse"}))
    resolver.close()
