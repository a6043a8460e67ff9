"""The scorer: the only reader of truth."""

import platform
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from xingke.errors import ConfigurationError
from xingke.simulate.city.future import reveal
from xingke.simulate.score.anomaly import score_anomaly
from xingke.simulate.score.bootstrap import Bootstrap
from xingke.simulate.score.campaigns import chances_of, members_of
from xingke.simulate.score.cause import score_cause
from xingke.simulate.score.churn import score_churn
from xingke.simulate.score.effect import score_effect
from xingke.simulate.score.firms import FIRM_ANSWERS, FirmScene, score_firm
from xingke.simulate.score.forecast import score_forecast
from xingke.simulate.score.identity import score_identity
from xingke.simulate.score.pilot import score_pilot
from xingke.simulate.score.reading import read_answers
from xingke.simulate.score.recommendation import score_leaders, score_recommendation
from xingke.simulate.score.scene import Scene, has_closed_future
from xingke.simulate.score.sheet import Score, Sheet
from xingke.simulate.score.tier import score_tier
from xingke.simulate.score.uplift import score_uplift
from xingke.simulate.store import WorldInfo

CITY = "city"


class NotScored(ConfigurationError):
    """A world that the scorer has no figures for."""

    def __init__(self, *, zh: str, en: str, **values: object) -> None:
        super().__init__(zh=zh, en=en, **values)


def score_world(world: Path, answers: Path | None, *, seed: int = 1, resamples: int = 500, progress: Callable[[str], None]) -> Score:
    """Score the answers about a world against its truth, beside naive baselines and ceilings computed from the same world.

    Parameters
    ----------
    answers
        A folder of answer tables (`ANSWER_TABLES`), each optional; None prints baselines and ceilings alone.
    seed
        Of the resamples and of the simulated pilots; the same seed gives the same score.
    resamples
        How many resamples stand behind the intervals, 1 or more.

    Raises
    ------
    NotAWorld
        There is no world with its truth.
    NotScored
        The city is too short to be judged.
    BadAnswers
        An answer table does not keep its schema; nothing is scored then.
    """
    info = WorldInfo.read(world)
    if info.kind != CITY:
        return _score_firm(FirmScene(world, info), answers, seed, resamples, progress)
    scene = Scene(world)
    _require_length(scene)
    closed = has_closed_future(scene.info)
    if closed:
        progress("future")
        reveal(world)
    given = read_answers(answers, scene.known()) if answers is not None else {}
    boot, sheet = Bootstrap(seed, resamples), Sheet()
    if not closed:
        sheet.note("an earlier version made this world: the judged weeks can be observed in it, so answers may have seen them")
    elif scene.days.seen > scene.days.last:
        sheet.note(f"the city has lived {scene.days.seen - scene.days.last} of the judged weeks, so they can be observed")
    progress("orders")
    members = members_of(scene)
    chances = chances_of(scene, members)
    tasks: tuple[tuple[str, Callable[[], None]], ...] = (
        ("churn", lambda: score_churn(scene, given, boot, sheet)),
        ("causes", lambda: score_cause(scene, given, boot, sheet)),
        ("forecasts", lambda: score_forecast(scene, given, boot, sheet)),
        ("tiers", lambda: score_tier(scene, given, boot, sheet)),
        ("uplift", lambda: score_uplift(scene, given, members, chances, boot, sheet)),
        ("effects", lambda: score_effect(given, members, chances, boot, sheet)),
        ("wrongdoing", lambda: score_anomaly(scene, given, boot, sheet)),
        ("identity", lambda: score_identity(scene, given, boot, sheet)),
        ("recommendations", lambda: score_recommendation(scene, given, boot, sheet)),
        ("leaders", lambda: score_leaders(scene, given, boot, sheet)),
        ("pilots", lambda: score_pilot(scene, members, chances, seed, sheet)),
    )
    for name, task in tasks:
        progress(name)
        task()
    return _score(scene, sheet, seed, resamples)


def _score_firm(scene: FirmScene, answers: Path | None, seed: int, resamples: int, progress: Callable[[str], None]) -> Score:
    given = read_answers(answers, scene.known()) if answers is not None else {}
    other = sorted(set(given) - set(FIRM_ANSWERS))
    boot, sheet = Bootstrap(seed, resamples), Sheet()
    progress(scene.info.kind)
    score_firm(scene, given, boot, sheet)
    if other:
        sheet.note(f"not scored in the world of a firm: {', '.join(other)}")
    info = scene.info
    return Score(
        name="world",
        protocol=(
            f"{info.kind} of size {info.size}, scenario {info.scenario}, seed {info.seed}; 95 % intervals by {resamples} resamples of "
            "customers or campaigns"
        ),
        metrics=sheet.metrics,
        baselines=sheet.baselines,
        intervals=sheet.intervals,
        notes=tuple(sheet.notes),
        environment={**_described(info), **_versions(), "seed": seed, "resamples": resamples},
    )


def _described(info: WorldInfo) -> dict[str, object]:
    return {"world": {"size": info.size, "scenario": info.scenario, "seed": info.seed, "weeks": info.weeks, "is_clean": info.is_clean}}


def _versions() -> dict[str, object]:
    return {"python": platform.python_version(), **{package: version(package) for package in ("numpy", "pyarrow", "scipy")}}


def _require_length(scene: Scene) -> None:
    info = scene.info
    if not scene.days.judged.size:
        raise NotScored(
            zh=f"这个世界只有 {info.weeks} 周，评分至少需要 20 周",
            en=f"this world has {info.weeks} weeks; at least 20 are needed to judge it",
            weeks=info.weeks,
        )


def _score(scene: Scene, sheet: Sheet, seed: int, resamples: int) -> Score:
    days, info = scene.days, scene.info
    judged = f"{days.on(int(days.judged[0]))} to {days.on(int(days.last))}"
    return Score(
        name="world",
        protocol=(
            f"{info.size} city, scenario {info.scenario}, seed {info.seed}: judged on Mondays {judged}, every week or every fourth; "
            f"forecasts of the {days.forecast.size} weeks behind; 95 % intervals by {resamples} resamples of outlets, SKUs or campaigns"
        ),
        metrics=sheet.metrics,
        baselines=sheet.baselines,
        intervals=sheet.intervals,
        notes=tuple(sheet.notes),
        environment={
            **_described(info),
            "judged_on": [days.on(int(week)).isoformat() for week in days.slices],
            "festival_on": None if days.festival_week is None else days.on(days.festival_week).isoformat(),
            "forecast_from": days.on(int(days.forecast[0])).isoformat(),
            "seed": seed,
            "resamples": resamples,
            **_versions(),
        },
    )
