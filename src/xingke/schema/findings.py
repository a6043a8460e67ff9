"""What a load has to say about its rows: reasons, the quarantine table, findings.

A row that does not reach the lake is in quarantine with its place in the source, the column, the value and a reason code, so that it can be
looked up and loaded again after a repair.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from xingke.schema.column import Column, ColumnType, Table
from xingke.words import Words, both


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row stays outside.

    Parameters
    ----------
    accepts
        What would have been taken instead.
    is_fault
        Whether the row is wrong. A row set aside by a declared rule (a fuel line, say) is right and does not lower the quality score.
    """

    code: str
    label: Words
    accepts: Words
    is_fault: bool = True


REASONS: Mapping[str, Reason] = {
    reason.code: reason
    for reason in (
        Reason("required_missing", both("必填项为空", "a required value is missing"), both("填写该列", "a value in this column")),
        Reason(
            "placeholder_id",
            both("编号是占位值，不指任何人", "the id is a placeholder and names nobody"),
            both(
                "真实的客户编号；null、0、-1、guest、游客、全零 UUID 等会把所有陌生人并成一个客户",
                "the customer's own id; null, 0, -1, guest, a UUID of zeros and such would make one customer of all strangers",
            ),
        ),
        Reason(
            "wrong_type",
            both("类型不符", "not of the column's type"),
            both("数字、日期（2026-01-31）或文本，按列而定", "what the column holds: a number, a day such as 2026-01-31, a text"),
        ),
        Reason("out_of_bounds", both("超出允许范围", "outside the permitted bounds"), both("范围内的值", "a value inside the bounds")),
        Reason(
            "not_a_choice", both("不在可选值之内", "not one of the permitted values"), both("可选值之一", "one of the permitted values")
        ),
        Reason(
            "unknown_reference",
            both("所指记录不存在", "refers to a record that does not exist"),
            both("先载入被引用的记录", "the record it refers to, loaded first"),
        ),
        Reason(
            "future_day",
            both("日期在未来", "the day lies in the future"),
            both("不晚于载入日的日期", "a day not later than the day of loading"),
        ),
        Reason(
            "duplicate_key",
            both("主键重复，保留先到的一行", "same key as an earlier row, which is kept"),
            both("每个主键一行", "one row a key"),
        ),
        Reason(
            "ragged_row",
            both("列数与表头不符", "not as many fields as the header has"),
            both("与表头列数相同", "as many fields as the header"),
        ),
        Reason(
            "open_quote",
            both("引号没有结尾", "a quote that is not closed"),
            both("成对的引号", "quotes in pairs"),
        ),
        Reason(
            "digits_lost",
            both("号码被电子表格损坏，末几位已丢失", "damaged by a spreadsheet: its last digits are lost"),
            both(
                "完整的号码；请从来源系统重新导出，并把该列设为文本",
                "the whole number; export it from its system again with the column as text",
            ),
        ),
        Reason(
            "undecodable",
            both("有无法解码的字符", "characters that cannot be decoded"),
            both("与文件其余部分相同的编码（UTF-8 或 GBK）", "the encoding of the rest of the file (UTF-8 or GBK)"),
        ),
        Reason(
            "control_characters",
            both("含有不可见的控制字符", "holds invisible control characters"),
            both("普通文字", "plain text"),
        ),
        Reason(
            "formula",
            both("像是电子表格公式，不予导入", "looks like a spreadsheet formula and is not taken"),
            both("公式的结果，不是公式", "the result of the formula, not the formula"),
        ),
        Reason(
            "not_json",
            both("不是 UTF-8 的 JSON", "not JSON in UTF-8"),
            both("一个 JSON 对象或对象的数组", "a JSON object, or an array of them"),
        ),
        Reason(
            "not_a_record", both("不是一条记录", "not a record"), both("一个 JSON 对象或对象的数组", "a JSON object, or an array of them")
        ),
        Reason("too_large", both("一次发来过多", "too much at once"), both("分几次发送", "the same in several parts")),
        Reason("too_long", both("内容过长", "too long"), both("不超过 32,767 个字符", "32,767 characters at most")),
        Reason(
            "unit_unknown",
            both("数量的单位未在映射中换算", "a unit of quantity that the mapping does not convert"),
            both("映射中列出的单位", "a unit that the mapping lists"),
        ),
        Reason(
            "not_whole",
            both("换算后不是整数", "not a whole number of the base unit"),
            both("换算后为整数的数量", "a quantity that is whole in the base unit"),
        ),
        Reason(
            "not_a_phone",
            both("不是电话号码", "not a phone number"),
            both("11 位手机号，或带区号的座机", "a mobile number of 11 digits, or a landline number with its area code"),
        ),
        Reason("bad_json", both("不是完整的 JSON 对象", "no whole JSON object"), both("每行一个 JSON 对象", "one JSON object a line")),
        Reason("too_deep", both("JSON 嵌套过深", "JSON nested too deeply"), both("不超过 8 层", "8 levels at most")),
        Reason(
            "totals_row",
            both("合计行", "a row of totals"),
            both("明细行", "a row of detail"),
            is_fault=False,
        ),
        Reason(
            "left_out",
            both("不计入：已取消、未支付或不是销售", "left out by the mapping: cancelled, not paid, or no sale"),
            both("已成交的行", "a row of a completed sale"),
            is_fault=False,
        ),
        Reason(
            "note_row",
            both("表外的说明文字", "a note beside the table"),
            both("明细行", "a row of detail"),
            is_fault=False,
        ),
        Reason(
            "repeated_header",
            both("重复出现的表头", "the header once more"),
            both("明细行", "a row of detail"),
            is_fault=False,
        ),
        Reason(
            "no_quantity",
            both("数量为零：价格或券的调整，不是购买", "quantity is zero: an adjustment of price or coupon, not a purchase"),
            both("数量不为零的行", "a line with a quantity"),
            is_fault=False,
        ),
        Reason(
            "not_merchandise",
            both("非商品行：燃油、礼品卡、券或杂项", "not merchandise: fuel, gift cards, coupons or miscellaneous sales"),
            both("商品行", "a line of merchandise"),
            is_fault=False,
        ),
    )
}

