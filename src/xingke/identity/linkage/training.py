"""Training without labels: Splink samples random pairs for u and runs expectation maximisation for m."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import fmean
from typing import Any

import numpy as np

from xingke.engine.duck import DuckEngine
from xingke.errors import UserFacingError
from xingke.identity.linkage.model import DIGITS, LEAST_M, LEAST_U, Model, digest, weight_of
from xingke.identity.linkage.plan import RECORD_ID, Block, Comparison, LinkPlan
from xingke.identity.linkage.records import CANDIDATES, RECORDS, block_pairs
from xingke.identity.linkage.scoring import scored

TRAINING = "link_training"

FEWEST_PAIRS = 10
"""A training block with fewer pairs says nothing."""

MOST_IN_BLOCK = 10_000
"""Records that may share a value of a training block and still count as pairs."""

MOST_FOR_PRIOR = 400_000
"""Candidate pairs that the prior is estimated from."""

PRIOR_ROUNDS = 20

ROUNDS = (25, 10, 4, 1)
"""Rounds of expectation maximisation that are tried."""


class TrainingFailed(UserFacingError):
    """A training block that no parameters come out of."""


def train(engine: DuckEngine, plan: LinkPlan, progress: Callable[[str], None]) -> Model:
    """The parameters of a plan, from the records in `link_record` alone.

    Each training block is a session of its own; a comparison's m is the mean over the sessions that trained it, so that the order of blocks
    does not matter. Sessions run on one thread: the order of floating additions is part of the bytes. Counts of random pairs are whole
    numbers, whose sum has no order.
    """
    progress("training")
    prior = _prior(engine, plan)
    usable = [columns for columns in plan.training if block_pairs(engine, [Block(columns, MOST_IN_BLOCK)], TRAINING) >= FEWEST_PAIRS]
    engine.drop(TRAINING)
    progress("u: random pairs")
    start = _random_pairs(engine, plan, prior)
    threads = engine.connection.execute("select current_setting('threads')").fetchone()[0]
    engine.connection.execute("set threads = 1")
    try:
        sessions = []
        for columns in usable:
            progress(f"m: records with the same {', '.join(columns)}")
            sessions.append(_session(engine, plan, start, columns))
    finally:
        engine.connection.execute(f"set threads = {threads}")
    return _model(plan, prior, start, sessions)


def _linker(engine: DuckEngine, said: dict[str, Any]) -> Any:
    from splink import Linker
    from splink.internals.duckdb.database_api import DuckDBAPI

    return Linker(DuckDBAPI(connection=engine.connection).register(RECORDS), said, log_level=logging.CRITICAL)


def _random_pairs(engine: DuckEngine, plan: LinkPlan, prior: float) -> dict[str, Any]:
    """The plan in Splink's words with u."""
    linker = _linker(engine, settings(plan, prior))
    linker.training.estimate_u_using_random_sampling(max_pairs=plan.sample_pairs, seed=plan.seed, min_count_per_level=None, num_chunks=1)
    found: dict[str, Any] = linker.misc.save_model_to_json()
    linker.table_management.delete_tables_created_by_splink_from_db()
    for level in (level for each in found["comparisons"] for level in each["comparison_levels"] if not level.get("is_null_level")):
        level["u_probability"] = _number(level.get("u_probability"), LEAST_U)
    return found


def _session(engine: DuckEngine, plan: LinkPlan, start: dict[str, Any], columns: Sequence[str]) -> dict[str, Any]:
    """One run of expectation maximisation, over pairs of records that agree on some columns.

    Splink gives up where the m of a level falls to nothing (a value below 1e-300); a run with fewer rounds stops before that.
    """
    from splink import block_on

    failed: ValueError | None = None
    for rounds in ROUNDS:
        linker = _linker(engine, {**start, "max_iterations": rounds})
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(
                block_on(*columns), estimate_without_term_frequencies=True, max_pairs=plan.sample_pairs
            )
        except ValueError as error:
            failed = error
            continue
        finally:
            linker.table_management.delete_tables_created_by_splink_from_db()
        found: dict[str, Any] = linker.misc.save_model_to_json()
        return found
    raise TrainingFailed(
        zh=f"无法用 {'、'.join(columns)} 相同的记录训练匹配方案 {plan.name}；请换一个训练分块",
        en=f"plan {plan.name} cannot be trained on records with the same {', '.join(columns)}; name another training block",
    ) from failed


