"""The customer list as a file: exact values, no formulas, and a last line that says who took it and when."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
from django.utils.translation import gettext as _

from xingke.privacy import Vault
from xingke.privacy.groups import PSEUDONYM, k_anonymous
from xingke_web.accounts.contracts import Viewer
from xingke_web.ui.numbers import stamp
from xingke_web.ui.tables import DataTable

# The mark lets spreadsheet programs read the Chinese as UTF-8.
UTF8_MARK = "\ufeff"


def csv_of(table: DataTable, rows: list[dict[str, object]], watermark: str) -> str:
    """The rows with their headings and the watermark behind."""
    text = io.StringIO()
    text.write(UTF8_MARK)
    writer = csv.writer(text)
    writer.writerow(table.export_header())
    writer.writerows(table.export_rows(rows))
    writer.writerow([watermark])
    return text.getvalue()


QUASI: Final = ("city", "district", "format", "favourite_category")
"""By which one person among the exported could be told apart."""


def persons_protected(rows: list[dict[str, Any]], vault: Vault) -> list[dict[str, Any]]:
    """Rows about natural persons as they may leave: a pseudonym for the name and the key, and no group below ten by place and habit.

    Shops and firms are no persons: their exports stay exact.
    """
    if not rows:
        return rows
    named = [{**row, "name": vault.blind(str(row["number"]), PSEUDONYM)[:16], "source_key": ""} for row in rows]
    table = pa.table({name: pa.array([row.get(name) for row in named], pa.string()) for name in QUASI}).append_column(
        "place", pa.array(range(len(named)), pa.int64())
    )
    return [{**named[row.pop("place")], **row} for row in k_anonymous(table, QUASI).rows.to_pylist()]


def watermark_of(viewer: Viewer, filters: Iterable[str], count: int, now: datetime) -> str:
    """Who, when, how many, of which part of the organisation, filtered by what."""
    chosen = " · ".join(filters) or _("no filters")
    return _("# %(count)s customers, exported by %(who)s (%(role)s) at %(at)s, area %(scope)s, %(filters)s, data as of %(as_of)s") % {
        "count": count,
        "who": viewer.username,
        "role": viewer.role_label,
        "at": stamp(now),
        "scope": viewer.scope_name,
        "filters": chosen,
        "as_of": viewer.workspace.as_of.isoformat(),
    }
