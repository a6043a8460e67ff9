"""Amazon-Google: titles of software from two shops, as a test of the engine away from people."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from xingke.bench.pairs import PairScore, decided_score
from xingke.engine.duck import DuckEngine
from xingke.identity.linkage.levels import alike, equal
from xingke.identity.linkage.plan import RECORD_ID, Block, Comparison, Level, LinkPlan
from xingke.identity.linkage.records import RECORDS, load_records
from xingke.identity.linkage.scoring import scored
from xingke.identity.linkage.training import train
from xingke.words import Words, both

FILE = "Structured_Amazon-Google.parquet"
RESAMPLES = 500


def _shared(column: str, least: float) -> str:
    """Share of the smaller list that the other one holds too."""
    return f"len(list_intersect({column}_l, {column}_r)) >= {least} * greatest(least(len({column}_l), len({column}_r)), 1)"


def _overlap(column: str, least: float) -> str:
    """Jaccard overlap of two lists."""
    return f"len(list_intersect({column}_l, {column}_r)) >= {least} * greatest(len(list_distinct(list_concat({column}_l, {column}_r))), 1)"


def _words(zh: str, en: str) -> Words:
    return both(zh, en)


PRODUCT = LinkPlan(
    name="product",
    label=both("商品", "Products"),
    columns=("title", "tokens", "rare", "numbers", "maker", "price", "rarest", "second"),
    comparisons=(
        Comparison(
            "tokens",
            both("标题用词", "Words of the title"),
            ("tokens",),
            tuple(
                Level(_overlap("tokens", least), _words(f"{least:.0%} 的词相同", f"{least:.0%} of the words shared"))
                for least in (0.8, 0.6, 0.45, 0.3, 0.2)
            ),
        ),
        Comparison(
            "rare",
            both("少见词", "Rare words"),
            ("rare",),
            (
                Level(_shared("rare", 1.0), _words("全部相同", "all shared")),
                Level(_shared("rare", 0.5), _words("半数相同", "half shared")),
                Level(_shared("rare", 0.01), _words("有相同", "some shared")),
            ),
            missing="len(rare_l) = 0 or len(rare_r) = 0",
        ),
        Comparison(
            "numbers",
            both("版本与型号", "Versions and models"),
            ("numbers",),
            (
                Level(_overlap("numbers", 1.0), _words("全部相同", "all the same")),
                Level(_shared("numbers", 0.01), _words("有相同", "some the same")),
            ),
            missing="len(numbers_l) = 0 or len(numbers_r) = 0",
        ),
        Comparison("maker", both("厂商", "Maker"), ("maker",), (equal("maker"), alike("maker", 0.85))),
        Comparison(
            "price",
            both("价格", "Price"),
            ("price",),
            tuple(
                Level(
                    f"abs(price_l - price_r) <= {share} * greatest(price_l, price_r)",
                    _words(f"相差 {share:.0%} 以内", f"within {share:.0%}"),
                )
                for share in (0.02, 0.15, 0.4)
            ),
        ),
    ),
    blocks=(Block(("rarest",)), Block(("second",))),
    training=(("rarest",), ("maker",)),
    sure=(Block(("title",)), Block(("rarest", "second"))),
    sample_pairs=200_000,
)


@dataclass(frozen=True, slots=True)
class ProductScore:
    """The test split: decisions of the model, its interval, and the same title as the baseline."""

    score: PairScore
    interval: tuple[float, float]
    baseline: PairScore


def amazon_google(directory: Path, *, seed: int) -> ProductScore:
    """Decide the labelled pairs of the test split; only the threshold is taken from the labels of the other splits."""
    labelled = pq.read_table(directory / FILE)
    records, left, right = _records(labelled)
    weights = _weights(records, left, right)
    true = labelled["label"].to_numpy() == 1
    test = np.array(labelled["split"].to_pylist()) == "test"
    threshold = _best_threshold(weights[~test], true[~test])
    found = weights[test] >= threshold
    same = np.array(labelled["left_title"].to_pylist()) == np.array(labelled["right_title"].to_pylist())
    return ProductScore(
        decided_score(found, true[test]), _interval(found, true[test], left[test], seed), decided_score(same[test], true[test])
    )


def _records(labelled: pa.Table) -> tuple[pa.Table, NDArray[np.int64], NDArray[np.int64]]:
    """Each product once, and the places of both sides of every labelled pair."""
    places: dict[tuple[str, ...], int] = {}
    sides = []
    for side in ("left", "right"):
        columns = [labelled[f"{side}_{name}"].to_pylist() for name in ("title", "manufacturer", "price")]
        sides.append(
            np.array([places.setdefault((side, *(str(part or "") for part in row)), len(places)) for row in zip(*columns, strict=True)])
        )
    titles = [re.findall(r"[a-z]+|\d+(?:\.\d+)?", key[1].lower()) for key in places]
    counts = Counter(token for tokens in titles for token in set(tokens))
    ordered = [sorted(set(tokens), key=lambda token: (counts[token], token)) for tokens in titles]
    shared = [[token for token in tokens if counts[token] > 1] for tokens in ordered]
    text, texts = pa.string(), pa.list_(pa.string())
    table = {
        RECORD_ID: pa.array(range(len(places)), pa.int64()),
        "title": pa.array([" ".join(tokens) for tokens in titles], text),
        "tokens": pa.array([sorted(tokens) for tokens in ordered], texts),
        "rare": pa.array([[token for token in tokens if counts[token] <= 25 and not token[0].isdigit()] for tokens in ordered], texts),
        "numbers": pa.array([[token for token in tokens if token[0].isdigit()] for tokens in ordered], texts),
        "maker": pa.array([key[2].lower() or None for key in places], text),
        "price": pa.array([_price(key[3]) for key in places], pa.float64()),
        "rarest": pa.array([tokens[0] if tokens else None for tokens in shared], text),
        "second": pa.array([tokens[1] if len(tokens) > 1 else None for tokens in shared], text),
    }
    return pa.table(table), sides[0], sides[1]


def _price(text: str) -> float | None:
    found = re.sub(r"[^\d.]", "", text)
    return float(found) if re.fullmatch(r"\d+(\.\d+)?", found) and float(found) > 0 else None


def _weights(records: pa.Table, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.float64]:
    with DuckEngine() as engine:
        load_records(engine, records, PRODUCT)
        model = train(engine, PRODUCT, lambda _text: None)
        engine.load("labelled", pa.table({"left_id": left, "right_id": right}))
        found = engine.query(scored(PRODUCT, model, pairs="labelled", left=RECORDS, right=RECORDS))
    pairs = zip(found["left_id"].to_pylist(), found["right_id"].to_pylist(), strict=True)
    known = dict(zip(pairs, found["weight"].to_pylist(), strict=True))
    return np.array([known[pair] for pair in zip(left.tolist(), right.tolist(), strict=True)])


def _best_threshold(weights: NDArray[np.float64], true: NDArray[np.bool_]) -> float:
    steps = np.unique(weights)
    return float(steps[int(np.argmax([decided_score(weights >= step, true).f1 for step in steps]))])


def _interval(found: NDArray[np.bool_], true: NDArray[np.bool_], entity: NDArray[np.int64], seed: int) -> tuple[float, float]:
    """Resampled products of the left side."""
    draw = np.random.default_rng(seed)
    _, names = np.unique(entity, return_inverse=True)
    count = int(names.max()) + 1
    scores = []
    for _ in range(RESAMPLES):
        times = np.bincount(draw.integers(0, count, count), minlength=count)[names]
        hits = float((times * (found & true)).sum())
        scores.append(2 * hits / max(float((times * found).sum() + (times * true).sum()), 1.0))
    low, high = np.quantile(scores, [0.025, 0.975])
    return float(low), float(high)
