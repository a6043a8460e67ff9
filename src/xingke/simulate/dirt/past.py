"""Who and what was there before, and who is related: values that are real but not this outlet's, or not any more."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.dirt.golden import Golden
from xingke.simulate.names import people, places_of, shops
from xingke.simulate.names.text import Texts, numbers
from xingke.simulate.streams import Streams

RENEWED_A_YEAR = 0.03
"""Share of outlets that get a licence with a new number in a year."""
_LICENCE_YEARS = 5
_SERIALS = 100_000


def former_owners(golden: Golden, streams: Streams) -> tuple[Texts, Texts]:
    """For every outlet the shop's name and the owner's name that were before, should it have changed hands."""
    draw, count = streams.of("dirt.former_owners"), golden.outlet_id.size
    names = people(draw, draw.random(count) < 0.5)
    return shops(draw, names, golden.values["format"], places_of(golden.values["address"])), names


def relatives(golden: Golden, streams: Streams) -> NDArray[np.int64]:
    """For every outlet the row of one with another owner of the same surname in the same county; -1 where there is none."""
    draw = streams.of("dirt.relatives").random(golden.outlet_id.size)
    surname = golden.values["owner_name"].astype("U1").view(np.uint32)
    county = np.unique(golden.county.astype(str), return_inverse=True)[1]
    order = np.lexsort((draw, surname, county))
    row, after = order, np.roll(order, -1)
    fits = (surname[row] == surname[after]) & (county[row] == county[after]) & (golden.owner_id[row] != golden.owner_id[after])
    found = np.full(row.size, -1, dtype=np.int64)
    found[row[fits]] = after[fits]
    return found


def earlier_licences(golden: Golden, streams: Streams, as_of: date) -> Texts:
    """For every outlet the number of the licence before a renewal within the last five years; empty where there was none.

    Numbers that another outlet holds are not given out again.
    """
    chance, serial = streams.of("dirt.earlier_licences").random((2, golden.outlet_id.size))
    years = np.clip((np.datetime64(as_of) - golden.opened_on).astype(np.int64) / 365.25, 0, _LICENCE_YEARS)
    present = golden.values["licence_no"]
    before = present.astype("U7").astype(object) + numbers((serial * _SERIALS).astype(np.int64), digits=5)
    renewed = (chance < RENEWED_A_YEAR * years) & (present != "") & ~np.isin(before.astype(str), present.astype(str))
    return np.asarray(np.where(renewed, before, ""), dtype=object)
