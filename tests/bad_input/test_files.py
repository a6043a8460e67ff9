"""Files of people, read by what they hold and mapped to order lines."""

import os
from datetime import date

import pytest

from tests.bad_input.bounds import is_told, within_bounds
from tests.bad_input.files import ANY, CASES, CELLS, FORMULAS, HEADER, TEXTS
from xingke.errors import UserFacingError
from xingke.schema.findings import REASONS
from xingke.sources.csv_file import CsvFile, CsvMapping
from xingke.sources.files import FileRefused, Limits, read_raw
from xingke.sources.mapping import ColumnMap, Mapping, TableMap, apply
from xingke.sources.mapping.guess import guess

TODAY = date(2026, 3, 1)
MAPPING = Mapping(
    (TableMap("order_line", tuple(ColumnMap(name, (name,)) for name in HEADER.split(",")), constants={"system": "ordering"}),),
    set_aside=("合计",),
)


def mapped(path, header):
    """The mapping for a file: with the number of the line where the file has one."""
    if "line_no" not in header:
        return MAPPING
    table = MAPPING.tables[0]
    return Mapping((TableMap(table.table, (*table.columns, ColumnMap("line_no", ("line_no",))), table.constants),))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_file_is_refused_in_words_or_every_row_is_accounted_for(case, tmp_path):
    path = tmp_path / case.file_name
    case.make(path)
    limits = Limits(expanded_bytes=64 << 20)
    with within_bounds():
        try:
            opened = read_raw(path, limits=limits)
            guess(opened)
            sheet = opened.sheet("")
            missing = [name for name in HEADER.split(",") if sheet is None or name not in sheet.header]
            if missing:
                assert case.rows in (None, ANY), f"{missing} are not in {sheet.header if sheet else None}"
                return
            applied, _ = apply(mapped(path, sheet.header), opened, as_of=TODAY)
        except UserFacingError as error:
            refused = error
        else:
            refused = None
    if refused is not None:
        assert case.rows in (None, ANY), refused.words["en"]
        assert isinstance(refused, FileRefused)
        assert is_told(refused, path.name)
        return
    (table,) = applied.tables
    assert table.rows_read == table.rows_loaded + table.quarantine.num_rows
    told = table.quarantine.to_pylist()
    assert all(row["reason"] in REASONS and REASONS[row["reason"]].accepts["zh"] for row in told)
    assert all(row["file"] == case.file_name and row["row"] >= 1 for row in told)
    if case.rows is None:
        assert table.rows_loaded == 0
        return
    if case.rows != ANY:
        assert table.rows_loaded == case.rows, told[:3]
    assert {row["reason"] for row in told} <= case.reasons, told[:3]


def test_a_directory_for_a_file_is_told(tmp_path):
    with pytest.raises(FileRefused) as refused:
        read_raw(tmp_path)
    assert is_told(refused.value, tmp_path.name)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(FileRefused) as refused:
        read_raw(tmp_path / "gone.csv")
    assert is_told(refused.value, "gone.csv")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_nobody_may_read_is_told(tmp_path):
    path = tmp_path / "closed.csv"
    path.write_text(HEADER)
    path.chmod(0)
    with pytest.raises(UserFacingError) as refused:
        read_raw(path)
    assert is_told(refused.value, "closed.csv")


PLAIN = [case for case in (*CELLS, *FORMULAS, *TEXTS) if case.file_name == "orders.csv"]


@pytest.mark.parametrize("case", PLAIN, ids=lambda case: case.name)
def test_the_strict_source_of_one_form_refuses_or_accounts_too(case, tmp_path):
    """The source that guesses nothing: UTF-8, commas, ISO days, numbers for keys."""
    import duckdb

    path = tmp_path / case.file_name
    case.make(path)
    names = {
        "customer_id": "customer_key",
        "order_id": "order_key",
        "product_id": "product_key",
        "ordered_on": "ordered_on",
        "quantity_units": "quantity_units",
        "amount_yuan": "amount_yuan",
    }
    with within_bounds(600):
        try:
            tables = list(CsvFile(CsvMapping(columns=names)).tables(path, as_of=TODAY, connection=duckdb.connect()))
        except UserFacingError as error:
            assert is_told(error, path.name)  # noqa: PT017 - either of the two ends is right
            return
    for table in tables:
        loaded = sum(batch.num_rows for batch in table.batches)
        assert table.rows_read == loaded + table.quarantine.num_rows
        assert all(row["reason"] in REASONS for row in table.quarantine.to_pylist())
