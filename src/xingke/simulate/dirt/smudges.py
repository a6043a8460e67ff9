"""What goes wrong with the golden fields on their way into a system."""

from collections.abc import Callable
from datetime import date

import numpy as np
from numpy.typing import NDArray

from xingke.schema.trade.identity import SYSTEMS
from xingke.simulate.dirt.glyphs import full_width, half_traditional, with_twin, with_wrong_digit
from xingke.simulate.dirt.golden import Golden
from xingke.simulate.dirt.past import earlier_licences, former_owners, relatives
from xingke.simulate.dirt.places import Places
from xingke.simulate.dirt.systems import FIELDS, SYSTEM
from xingke.simulate.dirt.wording import rewritten, shortened
from xingke.simulate.names import phones
from xingke.simulate.names.text import Texts, texts

SHORT_NAME, TYPO, FORMER_OWNER = 0.09, 0.075, 0.055
"""Shares of records with an abbreviated or lengthened name, with a name mistyped, and with name and owner from before a change of owner:
together the 22 in 100 whose name differs."""
OWNER_TYPO = 0.03
"""Share of records with the owner's name mistyped."""
OLD_PHONE, NO_PHONE, WRONG_PHONE, SHARED_PHONE = 0.09, 0.04, 0.015, 0.02
REWRITTEN_ADDRESS = 0.30
WRONG_LICENCE = 0.012
TRADITIONAL_MIX, FULL_WIDTH_DIGITS = 0.02, 0.03
MISJUDGED_FORMAT = 0.08
"""Share of records in which grocery and convenience store are taken for each other, or something else for other."""
_CHANGED_HANDS = 0.14
"""Share of outlets that have had another owner."""
_OUTSIDE = 0.75
"""Share of records outside ordering and licensing, which learn of a new owner at once."""
_RELATED = 0.05
"""Share of outlets whose owner gives a relative's phone now and then, the relative having an outlet too."""
_MISJUDGED = {"grocery": "convenience", "convenience": "grocery"}


def smudged(golden: Golden, where: Places, as_of: date) -> dict[str, Texts]:
    """The golden fields as the systems have them; an empty text where a system has none."""
    name, owner_name = _names(golden, where)
    values = {
        "name": name,
        "owner_name": owner_name,
        "phone": _phones(golden, where),
        "address": _addresses(golden, where),
        "licence_no": _licences(golden, where, as_of),
        "format": _formats(golden, where),
    }
    mixed, wide = where.chance("traditional") < TRADITIONAL_MIX, where.chance("full_width") < FULL_WIDTH_DIGITS
    bits = where.chance("traditional_bits")
    for field in ("name", "owner_name", "address"):
        values[field] = _changed(values[field], mixed, half_traditional, bits)
    for field in ("phone", "address", "licence_no"):
        values[field] = _changed(values[field], wide, full_width)
    return {field: _kept(values[field], field, where) for field in FIELDS}


def _kept(values: Texts, field: str, where: Places) -> Texts:
    keeps = np.array([field in SYSTEM[name].keeps for name in SYSTEMS])[where.system]
    return np.asarray(np.where(keeps, values, ""), dtype=object)


def _changed(values: Texts, mask: NDArray[np.bool_], change: Callable[..., Texts], *more: NDArray[np.generic]) -> Texts:
    """The values, those under the mask changed; `more` has what the change needs beside them, row by row."""
    result = values.copy()
    if mask.any():
        result[mask] = change(values[mask], *(column[mask] for column in more))
    return result


def _names(golden: Golden, where: Places) -> tuple[Texts, Texts]:
    shop, person = former_owners(golden, where.streams)
    moved = where.chance_of_outlet("changed_hands") < _CHANGED_HANDS
    slow = ~where.in_systems("ordering", "licensing")
    stale = moved & slow & (where.chance("former_owner") < FORMER_OWNER / _CHANGED_HANDS / _OUTSIDE)
    name = np.where(stale, shop[where.outlet], golden.values["name"][where.outlet])
    owner = np.where(stale, person[where.outlet], golden.values["owner_name"][where.outlet])
    left, kind = 1 - FORMER_OWNER, where.chance("name")
    is_short, is_typo = ~stale & (kind < SHORT_NAME / left), ~stale & (kind >= 1 - TYPO / left)
    name = _changed(name, is_short, shortened, golden.values["address"][where.outlet], where.chance("name_short"))
    name = _changed(name, is_typo, with_twin, where.chance("name_twin"))
    owner = _changed(owner, where.chance("owner_typo") < OWNER_TYPO, with_twin, where.chance("owner_twin"))
    return name, owner


def _phones(golden: Golden, where: Places) -> Texts:
    own = golden.values["phone"]
    number = own[where.outlet]
    relative = relatives(golden, where.streams)[where.outlet]
    lends = (where.chance_of_outlet("related") < _RELATED) & (where.chance("shared_phone") < SHARED_PHONE / _RELATED) & (relative >= 0)
    number = np.where(lends, own[relative], number)
    former = phones(where.streams.of("dirt.former_phones"), where.outlets)
    number = np.where(where.chance("old_phone") < OLD_PHONE, former[where.outlet], number)
    wrong = where.chance("wrong_phone") < WRONG_PHONE
    number = _changed(number, wrong, with_wrong_digit, where.chance("phone_digit"), where.chance("phone_digit_by"))
    return np.asarray(np.where(where.chance("no_phone") < NO_PHONE, "", number), dtype=object)


def _addresses(golden: Golden, where: Places) -> Texts:
    mask = where.chance("address") < REWRITTEN_ADDRESS
    return _changed(golden.values["address"][where.outlet], mask, rewritten, where.chance("address_how"), where.chance("landmark"))


def _licences(golden: Golden, where: Places, as_of: date) -> Texts:
    number = golden.values["licence_no"][where.outlet]
    earlier = earlier_licences(golden, where.streams, as_of)[where.outlet]
    stale = (earlier != "") & ~where.in_systems("ordering", "licensing") & (where.chance("old_licence") < 0.5)
    wrong = where.chance("wrong_licence") < WRONG_LICENCE
    digits = where.chance("licence_digit"), where.chance("licence_digit_by")
    return _changed(np.where(stale, earlier, number), wrong, with_wrong_digit, *digits)


def _formats(golden: Golden, where: Places) -> Texts:
    real = golden.values["format"]
    judged = real[where.outlet]
    mistaken = ~where.in_systems("licensing") & (where.chance("format") < MISJUDGED_FORMAT)
    standard, row = np.unique(real.astype(str), return_inverse=True)
    other = texts([_MISJUDGED.get(code, "other") for code in standard.tolist()])[row][where.outlet]
    judged = np.where(mistaken, other, judged)
    codes, code = np.unique(judged.astype(str), return_inverse=True)
    book = np.array([[SYSTEM[name].formats.get(word, word) for word in codes.tolist()] for name in SYSTEMS], dtype=object)
    return np.asarray(book[where.system, code], dtype=object)