QUARANTINE_SCHEMA = pa.schema(
    [
        pa.field("table", pa.string(), nullable=False),
        pa.field("file", pa.string(), nullable=False),
        pa.field("row", pa.int64()),
        pa.field("column", pa.string()),
        pa.field("value", pa.string()),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("record", pa.string(), nullable=False),
    ]
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing worth saying about a load, counted.

    Parameters
    ----------
    code
        A stable name, `snake_case`.
    rows
        How many rows it concerns.
    examples
        A few keys, so that somebody can look.
    """

    code: str
    table: str
    rows: int
    words: Words
    examples: tuple[str, ...] = ()


def quarantine_of(rows: Iterable[Mapping[str, Any]] = ()) -> pa.Table:
    """A quarantine table of these rows, empty without any."""
    return pa.Table.from_pylist([dict(row) for row in rows], schema=QUARANTINE_SCHEMA)


def quarantine_form(table: Table) -> Table:
    """The stored form of a table's quarantine: where the table has columns that identify, so do the values and records beside it."""
    identifies = bool(table.identifying)
    columns = tuple(
        Column(
            field.name,
            ColumnType.INTEGER if field.type == pa.int64() else ColumnType.TEXT,
            both(field.name, field.name),
            personal=identifies and field.name in ("value", "record"),
            identifies=identifies and field.name in ("value", "record"),
        )
        for field in QUARANTINE_SCHEMA
    )
    return Table(f"quarantine_{table.name}", both("隔离区", "Quarantine"), both("一行一条原因", "one row a reason"), columns, ())


def quarantine_joined(parts: Sequence[pa.Table]) -> pa.Table:
    """The parts one behind the other, in the exact quarantine schema."""
    return pa.concat_tables([QUARANTINE_SCHEMA.empty_table(), *(part.cast(QUARANTINE_SCHEMA) for part in parts)]).combine_chunks()


def reason_counts(quarantine: pa.Table) -> dict[str, int]:
    """How many rows each reason holds, by code."""
    counted = quarantine.group_by("reason").aggregate([([], "count_all")]).sort_by("reason").to_pylist()
    return {row["reason"]: row["count_all"] for row in counted}


def record_text(record: Mapping[str, Any]) -> str:
    """A row as one line of JSON, to be shown and loaded again."""
    return json.dumps({name: None if value is None else str(value) for name, value in record.items()}, ensure_ascii=False)
