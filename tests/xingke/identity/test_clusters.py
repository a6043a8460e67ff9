"""The guard: chains, size and contradictions are cut at the weakest link, always in the same place."""

import itertools

import numpy as np

from xingke.identity.clusters import KEY, MODEL, MUST, Limits, Links, components, regroup

LIMITS = Limits(largest=60, lowest_mean_evidence=0.0)


def links(*rows: tuple[int, int, float] | tuple[int, int, float, int]) -> Links:
    columns = list(zip(*((*row, MODEL)[:4] for row in rows), strict=True))
    return Links(np.array(columns[0]), np.array(columns[1]), np.array(columns[2], dtype=float), np.array(columns[3]))


def groups(found: dict[int, int]) -> list[list[int]]:
    return [sorted(members for members, name in found.items() if name == group) for group in sorted(set(found.values()))]


def test_components_are_named_by_their_smallest_position() -> None:
    assert components(6, np.array([5, 3]), np.array([3, 1])).tolist() == [0, 1, 2, 1, 4, 1]


def test_a_planted_chain_is_cut_at_its_weakest_link() -> None:
    two_shops = [(0, 1, 9.0), (1, 2, 9.0), (0, 2, 9.0), (3, 4, 9.0), (4, 5, 9.0), (3, 5, 9.0)]
    weights = {(a, b): -12.0 for a in (0, 1, 2) for b in (3, 4, 5)} | {(2, 3): 5.0} | {(a, b): w for a, b, w in two_shops}
    found, cuts = regroup(links(*two_shops, (2, 3, 5.0)), LIMITS, evidence=weights, conflicts={})
    assert groups(found) == [[0, 1, 2], [3, 4, 5]]
    assert [(cut.left, cut.right, cut.reason) for cut in cuts] == [(2, 3, "chain")]


def test_one_odd_pair_inside_a_good_group_does_no_harm() -> None:
    rows = [(a, b, 8.0) for a, b in itertools.combinations(range(4), 2) if (a, b) != (0, 3)]
    found, cuts = regroup(links(*rows), LIMITS, evidence={**{(a, b): w for a, b, w in rows}, (0, 3): -3.0}, conflicts={})
    assert groups(found) == [[0, 1, 2, 3]]
    assert not cuts


def test_a_contradiction_parts_a_group_where_it_hangs_together_least() -> None:
    rows = [(0, 1, 12.0), (1, 2, 4.0), (2, 3, 12.0)]
    found, cuts = regroup(links(*rows), LIMITS, evidence={}, conflicts={(0, 3): "licence"})
    assert groups(found) == [[0, 1], [2, 3]]
    assert [(cut.left, cut.right, cut.reason) for cut in cuts] == [(1, 2, "licence")]


def test_no_group_grows_beyond_its_limit() -> None:
    rows = [(a, a + 1, float(20 - a)) for a in range(9)]
    found, cuts = regroup(links(*rows), Limits(4, -np.inf), evidence={}, conflicts={})
    assert max(len(group) for group in groups(found)) <= 4
    assert {cut.reason for cut in cuts} == {"size"}


def test_a_key_outweighs_the_model_and_a_decision_outweighs_both() -> None:
    rows = [(0, 1, -5.0, KEY), (1, 2, 30.0, MODEL), (0, 3, -9.0, MUST)]
    found, _ = regroup(links(*rows), LIMITS, evidence={}, conflicts={(0, 2): "licence", (0, 3): "licence"})
    assert groups(found) == [[0, 1, 3], [2]]


def test_the_order_of_links_does_not_matter() -> None:
    draw = np.random.default_rng(4)
    rows = [(int(a), int(b), float(draw.integers(1, 4))) for a, b in itertools.combinations(range(30), 2) if draw.random() < 0.2]
    weights = {(a, b): float(draw.normal(0, 6)) for a, b in itertools.combinations(range(30), 2)}
    shuffled = [rows[place] for place in draw.permutation(len(rows))]
    first, second = (regroup(links(*order), Limits(8, 0.0), evidence=weights, conflicts={(0, 5): "x"}) for order in (rows, shuffled))
    assert first == second
