"""Records that stand for nobody."""

from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from xingke.schema.trade.identity import SOURCE_RECORD, SYSTEMS
from xingke.simulate.dirt.glyphs import with_wrong_digit
from xingke.simulate.dirt.golden import Golden
from xingke.simulate.dirt.places import Places
from xingke.simulate.dirt.systems import FIELDS, FORGED_IN, SYSTEM, system_number
from xingke.simulate.dirt.wording import days_written
from xingke.simulate.names import people, phones, places_of, shops
from xingke.simulate.names.text import Texts, numbers, places_in
from xingke.simulate.scenarios import Scenario
from xingke.simulate.store import table_of
from xingke.simulate.truth.tables import ENTITY_LINK

FORGED = 0.003
"""Records that stand for nobody, as a share of the others."""
_SERIALS = 100_000
_RECENT_DAYS = 400


def forged_records(golden: Golden, where: Places, scenario: Scenario, as_of: date) -> tuple[pa.Table, pa.Table]:
    """Made-up customers of plausible looks: an address near a real one, a licence number that nobody holds.

    Returns
    -------
    tuple
        Rows of `source_record` and of `entity_link`; the latter without an outlet, an owner or a right value.
    """
    count = round(FORGED * scenario.wrongdoing * where.outlet.size)
    draw = where.streams.of("dirt.forged")
    kind, row, digit, by, days = draw.random((5, count))
    near = where.outlet[np.minimum((row * where.outlet.size).astype(np.int64), where.outlet.size - 1)]
    address = with_wrong_digit(golden.values["address"][near], digit, by)
    owner_name, format_ = people(draw, draw.random(count) < 0.5), golden.values["format"][near]
    system = np.array([system_number(name) for name in FORGED_IN])[places_in(len(FORGED_IN), kind)]
    values = {
        "name": shops(draw, owner_name, format_, places_of(address)),
        "owner_name": owner_name,
        "phone": phones(draw, count),
        "address": address,
        "licence_no": _unheld_licences(golden, near, draw.random(count)),
        "format": format_,
    }
    columns = {name: np.where([name in SYSTEM[SYSTEMS[place]].keeps for place in system], values[name], None) for name in FIELDS}
    key = {"system": np.array(SYSTEMS, dtype=object)[system], "source_id": where.keys(where.free_slot + np.arange(count), system)}
    registered_on = np.datetime64(as_of) - np.floor(days * _RECENT_DAYS).astype("timedelta64[D]")
    written = days_written(registered_on, np.array([SYSTEM[name].day_form for name in SYSTEMS])[system])
    records = table_of(SOURCE_RECORD, {**key, **columns, "county": golden.county[near], "registered_on": written})
    wrong = {f"{name}_is_right": np.zeros(count, dtype=np.bool_) for name in FIELDS}
    return records, table_of(ENTITY_LINK, {**key, **wrong})


def _unheld_licences(golden: Golden, near: NDArray[np.int64], uniform: NDArray[np.float64]) -> Texts:
    """Numbers in the area of a real licence; one that an outlet holds is left out."""
    held = golden.values["licence_no"]
    number = held[near].astype("U7").astype(object) + numbers((uniform * _SERIALS).astype(np.int64), digits=5)
    return np.asarray(np.where(np.isin(number.astype(str), held.astype(str)), None, number), dtype=object)
