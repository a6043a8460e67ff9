"""The one writer of CSV files: no formulas, a name that is safe, and nothing that a browser keeps."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

from django.http import HttpResponse

from xingke_web.ui.tables import export_cell

UTF8_MARK: Final = "\ufeff"
"""Lets spreadsheet programs read the Chinese as UTF-8."""

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")


class CsvFile(HttpResponse):
    """Rows as a file to save; every cell passes the guard against formulas, the last line too.

    Parameters
    ----------
    name
        Without its ending; what is not safe in a file name becomes a hyphen.
    last
        A line behind the rows, such as who took them and when; empty for none.
    """

    def __init__(self, name: str, header: Sequence[object], rows: Iterable[Sequence[object]], *, last: str = "") -> None:
        text = io.StringIO()
        text.write(UTF8_MARK)
        writer = csv.writer(text)
        writer.writerow([export_cell(value) for value in header])
        writer.writerows([export_cell(value) for value in row] for row in rows)
        if last:
            writer.writerow([export_cell(last)])
        super().__init__(text.getvalue(), content_type="text/csv; charset=utf-8")
        self.headers["Content-Disposition"] = f'attachment; filename="{_UNSAFE.sub("-", name)}.csv"'
        self.headers["Cache-Control"] = "no-store"
        self.headers["X-Content-Type-Options"] = "nosniff"
