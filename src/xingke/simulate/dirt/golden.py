"""What is right about every outlet: the values that a good golden record would hold."""

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from xingke.simulate.dirt.wording import objects
from xingke.simulate.names.text import Texts

Kind = TypeVar("Kind", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Golden:
    """One row an outlet, in the order of the table of outlets.

    Parameters
    ----------
    values
        The golden fields by name; an empty text where there is none.
    opened_on, issued_on
        Day of opening, and of the present licence (of opening where there is no licence).
    uses_wechat
        Whether the owner does.
    """

    outlet_id: NDArray[np.int64]
    owner_id: NDArray[np.int64]
    values: dict[str, Texts]
    county: Texts
    opened_on: NDArray[np.datetime64]
    issued_on: NDArray[np.datetime64]
    uses_wechat: NDArray[np.bool_]


def golden_values(outlet: pa.Table, owner: pa.Table, licence: pa.Table, as_of: date) -> Golden:
    """Join outlets with their owners and with the last licence that was issued by `as_of`."""
    owner_id = outlet["owner_id"].to_numpy()
    person = _rows_of(owner_id, owner["owner_id"].to_numpy())
    issued = licence.filter(pc.less_equal(licence["issued_on"], pa.scalar(as_of))).sort_by(
        [("outlet_id", "ascending"), ("issued_on", "ascending")]
    )
    holder = _rows_of(outlet["outlet_id"].to_numpy(), issued["outlet_id"].to_numpy())
    opened_on = outlet["opened_on"].to_numpy().astype("datetime64[D]")
    values = {
        "name": objects(outlet["name"]),
        "owner_name": _taken(objects(owner["name"]), person, ""),
        "phone": _taken(objects(owner["phone"]), person, ""),
        "address": objects(outlet["address"]),
        "licence_no": _taken(objects(issued["licence_no"]), holder, ""),
        "format": objects(outlet["format"]),
    }
    days = issued["issued_on"].to_numpy().astype("datetime64[D]")
    issued_on = np.where(holder < 0, opened_on, _taken(days, holder, np.datetime64("1970-01-01")))
    wechat = _taken(pc.fill_null(owner["uses_wechat"], fill_value=False).to_numpy(), person, False)
    return Golden(outlet["outlet_id"].to_numpy(), owner_id, values, objects(outlet["county"]), opened_on, issued_on, wechat)


def _rows_of(wanted: NDArray[np.int64], keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """The last row of each wanted key, -1 where there is none."""
    order = np.argsort(keys, kind="stable")
    place = np.searchsorted(keys[order], wanted, side="right") - 1
    found = (place >= 0) & (keys[order][place] == wanted) if keys.size else np.zeros(wanted.size, dtype=np.bool_)
    return np.where(found, order[place] if keys.size else 0, -1)


def _taken(values: NDArray[Kind], rows: NDArray[np.int64], absent: object) -> NDArray[Kind]:
    return np.append(values, np.array([absent], dtype=values.dtype))[rows]
