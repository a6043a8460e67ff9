"""A whole column at a time: plain values by Arrow's own casts, the others one by one, each distinct one once."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from xingke.schema import Column, ColumnType
from xingke.sources.mapping import cleaning
from xingke.sources.mapping.cleaning import Refused
from xingke.sources.mapping.model import ColumnMap

LONGEST = 32_767
SUSPECT = np.zeros(256, dtype=bool)
SUSPECT[:32] = SUSPECT[127] = True
SUSPECT[[0xC2, 0xE2, 0xE3, 0xEF]] = (
    True  # the first bytes of no-break blanks, dashes, ideographic blanks, full-width forms and lost characters
)
SUSPECT_IN_CODE = SUSPECT.copy()
SUSPECT_IN_CODE[[ord(letter) for letter in "abcdefghijklmnopqrstuvwxyz .'+`"]] = True
FIRST = np.zeros(256, dtype=bool)
FIRST[[ord(letter) for letter in " =+-@/\\#('`"]] = True
NUMERIC = (ord("-"), ord("9"))
PLAIN_TEXT = (0x20, 0x7E)
PLAIN_CODE = (ord("/"), ord("Z"))
"""Between these bytes there is nothing suspect, and looking for the smallest and the largest byte is quick."""

BLANK_FIRST = np.zeros(256, dtype=bool)
BLANK_FIRST[[ord(letter) for letter in "nN"]] = True  # n/a, null, none, nil


@dataclass(frozen=True, slots=True)
class Converted:
    """Values in the type of the column, and for each row the reason it was refused, null where it was not."""

    values: pa.Array
    reasons: pa.Array | None = None


LONGEST_NUMBER = 38
LEAST_CUT_OFF, SURELY_CUT_OFF = 2, 0.9
Careful = Callable[[str], Any]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


class Converter:
    """Turns the cells of one column into what its canonical column holds; remembers the awkward ones it has met."""

    def __init__(self, mapped: ColumnMap, column: Column, number_of: Callable[[str], str]) -> None:
        self._column = column
        self._careful = _careful(mapped, column, number_of)
        self._has_steps = bool(mapped.transforms or mapped.replace)
        self._is_code = not mapped.replace and [step.name for step in mapped.transforms] == ["code"]
        self._names = mapped.transform("code") is not None
        self._met: dict[str, tuple[Any, str | None]] = {}

    def convert(self, cells: pa.Array) -> Converted:
        """The cells as values."""
        if not self._has_steps:
            whole = self._at_once(cells)
            if whole is not None:
                return Converted(whole)
        cut = self._cut_off(cells)
        if cut is not None:
            whole = self._converted(pc.if_else(pa.array(cut), pa.scalar(None, pa.string()), cells))
            before = pa.nulls(len(cells), pa.string()) if whole.reasons is None else whole.reasons
            return Converted(whole.values, pc.if_else(pa.array(cut), pa.scalar("digits_lost"), before))
        return self._converted(cells)

    def _cut_off(self, cells: pa.Array) -> Mask | None:
        """Numbers that are names with more digits than a spreadsheet keeps, where those behind are zeros in nearly all of the column."""
        if not self._names or not len(cells):
            return None
        long = np.flatnonzero(np.diff(_offsets(cells)) > cleaning.DIGITS_KEPT)
        if not len(long):
            return None
        texts = cells.take(pa.array(long)).to_pylist()
        ended = {text for text in set(texts) if text is not None and cleaning.zero_ended(text)}
        if len(ended) < LEAST_CUT_OFF or len(ended) < SURELY_CUT_OFF * len(set(texts)):
            return None
        cut = np.zeros(len(cells), dtype=bool)
        cut[long] = [text in ended for text in texts]
        return cut

    def _converted(self, cells: pa.Array) -> Converted:
        awkward = self._awkward(cells)
        if awkward is None:
            return self._each(cells)
        if not awkward.any():
            return Converted(cells)
        places = np.flatnonzero(awkward)
        mended = self._each(cells.take(pa.array(places)))
        values = pc.replace_with_mask(cells, pa.array(awkward), mended.values)
        if mended.reasons is None:
            return Converted(values)
        return Converted(values, pc.replace_with_mask(pa.nulls(len(cells), pa.string()), pa.array(awkward), mended.reasons))

    def _at_once(self, cells: pa.Array) -> pa.Array | None:
        """All cells by one cast, where every one is written plainly."""
        kind = self._column.type
        if kind in (ColumnType.TEXT, ColumnType.FLAG, ColumnType.INSTANT):
            return None
        data = _bytes(cells)
        if len(data) and (data.min() < NUMERIC[0] or data.max() > NUMERIC[1]):
            return None
        if len(cells) and np.diff(_offsets(cells)).max() > LONGEST_NUMBER:  # Arrow wraps round on a number of hundreds of digits
            return None
        try:
            values = cells.cast(kind.arrow)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            return None
        if kind is ColumnType.DAY and len(values):
            years = pc.year(values)
            span = pc.min_max(years).as_py()
            if span["min"] is not None and (span["min"] < cleaning.YEARS[0] or span["max"] > cleaning.YEARS[-1]):
                return None
        return values

    def _awkward(self, cells: pa.Array) -> Mask | None:
        """Which texts are not good as they stand; None where every cell has to be looked at."""
        if self._column.type is not ColumnType.TEXT or (self._has_steps and not self._is_code) or self._column.choices:
            return None
        data, offsets = _bytes(cells), _offsets(cells)
        starts, ends = offsets[:-1] - offsets[0], offsets[1:] - offsets[0]
        some = ends > starts
        first, last = np.zeros(len(cells), np.uint8), np.zeros(len(cells), np.uint8)
        first[some], last[some] = data[starts[some]], data[ends[some] - 1]
        awkward = FIRST[first] | (last == 32) | (ends - starts > LONGEST) | (BLANK_FIRST[first] & (ends - starts <= 4))
        clean = PLAIN_CODE if self._is_code else PLAIN_TEXT
        if len(data) and clean[0] <= data.min() and data.max() <= clean[1]:
            return np.asarray(awkward)
        suspects = np.flatnonzero((SUSPECT_IN_CODE if self._is_code else SUSPECT)[data])
        if len(suspects):
            awkward[np.searchsorted(ends, suspects, side="right")] = True
        # 无, 空 and their kind have two or three bytes a character and are short; so are names, which pass unharmed
        awkward |= (first >= 0x80) & (ends - starts <= 9)
        found: Mask = awkward
        return found

    def _each(self, cells: pa.Array) -> Converted:
        coded = cells.dictionary_encode()
        values, reasons = [], []
        for text in coded.dictionary.to_pylist():
            value, reason = self._one(text)
            values.append(value)
            reasons.append(reason)
        typed = pa.array(values, self._column.type.arrow).take(coded.indices)
        if not any(reasons):
            return Converted(typed)
        return Converted(typed, pa.array(reasons, pa.string()).take(coded.indices))

    def _one(self, text: str) -> tuple[Any, str | None]:
        known = self._met.get(text)
        if known is None:
            try:
                known = (self._careful(text), None) if len(text) <= LONGEST else (None, "too_long")
            except Refused as refused:
                known = (None, refused.reason)
            if len(self._met) < 100_000:
                self._met[text] = known
        return known


def _bytes(cells: pa.Array) -> np.ndarray[Any, np.dtype[np.uint8]]:
    buffer, offsets = cells.buffers()[2], _offsets(cells)
    return np.frombuffer(buffer, np.uint8)[offsets[0] : offsets[-1]] if buffer is not None and len(cells) else np.array([], np.uint8)


def _offsets(cells: pa.Array) -> np.ndarray[Any, np.dtype[np.int32]]:
    if not len(cells):
        return np.zeros(1, np.int32)
    return np.frombuffer(cells.buffers()[1], np.int32)[cells.offset : cells.offset + len(cells) + 1]


def _careful(mapped: ColumnMap, column: Column, number_of: Callable[[str], str]) -> Careful:
    steps = _text_steps(mapped, number_of)
    final = _final(mapped, column)

    def whole(text: str) -> Any:
        corrected = mapped.replace.get(text.strip(), text) if mapped.replace else text
        for step in steps:
            after = step(corrected)
            if after is None:
                return None
            corrected = after
        return final(corrected)

    return whole


def _text_steps(mapped: ColumnMap, number_of: Callable[[str], str]) -> list[Callable[[str], str | None]]:
    found: list[Callable[[str], str | None]] = []
    for step in mapped.transforms:
        if step.name == "split":
            by, take = str(step.options.get("by", " ")), int(step.options.get("take", 0))
            found.append(lambda text, by=by, take=take: _part(text, by, take))  # type: ignore[misc]  # bound now, called later
        elif step.name == "upper":
            found.append(str.upper)
        elif step.name == "code":
            found.append(cleaning.code)
        elif step.name == "phone":
            found.append(cleaning.phone)
        elif step.name == "hashed":
            found.append(number_of)
    return found


def _part(text: str, by: str, take: int) -> str | None:
    parts = [part for part in text.split(by) if part.strip()]
    return parts[take] if -len(parts) <= take < len(parts) else None


def _final(mapped: ColumnMap, column: Column) -> Careful:
    choice = mapped.transform("choice")
    if choice is not None or column.choices:
        return _chooser(choice.options if choice else {}, column)
    dated = mapped.transform("date")
    form = str(dated.options.get("form", "ymd")) if dated else "ymd"
    year = _year(dated.options.get("year")) if dated else None
    if dated is not None and column.type is ColumnType.TEXT:
        return lambda text: _day_text(text, form, year)
    return _signed(mapped, _of_type(mapped, column, form, year))


def _of_type(mapped: ColumnMap, column: Column, form: str, year: int | None) -> Careful:
    units = mapped.transform("units")
    if units is not None:
        factors = {str(name): Decimal(str(factor)) for name, factor in dict(units.options.get("factors", {})).items()}
        return lambda text: cleaning.in_units(text, factors, weighed=mapped.transform("weighed") is not None)
    return {
        ColumnType.TEXT: cleaning.clean_text,
        ColumnType.INTEGER: cleaning.weighed if mapped.transform("weighed") else cleaning.whole,
        ColumnType.NUMBER: cleaning.real,
        ColumnType.MONEY: cleaning.money,
        ColumnType.FLAG: cleaning.flag,
        ColumnType.DAY: lambda text: cleaning.day(text, form, year),
        ColumnType.INSTANT: lambda text: cleaning.instant(text, form, year),
    }[column.type]


def _signed(mapped: ColumnMap, read: Careful) -> Careful:
    """A number with the sign that its column asks for."""
    if mapped.transform("unsigned") is not None:
        return lambda text: None if (value := read(text)) is None else abs(value)
    if mapped.transform("negative") is not None:
        return lambda text: None if (value := read(text)) is None else -abs(value)
    return read


def _year(value: Any) -> int | None:
    return int(value) if str(value or "").isdigit() else None


def _day_text(text: str, form: str, year: int | None) -> str | None:
    """A day as text where a column keeps it as it was written, so that a serial number of a spreadsheet can be read."""
    try:
        day = cleaning.day(text, form, year)
    except Refused:
        return cleaning.clean_text(text)
    return day.isoformat() if day else None


def _chooser(options: Any, column: Column) -> Careful:
    by_text = {str(text).casefold(): str(value) for text, value in dict(options.get("map", {})).items()}
    other = options.get("else")

    def choose(text: str) -> str | None:
        plain = cleaning.clean_text(text)
        if plain is None:
            return None
        low = plain.casefold()
        if low in by_text:
            return by_text[low]
        if low in column.choices or not column.choices:
            return low if low in column.choices else plain
        if other is not None:
            return str(other)
        raise Refused("not_a_choice")

    return choose
