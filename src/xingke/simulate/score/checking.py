"""Whether an answer table keeps its declaration: columns, types, bounds, choices, keys, and ids that the world has."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from xingke.schema import Column, ColumnType, Table
from xingke.schema.parsing import parsed
from xingke.simulate.errors import BadAnswers

SHOWN = 40
"""Values longer than this are cut in messages."""


@dataclass(frozen=True, slots=True)
class Known:
    """What an answer may refer to.

    Parameters
    ----------
    ids
        For a column name, the values that the world has.
    days
        For a table and a day column, the days that are scored.
    months
        The days on which the four-week months to be forecast begin.
    pairs
        For a table, the keys (joined by a slash) that the world has.
    """

    ids: Mapping[str, pa.Array]
    days: Mapping[tuple[str, str], tuple[date, ...]]
    months: tuple[date, ...]
    pairs: Mapping[str, pa.Array]


def check_answers(table: Table, file: str, rows: pa.Table, known: Known) -> pa.Table:
    """The rows in the exact schema of the table; `BadAnswers` at the first thing that is wrong."""
    _check_columns(table, file, rows)
    exact = pa.table({column.name: _column(file, column, rows) for column in table.columns}, schema=table.arrow_schema)
    _check_keys(table, file, exact)
    for column in table.columns:
        _check_known(table, file, column, exact, known)
    if table.name in known.pairs:
        keys = table.key
        joined = pc.binary_join_element_wise(*(exact[name].cast(pa.string()) for name in keys), "/").combine_chunks()
        bad = pc.invert(pc.is_in(joined, value_set=known.pairs[table.name]))
        _stop_at(bad, joined, file, " + ".join(keys), "世界中没有这一项", "the world has no such one", "已有的组合", "a pair that it has")
    if table.name == "forecast":
        _check_levels(file, exact, known.months)
    if table.name == "effect":
        _check_ends(file, exact)
    return exact


def _check_columns(table: Table, file: str, rows: pa.Table) -> None:
    wanted = ", ".join(table.column_names)
    missing = [column.name for column in table.columns if column.required and column.name not in rows.column_names]
    unknown = [name for name in rows.column_names if name not in table.column_names]
    twice = sorted({name for name in rows.column_names if rows.column_names.count(name) > 1})
    for names, zh, en in ((missing, "缺少列", "lacks"), (unknown, "有未知的列", "has the unknown"), (twice, "有重复的列", "has twice the")):
        if names:
            listed = ", ".join(names)
            raise BadAnswers(
                table=file,
                zh=f"{zh} {listed}；应有的列：{wanted}",
                en=f"{en} column{'s' if len(names) > 1 else ''} {listed}; its columns are {wanted}",
            )


def _column(file: str, column: Column, rows: pa.Table) -> pa.Array:
    if column.name not in rows.column_names:
        return pa.nulls(rows.num_rows, column.type.arrow)
    raw = rows[column.name].combine_chunks()
    got = parsed(raw, column.type)
    _stop_at(
        got.misfit, raw, file, column.name, "类型不符", "is not of the column's type", _type_zh(column), f"a value of type {column.type}"
    )
    values = got.values
    if column.required:
        _stop_at(pc.is_null(values), values, file, column.name, "为空", "is missing", "填写该列", "a value in every row")
    if column.type is ColumnType.NUMBER:
        finite = pc.fill_null(pc.is_finite(values), fill_value=True)
        _stop_at(pc.invert(finite), values, file, column.name, "不是有限的数", "is not a finite number", "有限的数", "a finite number")
    _check_bounds(file, column, values)
    if column.choices:
        bad = pc.and_(pc.is_valid(values), pc.invert(pc.is_in(values, value_set=pa.array(column.choices))))
        listed = ", ".join(column.choices)
        _stop_at(bad, values, file, column.name, "不在可选值之内", "is not one of the choices", listed, f"one of {listed}")
    return values


def _check_bounds(file: str, column: Column, values: pa.Array) -> None:
    if column.minimum is not None:
        bad = pc.less(values, float(column.minimum))
        _stop_at(bad, values, file, column.name, "过小", "is too small", f"不小于 {column.minimum}", f"{column.minimum} or more")
    if column.maximum is not None:
        bad = pc.greater(values, float(column.maximum))
        _stop_at(bad, values, file, column.name, "过大", "is too large", f"不大于 {column.maximum}", f"{column.maximum} or less")


def _check_keys(table: Table, file: str, rows: pa.Table) -> None:
    if rows.num_rows < 2:
        return
    numbered = rows.select(list(table.key)).append_column("row", pa.array(np.arange(rows.num_rows)))
    counted = numbered.group_by(list(table.key)).aggregate([("row", "count"), ("row", "max")])
    again = counted.filter(pc.greater(counted["row_count"], 1))
    if again.num_rows:
        first = again.sort_by("row_max").slice(0, 1).to_pylist()[0]
        key = ", ".join(f"{name}={first[name]}" for name in table.key)
        _refuse(file, " + ".join(table.key), int(first["row_max"]), key, "重复", "comes twice", "每个主键一行", "one row a key")


def _check_known(table: Table, file: str, column: Column, rows: pa.Table, known: Known) -> None:
    values = rows[column.name].combine_chunks()
    if column.name in known.ids and table.name not in known.pairs:
        bad = pc.and_(pc.is_valid(values), pc.invert(pc.is_in(values, value_set=known.ids[column.name])))
        _stop_at(bad, values, file, column.name, "世界中没有这个编号", "is unknown to the world", "已有的编号", "an id that the world has")
    days = known.days.get((table.name, column.name))
    if days is not None:
        bad = pc.and_(pc.is_valid(values), pc.invert(pc.is_in(values, value_set=pa.array(days, type=pa.date32()))))
        some = f"{days[0]} ... {days[-1]}" if days else "-"
        _stop_at(bad, values, file, column.name, "不是评估日", "is not a day that is scored", f"{some}（周一）", f"a Monday of {some}")


def _check_levels(file: str, rows: pa.Table, months: tuple[date, ...]) -> None:
    level = rows["level"].combine_chunks()
    by_customer = pc.not_equal(level, "city")
    by_product = pc.is_in(level, value_set=pa.array(["city", "cell"]))
    for name, wanted in (("customer_id", by_customer), ("product_id", by_product)):
        bad = pc.xor(pc.is_valid(rows[name].combine_chunks()), wanted)
        _stop_at(
            bad, level, file, name, "与层级不符", "does not go with the level",
            "city 只填品规，outlet_* 只填零售户，cell 两者都填", "a SKU alone for city, an outlet alone for outlet_*, both for cell",
        )  # fmt: skip
    begins = rows["from_on"].combine_chunks()
    bad = pc.and_(pc.equal(level, "outlet_month"), pc.invert(pc.is_in(begins, value_set=pa.array(months, type=pa.date32()))))
    listed = ", ".join(str(month) for month in months)
    _stop_at(bad, begins, file, "from_on", "不是四周月的首日", "is not the first day of a four-week month", listed, f"one of {listed}")


def _check_ends(file: str, rows: pa.Table) -> None:
    low, middle, high = (rows[name].combine_chunks() for name in ("low", "estimate", "high"))
    for name, bad, values in (("low", pc.greater(low, middle), low), ("high", pc.less(high, middle), high)):
        _stop_at(
            bad, values, file, name, "区间不含估计值", "leaves the estimate outside the interval",
            "low 不大于 estimate，estimate 不大于 high", "low <= estimate <= high",
        )  # fmt: skip


def _stop_at(bad: pa.Array, values: pa.Array, file: str, column: str, zh: str, en: str, do_zh: str, do_en: str) -> None:
    where = np.flatnonzero(pc.fill_null(bad, fill_value=False).to_numpy(zero_copy_only=False))
    if where.size:
        row = int(where[0])
        _refuse(file, column, row, str(values[row].as_py())[:SHOWN], zh, en, do_zh, do_en)


def _refuse(file: str, column: str, row: int, value: str, zh: str, en: str, do_zh: str, do_en: str) -> NoReturn:
    raise BadAnswers(
        table=file,
        zh=f"第 {row + 1} 行的 {column}（{value}）{zh}；应为：{do_zh}",
        en=f"row {row + 1}, column {column}: '{value}' {en}; {do_en} would do",
    )


def _type_zh(column: Column) -> str:
    return {
        ColumnType.INTEGER: "整数",
        ColumnType.NUMBER: "数字",
        ColumnType.DAY: "日期（2024-01-31）",
        ColumnType.TEXT: "文本",
    }.get(column.type, str(column.type))
