"""Slips in the units of the trade: one carton (条) is 10 packs or 200 sticks; one piece (件) is 50 cartons, one case (箱) 250."""

from dataclasses import replace
from typing import Final

from xingke.quality.declared import GENERAL, TENFOLD, Slip, TableChecks
from xingke.words import both

STICKS_A_CARTON: Final = 200
CARTONS_A_PIECE: Final = 50
CARTONS_A_CASE: Final = 250

SLIPS: Final = (
    *TENFOLD,
    Slip(STICKS_A_CARTON, both("支数记成条数", "sticks counted as cartons")),
    Slip(1 / CARTONS_A_PIECE, both("件数记成条数", "pieces counted as cartons")),
    Slip(1 / CARTONS_A_CASE, both("箱数记成条数", "cases counted as cartons")),
)
"""Packs counted as cartons come out ten times too large, as a digit too many does."""

CHECKS: Final[tuple[TableChecks, ...]] = tuple(
    replace(checks, measures=tuple(replace(measure, slips=SLIPS) for measure in checks.measures)) for checks in GENERAL if checks.measures
)
"""The general declarations of the tables that hold quantities, with the slips of the trade."""
