"""What is right about a file, written beside it.

`orders.csv` has `orders.csv.answer.json` or `orders.answer.json`, or the same ending in `.yaml` or `.yml`. Every entry may be left out:
`tables` (a list of names), `columns` (by table, or flat for order lines: canonical column to header, or to several of which any is right),
`amount` (the sum of the amounts), `rows` and `customers`. Entries that nobody knows are passed over.
"""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from xingke.evaluate.guess.books import Answer
from xingke.sources.files import SUFFIXES

ENDINGS = (".answer.json", ".answer.yaml", ".answer.yml")


def answered_files(folder: Path) -> Iterator[tuple[Path, Answer | None]]:
    """Every file of a folder and of those below it that can be read, with its answer, or None where there is none."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix.lower() in SUFFIXES and not path.name.endswith(ENDINGS):
            yield path, _beside(path)


def _beside(path: Path) -> Answer | None:
    for stem in (path.name, path.stem):
        for ending in ENDINGS:
            found = path.with_name(f"{stem}{ending}")
            if found.is_file():
                return answer_of(_plain(found))
    return None


def _plain(path: Path) -> Any:
    import yaml

    text = path.read_text(encoding="utf-8")
    return json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)


def answer_of(plain: Any) -> Answer:
    """The answer that lists and dictionaries describe; what is not understood counts as not said."""
    if not isinstance(plain, Mapping):
        return Answer()
    tables = plain.get("tables", plain.get("table", ()))
    columns: dict[str, tuple[str, ...]] = {}
    named = [tables] if isinstance(tables, str) else [str(name) for name in tables or ()]
    parts = dict(plain.get("columns") or {})
    if isinstance(tables, Mapping):
        parts |= {name: one.get("columns", one) if isinstance(one, Mapping) else {} for name, one in tables.items()}
    main = named[0] if named else "order_line"
    for name, value in parts.items():
        if isinstance(value, Mapping):
            columns |= {f"{name}.{target}": _headers(header) for target, header in value.items()}
        else:
            columns[name if "." in name else f"{main}.{name}"] = _headers(value)
    return Answer(tuple(named), columns, _decimal(plain.get("amount")), _whole(plain.get("rows")), _whole(plain.get("customers")))


def _headers(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(str(one) for one in value or ())


def _decimal(value: Any) -> Decimal | None:
    try:
        return None if value is None else Decimal(str(value).replace(",", ""))
    except InvalidOperation:
        return None


def _whole(value: Any) -> int | None:
    return int(value) if isinstance(value, int) else None
