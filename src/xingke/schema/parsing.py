"""From what came to what a column holds, a whole column at a time.

`None` stays `None`; a value that does not fit becomes `None` and is marked. Nothing is guessed: `1,5` is no number and `31/12/2026` no day,
unless the caller says that this is how the file writes it.
"""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from xingke.schema.business_day import business_days
from xingke.schema.column import MONEY_DIGITS, MONEY_SCALE, ColumnType

INTEGER_FORM = r"^[+-]?[0-9]{1,18}$"
NUMBER_FORM = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$"
MONEY_FORM = rf"^[+-]?[0-9]{{1,{MONEY_DIGITS - MONEY_SCALE}}}(\.[0-9]{{1,{MONEY_SCALE}}}0*)?$"
ISO_DAY = "%Y-%m-%d"
YES, NO = ("true", "t", "yes", "y", "1"), ("false", "f", "no", "n", "0")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A column in its type, and which rows did not fit."""

    values: pa.Array
    misfit: pa.Array


def parsed(values: pa.Array | pa.ChunkedArray, kind: ColumnType, *, day_form: str = ISO_DAY, money_signs: str = "") -> Parsed:
    """The values as the column's Arrow type.

    Parameters
    ----------
    day_form
        How a day is written when it comes as text, in the codes of `strftime`.
    money_signs
        Characters to strip from a number that comes as text, such as `$,`.
    """
    array = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    if array.type == kind.arrow:
        return Parsed(array, _nothing(array))
    if pa.types.is_null(array.type):
        return Parsed(pa.nulls(len(array), kind.arrow), _nothing(array))
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
        return _from_text(array.cast(pa.string()), kind, day_form, money_signs)
    return _from_typed(array, kind)


def _nothing(array: pa.Array) -> pa.Array:
    return pa.repeat(pa.scalar(value=False), len(array))


def _marked(before: pa.Array, after: pa.Array) -> Parsed:
    return Parsed(after, pc.and_(pc.is_valid(before), pc.is_null(after)))


def _from_text(array: pa.Array, kind: ColumnType, day_form: str, money_signs: str) -> Parsed:
    trimmed = pc.utf8_trim_whitespace(array)
    text = pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)
    if kind is ColumnType.TEXT:
        return Parsed(text, _nothing(array))
    if kind is ColumnType.DAY:
        return _marked(text, pc.coalesce(_days(text, day_form), business_days(_instants(text))))
    if kind is ColumnType.INSTANT:
        return _marked(text, _instants(text))
    if kind is ColumnType.FLAG:
        return _marked(text, _flags(text))
    for sign in money_signs:
        text = pc.replace_substring(text, sign, "")
    form = {ColumnType.INTEGER: INTEGER_FORM, ColumnType.NUMBER: NUMBER_FORM, ColumnType.MONEY: MONEY_FORM}[kind]
    fits = _only(text, pc.match_substring_regex(text, form))
    if kind is ColumnType.MONEY:  # a trailing run of zeros beyond the cents is no loss, anything else there is
        fits = pc.replace_substring_regex(fits, rf"(\.[0-9]{{{MONEY_SCALE}}})0+$", r"\1")
    return _marked(text, pc.replace_substring_regex(fits, r"^\+", "").cast(kind.arrow))


def _only(values: pa.Array, mask: pa.Array) -> pa.Array:
    return pc.if_else(pc.fill_null(mask, fill_value=False), values, pa.scalar(None, values.type))


def _days(text: pa.Array, form: str) -> pa.Array:
    # `strptime` rolls 30 February over to March, so a day counts only if it reads back as it was written.
    plain = pc.replace_substring_regex(text, r"(^|/|-)0+([0-9])", r"\1\2")
    instants = pc.strptime(text, format=form, unit="s", error_is_null=True)
    again = pc.replace_substring_regex(pc.strftime(instants, format=form), r"(^|/|-)0+([0-9])", r"\1\2")
    return _only(instants, pc.equal(plain, again)).cast(pa.date32())


def _instants(text: pa.Array) -> pa.Array:
    form = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})$"
    fits = _only(text, pc.match_substring_regex(text, form))
    real = _only(fits, pc.is_valid(_days(pc.utf8_slice_codeunits(fits, 0, 10), ISO_DAY)))
    clock = pc.match_substring_regex(pc.utf8_slice_codeunits(real, 11, 19), r"^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$")
    zone = pc.match_substring_regex(real, r"(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])$")
    return _only(real, pc.and_(clock, zone)).cast(pa.timestamp("us", tz="UTC"))


def _flags(text: pa.Array) -> pa.Array:
    low = pc.utf8_lower(text)
    known = pc.is_in(low, value_set=pa.array([*YES, *NO]))
    return _only(pc.is_in(low, value_set=pa.array(YES)), known)


def _from_typed(array: pa.Array, kind: ColumnType) -> Parsed:
    if kind is ColumnType.TEXT:
        return Parsed(array.cast(pa.string()), _nothing(array))
    source = array
    if kind is ColumnType.DAY and pa.types.is_timestamp(array.type) and array.type.tz is not None:
        return _marked(source, business_days(array))
    if pa.types.is_floating(array.type):
        array = _only(array, pc.is_finite(array))
        if kind is ColumnType.MONEY:
            array = _only(pc.round(array, MONEY_SCALE), pc.less(pc.abs(array), 10 ** (MONEY_DIGITS - MONEY_SCALE)))
        elif kind is ColumnType.INTEGER:
            array = _only(array, pc.and_(pc.equal(array, pc.round(array)), pc.less(pc.abs(array), 2**53)))
    try:
        return _marked(source, array.cast(kind.arrow, safe=kind is not ColumnType.MONEY))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return _from_text(array.cast(pa.string()), kind, ISO_DAY, "")
