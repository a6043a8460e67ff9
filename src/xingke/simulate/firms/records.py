"""What the firm's systems hold about a member: some records right, others old, misspelt or without a number."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from xingke.schema.trade.identity import SOURCE_RECORD, SYSTEMS
from xingke.simulate.firms.horizon import days_on
from xingke.simulate.firms.members import Members
from xingke.simulate.firms.truth_tables import MEMBER_LINK
from xingke.simulate.firms.workshop import Workshop
from xingke.simulate.names import COUNTIES, addresses, people, phones
from xingke.simulate.names.text import Texts

SYSTEM_SHARES = (0.55, 0.80, 0.70, 0.10, 0.22, 0.02, 0.95, 0.60, 0.45, 0.25, 0.40, 0.05)
"""Share of members that a system knows, in the order of `SYSTEMS`."""
NAME_SHORT, NAME_WRONG = 0.08, 0.04
PHONE_OLD, PHONE_MISSING, PHONE_WRONG_DIGIT = 0.09, 0.04, 0.015
ADDRESS_REWRITTEN = 0.176
"""With these shares 62 % of the records have name, phone and address as they are."""
DATE_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")


def write_records(shop: Workshop, members: Members) -> None:
    """Write `source_record`, one row a member and system that knows it, and whose record it is."""
    rng = shop.streams.of("records")
    count = members.count
    true = {
        "name": members.name,
        "phone": phones(rng, count),
        "address": addresses(rng, np.zeros(count, dtype=np.int64), np.zeros(count, dtype=bool)),
    }
    other = {"name": people(rng, members.is_female), "phone": phones(rng, count)}
    known = np.array(SYSTEM_SHARES)[:, None]
    for number, system in enumerate(SYSTEMS):
        draw = shop.streams.of("record", number).random((6, count))
        rows = np.flatnonzero(draw[0] < known[number])
        written = _written(
            {key: values[rows] for key, values in true.items()},
            {key: values[rows] for key, values in other.items()},
            draw[1:, rows],
            shop.is_clean,
        )
        _put(shop, number, system, members, rows, written, {key: written[key] == true[key][rows] for key in true}, draw[5, rows])


def _written(true: dict[str, Texts], other: dict[str, Texts], draw: NDArray[np.float64], is_clean: bool) -> dict[str, Texts]:
    """The fields as the system has them."""
    if is_clean:
        return dict(true)
    name, phone, address, which = draw[0], draw[1], draw[2], draw[3]
    masked = np.array([f"{full[0]}{'*' * (len(full) - 1)}" for full in true["name"]], dtype=object)
    names = np.where(name < NAME_SHORT, masked, np.where(name < NAME_SHORT + NAME_WRONG, other["name"], true["name"]))
    place = 3 + (which * 8).astype(np.int64)
    slipped = np.array(
        [f"{full[:at]}{(int(full[at]) + 1) % 10}{full[at + 1 :]}" for full, at in zip(true["phone"], place.tolist(), strict=True)],
        dtype=object,
    )
    limits = np.cumsum([PHONE_OLD, PHONE_MISSING, PHONE_WRONG_DIGIT])
    numbers = np.select(
        [phone < limits[0], phone < limits[1], phone < limits[2]], [other["phone"], np.array("", dtype=object), slipped], true["phone"]
    )
    cut = np.array([full.replace(COUNTIES[0][1], "").replace("号", "") for full in true["address"]], dtype=object)
    return {"name": names, "phone": numbers, "address": np.where(address < ADDRESS_REWRITTEN, cut, true["address"])}


def _put(
    shop: Workshop,
    number: int,
    system: str,
    members: Members,
    rows: NDArray[np.int64],
    written: dict[str, Texts],
    is_right: dict[str, NDArray[np.bool_]],
    form: NDArray[np.float64],
) -> None:
    """Write the records of one system under keys that say nothing about the member."""
    key = shop.streams.of("record_keys", number).permutation(members.count)[rows]
    ids = [f"{system}-{place:07d}" for place in key.tolist()]
    shop.observe(
        SOURCE_RECORD,
        {
            "system": np.full(rows.size, system),
            "source_id": ids,
            "name": written["name"],
            "phone": pa.array(written["phone"], pa.string(), mask=written["phone"] == ""),
            "address": written["address"],
            "county": np.full(rows.size, COUNTIES[0][1]),
            "registered_on": _dates(members.joined_day[rows], np.zeros(rows.size) if shop.is_clean else form),
        },
    )
    shop.know(
        MEMBER_LINK,
        {
            "system": np.full(rows.size, system),
            "source_id": ids,
            "customer_id": members.customer_id[rows],
            **{f"{field}_is_right": right for field, right in is_right.items()},
        },
        part=number,
    )


def _dates(day: NDArray[np.int64], uniform: NDArray[np.float64]) -> list[str]:
    """Days as texts in five forms."""
    forms = (uniform * len(DATE_FORMS)).astype(np.int64).tolist()
    return [on.strftime(DATE_FORMS[form]) for on, form in zip(days_on(day).tolist(), forms, strict=True)]
