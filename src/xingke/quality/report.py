"""The balance of a load: what came, what reached the lake, what did not and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

import pyarrow as pa

from xingke.errors import XingkeError
from xingke.schema.findings import REASONS, Finding, reason_counts

TENTH = Decimal("0.1")


class RowsLost(XingkeError):
    """The rows of a load do not add up: some were neither loaded nor accounted for."""

    def __init__(self, *, table: str, rows_read: int, accounted: int) -> None:
        super().__init__(f"{table}: {rows_read} rows were read, {accounted} are accounted for")
        self.table, self.rows_read, self.accounted = table, rows_read, accounted


@dataclass(frozen=True, slots=True)
class QualityReport:
    """The balance of one table; `rows_read == rows_loaded + rows_quarantined + duplicates` always holds.

    Parameters
    ----------
    rows_quarantined
        Rows set aside, duplicates apart.
    duplicates
        Rows set aside because an earlier row has their key.
    set_aside_by_rule
        Those of `rows_quarantined` that are right but no facts of this table, such as fuel lines.
    score
        0..100, one decimal, rounded down: the share of right rows, `100 * (1 - faulty / rows_read)`, faulty being quarantined and repeated
        rows but for those set aside by rule. 100 therefore means no faulty row at all; a table without rows scores 0.
    """

    table: str
    rows_read: int
    rows_loaded: int
    rows_quarantined: int
    duplicates: int
    set_aside_by_rule: int
    score: Decimal
    findings: tuple[Finding, ...]


def quality_report(
    *, table: str, rows_read: int, rows_loaded: int, quarantine: pa.Table, findings: Iterable[Finding] = ()
) -> QualityReport:
    """Draw up the balance of a load.

    Raises
    ------
    RowsLost
        The numbers do not add up.
    """
    counts = reason_counts(quarantine)
    duplicates = counts.get("duplicate_key", 0)
    by_rule = sum(rows for code, rows in counts.items() if code in REASONS and not REASONS[code].is_fault)
    if rows_loaded + quarantine.num_rows != rows_read:
        raise RowsLost(table=table, rows_read=rows_read, accounted=rows_loaded + quarantine.num_rows)
    told = tuple(Finding(code, table, rows, REASONS[code].label) for code, rows in counts.items() if code in REASONS)
    faulty = quarantine.num_rows - by_rule
    score = (Decimal(100) * (rows_read - faulty) / rows_read).quantize(TENTH, ROUND_DOWN) if rows_read else Decimal("0.0")
    return QualityReport(
        table=table,
        rows_read=rows_read,
        rows_loaded=rows_loaded,
        rows_quarantined=quarantine.num_rows - duplicates,
        duplicates=duplicates,
        set_aside_by_rule=by_rule,
        score=score,
        findings=(*told, *findings),
    )
