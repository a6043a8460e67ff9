"""What the records of a customer say about one field, as columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from xingke.identity.chinese.columns import codes

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Claims:
    """One row a value that a record says.

    Parameters
    ----------
    row
        The record.
    customer, system
        Places of its customer and of its system.
    value
        Place of what is compared, among `values`.
    form
        Place of how it is written, among `forms`; several forms can be one value.
    is_valid
        Whether checks of the field pass.
    """

    row: Ints
    customer: Ints
    system: Ints
    value: Ints
    values: Sequence[str]
    form: Ints
    forms: Sequence[str]
    is_valid: Flags


def claims_of(customer: Ints, system: Ints, compared: pa.Array, written: pa.Array | None = None, is_valid: Flags | None = None) -> Claims:
    """The claims of records, one a record and column row; those without a value are left out."""
    value, values = codes(compared)
    form, forms = (value, values) if written is None else codes(written)
    rows = np.flatnonzero((value >= 0) & (form >= 0))
    valid = np.ones(rows.size, dtype=np.bool_) if is_valid is None else is_valid[rows]
    return Claims(rows, customer[rows], system[rows], value[rows], values, form[rows], forms, valid)


def firsts(sorted_keys: NDArray[Any]) -> Flags:
    """Which places of a sorted array begin a new value."""
    return np.concatenate([[True], sorted_keys[1:] != sorted_keys[:-1]]) if sorted_keys.size else np.zeros(0, dtype=np.bool_)
