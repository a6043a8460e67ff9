"""How much of the guess of a file is right: its tables, its columns, its money, and how often it asks."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.compute as pc

from xingke.bench.report import BenchResult
from xingke.errors import UserFacingError
from xingke.evaluate.guess.answers import answered_files
from xingke.evaluate.guess.books import Answer, Book, made
from xingke.evaluate.guess.corpus import BUILT_ON, KEPT
from xingke.sources.files import read_raw
from xingke.sources.mapping import InMemory, Mapping, apply
from xingke.sources.mapping.guess import Guess, guess

AS_OF = date(2026, 12, 1)
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Judged:
    """One file beside its answer.

    Parameters
    ----------
    tables, amount
        Whether they are right; None where the answer does not say.
    columns
        Right ones and all that the answer names.
    asked
        Codes of the questions that would be asked.
    said
        The guess in plain words, for looking at.
    """

    file: str
    tables: bool | None
    columns: tuple[int, int]
    amount: bool | None
    asked: tuple[str, ...]
    said: dict[str, Any]


def guess_quality(data: Path | None, progress: Callable[[str], None] = lambda _text: None) -> tuple[BenchResult, list[Judged]]:
    """Guess every file of a folder, or of the built-in corpus, and hold it against its answer."""
    if data is not None:
        judged = [_told(judge(path, answer), progress) for path, answer in answered_files(data)]
        return _result(judged, {}), judged
    halves = {"built_on": _judged(BUILT_ON, progress), "kept": _judged(KEPT, progress)}
    whole = [*halves["built_on"], *halves["kept"]]
    parts = {f"{name}_{metric}": value for name, half in halves.items() for metric, value in metrics_of(half).items()}
    return _result(whole, parts), whole


def judge(path: Path, answer: Answer | None) -> Judged:
    """One file; without an answer only what is guessed is told."""
    right = answer or Answer()
    try:
        raw = read_raw(path)
        found = guess(raw)
        missing = [column.name for table in found.mapping.tables for column in table.missing]
        sums = {} if missing else _sums(found.mapping, path)
    except UserFacingError as refused:
        return Judged(
            path.name, False if right.tables else None, (0, len(right.columns)), None, ("refused",), {"refused": refused.text("en")}
        )
    asked = tuple(one.code for one in found.questions) + (("columns_missing",) if missing else ())
    names = {table.table for table in found.mapping.tables}
    said = {"tables": sorted(names), "columns": _columns(found), "asked": list(asked), "left_out": list(found.left_out), **sums}
    is_right = None
    if right.amount is not None:
        is_right = bool(asked) or abs(Decimal(str(sums.get("amount", 0))) - right.amount) < CENT
    elif right.tables and "order_line" not in right.tables:
        is_right = bool(asked) or "amount" not in sums
    tables = set(right.tables) == names if right.tables else None
    return Judged(path.name, tables, (_right(found, right), len(right.columns)), is_right, asked, said)


def _sums(mapping: Mapping, path: Path) -> dict[str, Any]:
    applied, sink = apply(mapping, read_raw(path), as_of=AS_OF, keyer=lambda text: text)
    found: dict[str, Any] = {"outside": {one.table: dict(one.reasons) for one in applied.tables if one.reasons}}
    if isinstance(sink, InMemory) and "order_line" in sink.tables():
        lines = sink.whole("order_line")
        found["amount"] = str(pc.sum(lines["amount_yuan"]).as_py() or 0)
        found["rows"] = lines.num_rows
        found["customers"] = pc.count_distinct(lines["customer_key"]).as_py()
    return found


def _columns(found: Guess) -> dict[str, str]:
    return {
        f"{table.table}.{one.target}": " + ".join(one.source) for table in found.mapping.tables if not table.only for one in table.columns
    }


def _right(found: Guess, answer: Answer) -> int:
    sources = {
        (f"{table.table}.{one.target}", name)
        for table in found.mapping.tables
        if not table.only
        for one in table.columns
        for name in one.source
    }
    hidden = {f"{table.table}.source_id" for table in found.mapping.tables}
    right = 0
    for target, headers in answer.columns.items():
        lasts = {name for where, name in sources if where == target}
        right += any(name in headers or name.rpartition("/")[2] in headers for name in lasts) or (target in hidden and not lasts)
    return right


def metrics_of(judged: Iterable[Judged]) -> dict[str, float]:
    """The figures of some files."""
    files = list(judged)
    tables = [one.tables for one in files if one.tables is not None]
    amounts = [one.amount for one in files if one.amount is not None]
    columns = sum(one.columns[1] for one in files)
    return {
        "tables_right_share": sum(tables) / (len(tables) or 1),
        "columns_right_share": sum(one.columns[0] for one in files) / (columns or 1),
        "amount_right_share": sum(amounts) / (len(amounts) or 1),
        "asked_per_file": sum(len(one.asked) for one in files) / (len(files) or 1),
        "files": float(len(files)),
    }


def _result(judged: list[Judged], parts: dict[str, float]) -> BenchResult:
    return BenchResult(
        name="guess",
        protocol="every file guessed as the import does it and held against its answer; an amount is right, or asked about",
        metrics={**metrics_of(judged), **parts},
    )


def _judged(books: Iterable[Book], progress: Callable[[str], None]) -> list[Judged]:
    with TemporaryDirectory(prefix="xingke-guess-") as place:
        return [_told(judge(path, answer), progress) for path, answer in written(books, Path(place))]


def written(books: Iterable[Book], folder: Path) -> Iterator[tuple[Path, Answer]]:
    """The books as files of a folder."""
    for book in books:
        name, content, answer = made(book)
        path = folder / name
        path.write_bytes(content)
        yield path, answer


def _told(one: Judged, progress: Callable[[str], None]) -> Judged:
    progress(one.file)
    return one
