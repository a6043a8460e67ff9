"""The records of customers in the twelve systems, and which customer each of them really is."""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from xingke.schema.trade.identity import SOURCE_RECORD, SYSTEMS
from xingke.simulate.dirt.forged import forged_records
from xingke.simulate.dirt.golden import Golden, golden_values
from xingke.simulate.dirt.places import Places, places
from xingke.simulate.dirt.smudges import smudged
from xingke.simulate.dirt.systems import DAY_FORMS, FIELDS, SYSTEM
from xingke.simulate.dirt.wording import arrow, days_written
from xingke.simulate.names.text import Texts, texts
from xingke.simulate.scenarios import Scenario
from xingke.simulate.store import table_of
from xingke.simulate.streams import Streams
from xingke.simulate.truth.tables import ENTITY_LINK

OTHER_DAY_FORM = 0.15
"""Share of records whose day is not written in the usual way of the system."""


def source_records(
    streams: Streams, *, outlet: pa.Table, owner: pa.Table, licence: pa.Table, scenario: Scenario, clean: bool, as_of: date
) -> tuple[pa.Table, pa.Table]:
    """What every system believes about every outlet, and the truth about each record.

    Parameters
    ----------
    outlet, owner, licence
        Clean tables; an outlet that opens after `as_of` is in no system yet. Of several licences the last one issued counts.
    scenario
        Its `wrongdoing` is the factor on records that stand for nobody.
    clean
        Every record holds every field, right and in the standard's own codes; days are ISO; no record is double or forged. Which systems
        know an outlet stays the same.
    as_of
        The day on which the systems are read.

    Returns
    -------
    tuple
        `source_record` (grain: one row a record in a system), sorted by system and key so that the order tells nothing, and `entity_link`
        (same grain), in which a value counts as right if it is written exactly as in the clean tables; an absent one is not.
    """
    golden = golden_values(outlet, owner, licence, as_of)
    where = places(
        streams,
        exists=golden.opened_on <= np.datetime64(as_of),
        has_till=outlet["uses_pos"].to_numpy(),
        has_sensor=outlet["has_sensor"].to_numpy(),
        has_wechat=golden.uses_wechat,
        clean=clean,
    )
    right = {name: golden.values[name][where.outlet] for name in FIELDS}
    seen = right if clean else smudged(golden, where, as_of)
    county = golden.county[where.outlet] if clean else _county(golden, where)
    columns = {
        "system": texts(SYSTEMS)[where.system],
        "source_id": _keys(golden, where),
        **seen,
        "county": county,
        "registered_on": _registered_on(golden, where, as_of, clean=clean),
    }
    truth = {
        "outlet_id": golden.outlet_id[where.outlet],
        "owner_id": golden.owner_id[where.outlet],
        **{f"{name}_is_right": (seen[name] == right[name]) & (right[name] != "") for name in FIELDS},
    }
    records = table_of(SOURCE_RECORD, {name: _or_null(values) for name, values in columns.items()})
    links = table_of(ENTITY_LINK, {"system": columns["system"], "source_id": columns["source_id"], **truth})
    if not clean:
        extra, extra_links = forged_records(golden, where, scenario, as_of)
        records, links = pa.concat_tables([records, extra]), pa.concat_tables([links, extra_links])
    order = [("system", "ascending"), ("source_id", "ascending")]
    return records.sort_by(order), links.sort_by(order)


def _keys(golden: Golden, where: Places) -> Texts:
    """Ordering knows an outlet by its own number, as orders do; the other systems number as they like."""
    own = golden.outlet_id.astype(str).astype(object)[where.outlet]
    return np.asarray(np.where(where.in_systems("ordering"), own, where.keys(where.slot, where.system)), dtype=object)


def _county(golden: Golden, where: Places) -> Texts:
    keeps = np.array([SYSTEM[name].keeps_county for name in SYSTEMS])[where.system]
    return np.asarray(np.where(keeps, golden.county[where.outlet], ""), dtype=object)


def _registered_on(golden: Golden, where: Places, as_of: date, *, clean: bool) -> Texts:
    """Ordering dates from the opening, licensing from the licence, the others from any day since the opening."""
    opened, issued = golden.opened_on[where.outlet], golden.issued_on[where.outlet]
    since = (np.datetime64(as_of) - opened).astype(np.int64)
    later = opened + np.floor(where.chance("registered") * (since + 1)).astype("timedelta64[D]")
    days = np.where(where.in_systems("ordering"), opened, np.where(where.in_systems("licensing"), issued, later))
    usual = np.array([SYSTEM[name].day_form for name in SYSTEMS])[where.system]
    other = np.floor(where.chance("other_day_form") / OTHER_DAY_FORM * len(DAY_FORMS)).astype(np.int64)
    form = np.where(other < len(DAY_FORMS), other, usual)
    return days_written(days, np.zeros_like(form) if clean else form)


def _or_null(values: Texts) -> pa.Array:
    return pc.if_else(pc.equal(arrow(values), ""), pa.scalar(None, pa.string()), arrow(values))
