"""A score a table and a column: shares of what is right, in words that add up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from xingke.quality.catalogue import CHECKS, Aspect, Level
from xingke.quality.profile import ColumnProfile
from xingke.schema.findings import Finding

TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Score:
    """How good a table is.

    Parameters
    ----------
    total
        0..100, one decimal, rounded down: the mean of the aspects. 100 therefore means that no check found anything.
    aspects
        0..1 each: valid, unique, complete and plausible are shares of rows; fresh and consistent are 1, and 0.5 less for each kind of
        finding.
    """

    total: Decimal
    aspects: Mapping[Aspect, float]


def table_score(*, rows_read: int, findings: Iterable[Finding], profiles: Sequence[ColumnProfile], mandatory: Iterable[str] = ()) -> Score:
    """The score of a table from what was found.

    Parameters
    ----------
    rows_read
        Rows that came; the share of refused ones is taken of these.
    """
    shares = dict.fromkeys(Aspect, 1.0)
    for finding in findings:
        check = CHECKS.get(finding.code)
        if check is None or not check.is_fault:
            continue
        if check.level is Level.WARN and check.aspect is not Aspect.COMPLETE:
            shares[check.aspect] -= 0.5
        elif check.level is not Level.WARN:
            shares[check.aspect] -= finding.rows / max(1, rows_read)
    wanted = [profile.filled for profile in profiles if profile.name in set(mandatory)]
    if wanted:
        shares[Aspect.COMPLETE] -= 1 - sum(wanted) / len(wanted)
    shares = {aspect: max(0.0, share) for aspect, share in shares.items()}
    return Score(_per_cent(sum(shares.values()) / len(shares)) if rows_read else Decimal("0.0"), shares)


def column_score(profile: ColumnProfile, *, faults: int, flagged: int, required: bool) -> Decimal:
    """0..100: the share of rows whose value of the column is neither refused nor marked nor, where one is required, missing."""
    rows = profile.rows + faults
    wrong = faults + flagged + (profile.empty if required else 0)
    return _per_cent(max(0.0, 1 - wrong / rows)) if rows else Decimal("0.0")


def _per_cent(share: float) -> Decimal:
    return (Decimal(100) * Decimal(repr(share))).quantize(TENTH, ROUND_DOWN)
