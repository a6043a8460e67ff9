"""The one door through which customers leave as a file.

Whoever takes them says what for. The guards of the apps above are asked, with the persons who leave. Natural persons leave under a
pseudonym that is good for this one file, in groups of ten or more by place and habit, with amounts and days made coarse. Shops and firms
are no persons: their rows stay exact.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xingke.errors import UserFacingError
from xingke.extensions import pack
from xingke.privacy.groups import k_anonymous
from xingke.privacy.masks import PERSONS
from xingke_web.accounts.contracts import Viewer
from xingke_web.accounts.export_guard import export_check
from xingke_web.audit.facade import record
from xingke_web.ui.csv_files import CsvFile
from xingke_web.ui.numbers import stamp
from xingke_web.ui.pages import page
from xingke_web.ui.tables import DataTable

EXPORT_PURPOSES: Final = {
    "analysis": gettext_lazy("Analysis and reports"),
    "service": gettext_lazy("Visits and service"),
    "campaign": gettext_lazy("Carrying out a campaign"),
    "audit": gettext_lazy("Audit or inspection"),
}
"""What customers may be taken out for."""

QUASI: Final = ("city", "district", "place", "format", "favourite_category")
"""By which one person among the exported could be told apart."""

_IDENTIFYING: Final = frozenset({"name", "display_name", "source_key", "number", "customer_id"})
_PSEUDONYM_DIGITS: Final = 16


class ExportRefused(UserFacingError):
    """An export without a purpose that is one of the list."""


def customers_file(
    *,
    viewer: Viewer,
    purpose: str,
    what: str,
    file: str,
    table: DataTable,
    rows: Sequence[Any],
    number: Callable[[Any], int],
    said: Iterable[str],
    name: str,
    subject: Any = None,
    **facts: Any,
) -> CsvFile:
    """Rows of customers as a file; that they were taken, and for what, is written down.

    Parameters
    ----------
    what
        What the guards count it as.
    number
        The number of a row's customer.
    said
        In words, which customers these are; for the last line.
    name
        The audit name; `count`, `scope` and `purpose` are among its facts.

    Raises
    ------
    xingke.errors.UserFacingError
        No purpose, groups too small, or a guard that stops it; nothing leaves.
    """
    if purpose not in EXPORT_PURPOSES:
        raise ExportRefused(zh="请选择导出用途", en="choose what the export is for", field="purpose")
    persons = bool(set(pack(viewer.workspace.pack).customer_kinds) & set(PERSONS))
    if persons:
        header, lines, numbers = _protected(table, rows, number)
    else:
        header, lines, numbers = table.export_header(), list(table.export_rows(rows)), []
    export_check(viewer=viewer, what=what, count=len(rows), persons=persons, numbers=numbers)
    record(name, viewer=viewer, subject=subject, count=len(lines), scope=viewer.scope_path, purpose=purpose, **facts)
    return CsvFile(file, header, lines, last=_watermark(viewer, purpose, said, len(lines)))


def export_form(request: HttpRequest, error: UserFacingError, *, back: str, language: str) -> HttpResponse:
    """Why nothing left, with the form again and all that was chosen in it (422)."""
    kept = [(key, value) for key, values in request.POST.lists() if key not in ("purpose", "csrfmiddlewaretoken") for value in values]
    context = {
        "action": request.get_full_path(),
        "back": back,
        "error": error.text("zh" if language == "zh" else "en"),
        "kept": kept,
        "purposes": EXPORT_PURPOSES.items(),
        "chosen": request.POST.get("purpose", ""),
    }
    return page(request, "customers/export.html", context, status=422)


def _protected(table: DataTable, rows: Sequence[Any], number: Callable[[Any], int]) -> tuple[list[str], list[list[object]], list[int]]:
    """Heading, rows and customers as persons may leave; raises `GroupsTooSmall` where nobody is left."""
    columns = [column for column in table.columns if column.export and column.name not in _IDENTIFYING]
    header = [_("Pseudonym of this file"), *(str(column.label) for column in columns)]
    if not rows:
        return header, [], []
    salt = secrets.token_bytes(32)
    quasi = {
        column.name: pa.array([None if value is None else str(value) for value in map(column.read, rows)], pa.string())
        for column in columns
        if column.name in QUASI
    }
    grouped = k_anonymous(pa.table({**quasi, "_row": pa.array(range(len(rows)), pa.int64())}), tuple(quasi)).rows.to_pylist()
    secrets.SystemRandom().shuffle(grouped)  # the order of amounts would tell what rounding hides
    lines: list[list[object]] = []
    numbers: list[int] = []
    for kept in grouped:
        row = rows[kept["_row"]]
        numbers.append(number(row))
        values = [kept[column.name] if column.name in quasi else coarse(column.read(row)) for column in columns]
        lines.append([_pseudonym(salt, numbers[-1]), *values])
    return header, lines, numbers


def coarse(value: object) -> object:
    """A figure to two digits and a day to its month: no fingerprint by which two files could be joined."""
    if isinstance(value, datetime | date):
        return f"{value:%Y-%m}"
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return value
    rough = float(f"{value:.1e}")
    return int(rough) if isinstance(value, int) or rough.is_integer() else rough


def _pseudonym(salt: bytes, number: int) -> str:
    return hmac.new(salt, str(number).encode(), hashlib.sha256).hexdigest()[:_PSEUDONYM_DIGITS]


def _watermark(viewer: Viewer, purpose: str, said: Iterable[str], count: int) -> str:
    """How many, who, when, what for, of which part of the organisation, which."""
    return _(
        "# %(count)s customers, exported by %(who)s (%(role)s) at %(at)s for %(purpose)s, area %(scope)s, %(said)s, data as of %(as_of)s"
    ) % {
        "count": count,
        "who": viewer.username,
        "role": viewer.role_label,
        "at": stamp(timezone.now()),
        "purpose": EXPORT_PURPOSES[purpose],
        "scope": viewer.scope_name,
        "said": " · ".join(said) or _("no filters"),
        "as_of": viewer.workspace.as_of.isoformat(),
    }
