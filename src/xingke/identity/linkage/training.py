"""Training without labels: Splink samples random pairs for u and runs expectation maximisation for m."""

import logging
from collections.abc import Callable
from typing import Any

from xingke.engine.duck import DuckEngine
from xingke.identity.linkage.model import DIGITS, LEAST_M, LEAST_U, Model, digest
from xingke.identity.linkage.plan import RECORD_ID, Block, Comparison, LinkPlan
from xingke.identity.linkage.records import RECORDS, block_pairs

FEWEST_PAIRS = 10
"""A training block with fewer pairs says nothing."""


def train(engine: DuckEngine, plan: LinkPlan, progress: Callable[[str], None]) -> Model:
    """The parameters of a plan, from the records in `link_record` alone.

    Expectation maximisation runs on one thread: the order of floating additions is part of the bytes. Counts of random pairs are whole
    numbers, whose sum has no order.
    """
    from splink import Linker, block_on
    from splink.internals.duckdb.database_api import DuckDBAPI

    prior = _prior(engine, plan)
    usable = [columns for columns in plan.training if block_pairs(engine, [Block(columns, 10_000)], "link_training") >= FEWEST_PAIRS]
    threads = engine.connection.execute("select current_setting('threads')").fetchone()[0]
    engine.connection.execute("set threads = 1")
    try:
        database = DuckDBAPI(connection=engine.connection)
        linker = Linker(database.register(RECORDS), settings(plan, prior), log_level=logging.CRITICAL)
        progress("u: random pairs")
        linker.training.estimate_u_using_random_sampling(
            max_pairs=plan.sample_pairs, seed=plan.seed, min_count_per_level=None, num_chunks=1
        )
        for columns in usable:
            progress(f"m: records with the same {', '.join(columns)}")
            linker.training.estimate_parameters_using_expectation_maximisation(
                block_on(*columns), estimate_without_term_frequencies=True, max_pairs=plan.sample_pairs
            )
    finally:
        engine.connection.execute(f"set threads = {threads}")
    found = linker.misc.save_model_to_json()
    linker.table_management.delete_tables_created_by_splink_from_db()  # type: ignore[no-untyped-call]
    return _model(plan, prior, found)


def settings(plan: LinkPlan, prior: float, model: Model | None = None) -> dict[str, Any]:
    """The plan in Splink's words, with the parameters of a model where there is one."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": RECORD_ID,
        "probability_two_random_records_match": prior,
        "comparisons": [_comparison(each, model) for each in plan.comparisons],
        "blocking_rules_to_generate_predictions": [" and ".join(f"l.{name} = r.{name}" for name in block.columns) for block in plan.blocks],
        "max_iterations": 100,
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
    return float(min(max(sure / plan.sure_recall / possible, 0.1 / possible), 0.5))


def _model(plan: LinkPlan, prior: float, found: dict[str, Any]) -> Model:
    m: dict[str, tuple[float, ...]] = {}
    u: dict[str, tuple[float, ...]] = {}
    for comparison, said in zip(plan.comparisons, found["comparisons"], strict=True):
        levels = [level for level in said["comparison_levels"] if not level.get("is_null_level")][::-1]
        m[comparison.name] = tuple(_number(level.get("m_probability"), LEAST_M) for level in levels)
        u[comparison.name] = tuple(_number(level.get("u_probability"), LEAST_U) for level in levels)
    return Model(digest(plan), round(prior, 15), m, u)


def _number(value: object, least: float) -> float:
    """A level that was never seen is as rare as can be."""
    return round(max(float(value), least), DIGITS) if isinstance(value, int | float) else least
