"""Does the report find what a programme really changed? The product's own estimate, over and over, in a city whose truth is known.

Each run draws a new lot, lets the treated take part in a growth programme for nine weeks, and measures by the same
estimate that the result page shows. What the programme changed is known to the yuan: the same city lived through the same weeks without it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xingke.bench.environment import environment
from xingke.bench.report import BenchResult
from xingke.evaluate.no_effect import wilson
from xingke.experiment import Arm, ArmSums, Effect, assign, effect_of
from xingke.simulate.city.actions import Action
from xingke.simulate.city.state import State
from xingke.simulate.city.world import World

ARMS = (Arm("treated", 0.7), Arm("control", 0.3))
BEFORE_WEEKS, AFTER_WEEKS = 13, 9
COURSE_EVERY_WEEKS = 4
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class _Scene:
    """The city at the end of its history, and what everybody orders in the nine weeks to come if nothing is done."""

    world: World
    state: Mapping[str, NDArray[np.generic]]
    members: NDArray[np.int64]
    before: NDArray[np.float64]
    untouched: NDArray[np.float64]


def programme_effect(
    *, size: str = "m", scenario: str = "baseline", seed: int = 7, runs: int = 100, progress: Callable[[str], None]
) -> BenchResult:
    """Measure the programme `runs` times.

    Returns
    -------
    BenchResult
        `coverage`: share of intervals that hold the true mean change of the treated (aim: 0.95). `claims_share`: share that claim a change;
        where the true change is nothing this is `false_claims_share` (aim: 0.05 at most). `bias_yuan`: mean of estimate less truth, a
        customer. `true_yuan`, `estimate_yuan`: their means. Baselines: the same without CUPED, and how often a report without a control
        group claims a gain.
    """
    scene = _scene(size, scenario, seed, progress)
    found = []
    for number in range(runs):
        if number % 10 == 0:
            progress(f"run {number} of {runs}")
        found.append(_run(scene, salt=f"programme-{seed}-{number}"))
    truth = np.array([true for _, true in found])
    effects = [effect for effect, _ in found]
    estimate = np.array([effect.absolute.value for effect in effects])
    held = _share(effect.absolute.low <= true <= effect.absolute.high for effect, true in found)
    claims = _share(effect.absolute.above_zero or effect.absolute.below_zero for effect in effects)
    without = _share(effect.unadjusted.above_zero or effect.unadjusted.below_zero for effect in effects)
    is_nothing = bool(np.all(truth == 0.0))
    claims_name = "false_claims_share" if is_nothing else "claims_share"
    return BenchResult(
        name="programme",
        protocol=(
            f"{runs} lots (70/30) among {scene.members.size} outlets of a city of size {size}, scenario {scenario}, seed {seed}; "
            f"growth programme and training for {AFTER_WEEKS} weeks behind the end of history; response: amount of these weeks; "
            f"covariate: amount of the {BEFORE_WEEKS} weeks before; truth: the same weeks lived without the programme"
        ),
        metrics={
            "coverage": held,
            claims_name: claims,
            "bias_yuan": float((estimate - truth).mean()),
            "estimate_yuan": float(estimate.mean()),
            "true_yuan": float(truth.mean()),
            "customers": float(scene.members.size),
        },
        baselines={
            f"{claims_name}_without_cuped": without,
            "naive_claims_share": _share(effect.naive_total > 0 for effect in effects),
        },
        intervals={"coverage": wilson(held, runs), claims_name: wilson(claims, runs)},
        environment=environment(),
    )


def _share(hits: Iterable[bool]) -> float:
    return float(np.mean(list(hits)))


def _scene(size: str, scenario: str, seed: int, progress: Callable[[str], None]) -> _Scene:
    world = World.new(size=size, seed=seed, scenario=scenario, is_clean=True)
    last = world.population.size.history_weeks
    before = np.zeros(world.population.count)
    for week in range(last):
        if week % 13 == 0:
            progress(f"history: week {week} of {last}")
        amounts = _amounts(world, ())
        if week >= last - BEFORE_WEEKS:
            before += amounts
    state = {name: values.copy() for name, values in world.state.to_arrays().items()}
    listed = np.array(world.open_outlets()) - int(world.population.outlet_ids[0])
    members = listed[before[listed] > 0]
    untouched = sum((_amounts(world, ()) for _ in range(AFTER_WEEKS)), np.zeros(world.population.count))
    return _Scene(world, state, members, before, untouched)


def _amounts(world: World, actions: tuple[Action, ...]) -> NDArray[np.float64]:
    """Everybody's order amount of the next week, in yuan."""
    facts = world.advance(world.week, actions)
    return np.asarray(facts.asked.ordered @ world.population.price_yuan)


def _run(scene: _Scene, *, salt: str) -> tuple[Effect, float]:
    """One lot, lived through: what the report says, and the true mean change of the treated."""
    world = scene.world
    world.state = State.from_arrays({name: values.copy() for name, values in scene.state.items()})
    ids = world.population.outlet_ids[scene.members]
    arms = assign(ids, salt=salt, arms=ARMS)
    treated = frozenset(ids[arms == "treated"].tolist())
    after = np.zeros(world.population.count)
    for lived in range(AFTER_WEEKS):
        reached = tuple(number for number in world.open_outlets() if number in treated)
        kinds = ("growth_programme", "training") if lived % COURSE_EVERY_WEEKS == 0 else ("growth_programme",)
        after += _amounts(world, tuple(Action(kind=kind, outlet_ids=reached) for kind in kinds))
    rows = {arm.name: scene.members[arms == arm.name] for arm in ARMS}
    sums = {name: ArmSums.from_arrays(after[places], scene.before[places]) for name, places in rows.items()}
    change = after[rows["treated"]] - scene.untouched[rows["treated"]]
    return effect_of(sums["treated"], sums["control"], confidence=CONFIDENCE), float(change.mean())