def settings(plan: LinkPlan, prior: float, model: Model | None = None) -> dict[str, Any]:
    """The plan in Splink's words, with the parameters of a model where there is one."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": RECORD_ID,
        "probability_two_random_records_match": prior,
        "comparisons": [_comparison(each, model) for each in plan.comparisons],
        "blocking_rules_to_generate_predictions": [" and ".join(f"l.{name} = r.{name}" for name in block.columns) for block in plan.blocks],
        "em_convergence": 1e-5,
        "retain_intermediate_calculation_columns": True,
    }


def _comparison(comparison: Comparison, model: Model | None) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [
        {"sql_condition": level.condition, "label_for_charts": level.label["en"]} for level in comparison.levels
    ]
    levels.append({"sql_condition": "ELSE", "label_for_charts": "differs"})
    if model:
        for level, said in zip(comparison.levels, levels, strict=False):
            if level.frequency_of:  # training goes without; the frequencies of values come in with the scores
                said |= {"tf_adjustment_column": level.frequency_of, "tf_adjustment_weight": 1.0}
        for said, m, u in zip(levels, reversed(model.m[comparison.name]), reversed(model.u[comparison.name]), strict=True):
            said |= {"m_probability": m, "u_probability": u}
    missing = {"sql_condition": comparison.missing_condition, "label_for_charts": "missing", "is_null_level": True}
    return {"output_column_name": comparison.name, "comparison_levels": [missing, *levels]}


def _prior(engine: DuckEngine, plan: LinkPlan) -> float:
    sure = block_pairs(engine, plan.sure, "link_sure")
    engine.drop("link_sure")
    (rows,) = engine.connection.execute(f"select count(*) from {RECORDS}").fetchone()
    possible = max(rows * (rows - 1) / 2, 1.0)
    return _bounded(sure, possible)


def _bounded(matches: float, possible: float) -> float:
    return float(min(max(matches / possible, 0.1 / possible), 0.5))


def with_estimated_prior(engine: DuckEngine, plan: LinkPlan, model: Model, candidates: int) -> Model:
    """The model with the prior that its own probabilities add up to: the expected number of true pairs among all that are possible.

    The sure blocks only begin it: what share of the true pairs they find is another one in each base. Where there are many candidates, a
    sample of them stands for all.
    """
    (rows,) = engine.connection.execute(f"select count(*) from {RECORDS}").fetchone()
    if not candidates or not rows:
        return model
    span = max(-(-candidates // MOST_FOR_PRIOR), 1)
    some = f"(select * from {CANDIDATES} where hash(left_id, right_id) % {span} = 0)"
    found = engine.query(f"select weight from ({scored(plan, model, pairs=some, left=RECORDS, right=RECORDS)}) order by weight")
    evidence = found["weight"].to_numpy() - model.prior_weight
    possible = max(rows * (rows - 1) / 2, 1.0)
    prior = model.prior
    for _ in range(PRIOR_ROUNDS):
        odds = np.exp2(np.clip(evidence + weight_of(prior), -1000, 1000))
        prior = _bounded(span * float((odds / (1 + odds)).sum()), possible)
    return replace(model, prior=round(prior, 15))


def _model(plan: LinkPlan, prior: float, start: dict[str, Any], sessions: Sequence[dict[str, Any]]) -> Model:
    m: dict[str, tuple[float, ...]] = {}
    u: dict[str, tuple[float, ...]] = {}
    for place, comparison in enumerate(plan.comparisons):
        u[comparison.name] = tuple(level["u_probability"] for level in _levels(start, place))
        trained = [[level.get("m_probability") for level in _levels(session, place)] for session in sessions]
        known = [[_number(value, LEAST_M) for value in levels] for levels in trained if any(value is not None for value in levels)]
        m[comparison.name] = tuple(round(fmean(values), DIGITS) for values in zip(*known, strict=True)) or _untrained(
            len(comparison.levels)
        )
        if max(u[comparison.name]) <= LEAST_U:  # a field that nobody fills says nothing until a training has seen it
            u[comparison.name] = m[comparison.name]
    return Model(digest(plan), round(prior, 15), m, u)


def _levels(said: dict[str, Any], place: int) -> list[dict[str, Any]]:
    """The levels of a comparison from everything else to the closest."""
    return [level for level in said["comparisons"][place]["comparison_levels"] if not level.get("is_null_level")][::-1]


def _untrained(levels: int) -> tuple[float, ...]:
    """What is assumed where no session could train a comparison: nine in ten pairs agree fully."""
    return (*[round(0.1 / levels, DIGITS)] * levels, 0.9)


def _number(value: object, least: float) -> float:
    """A level that was never seen is as rare as can be."""
    return round(max(float(value), least), DIGITS) if isinstance(value, int | float) else least
