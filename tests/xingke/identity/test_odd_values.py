"""One odd value never stops a workspace: whatever stands in a field, every record has a customer and every customer a record."""

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from xingke.identity.identify import identify
from xingke.schema.column import ColumnType
from xingke.schema.intake import RECORD

TEXTS = ("name", "owner_name", "phone", "address", "licence_no", "county", "format", "uscc", "id_number", "email", "open_id", "org_path")
ODD = [
    "张伟2", "王3", "5", "欧阳䶮", "王？", "小李13800001234", "①张三", "张三。", "\0", "a\0b", "\u200b", "𠮷野家",
    "*", "**", "()", "(", "原",
    "٣٤", "²", "\n", "a\nb", "\u2028", "号", "第号", "附", "#N/A", "NULL", "-", "，",
    "\U0001f600", "\ufffe", "店", "e\u0301", "ß", "ǅ", "' or 1=1 --",
    "99999999999999999999999", "1.38E+10", "9" * 400,
]  # fmt: skip
"""What came in real files, and what breaks readers of text: signs, digits of other scripts, ends of strings and of lines."""

_text = st.one_of(st.sampled_from(ODD), st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=12))
_rows = st.lists(st.fixed_dictionaries({name: st.none() | _text for name in TEXTS}), min_size=1, max_size=8)


def _records(rows: list[dict[str, str | None]]) -> pa.Table:
    keyed = [{"system": system, "source_id": f"{system}{n}", **row} for system in ("crm", "erp") for n, row in enumerate(rows)]
    return pa.table({name: pa.array([row.get(name) for row in keyed], RECORD.column(name).type.arrow) for name in RECORD.column_names})


@pytest.mark.parametrize("kind", ["outlet", "person"])
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(rows=[dict.fromkeys(TEXTS, odd) for odd in ODD])
@given(rows=_rows)
def test_odd_values_in_any_field_never_stop_a_workspace(kind: str, rows: list[dict[str, str | None]]) -> None:
    records = _records(rows)
    found = identify(records, kind=kind)
    assert found.links.num_rows == records.num_rows
    assert set(found.links["customer_id"].to_pylist()) == set(found.golden["customer_id"].to_pylist())


@pytest.mark.parametrize(("written", "kept"), [("张伟2", "张伟2"), ("王？", "王?"), ("5", "5"), ("欧阳䶮", "欧阳䶮"), ("①张三", "1张三")])
def test_an_odd_contact_is_kept(written: str, kept: str) -> None:
    rows: list[dict[str, str | None]] = [
        {"name": "幸福便利店", "owner_name": written, "phone": "13800001234", "address": "杭州市西湖区文一路1号"}
    ]
    golden = identify(_records(rows), kind="outlet").golden.to_pylist()
    assert {row["owner_name"] for row in golden} == {kept}


def test_the_schema_has_no_text_that_is_not_tried() -> None:
    texts = {column.name for column in RECORD.columns if column.type is ColumnType.TEXT and not column.choices}
    assert texts - {"system", "source_id"} <= {*TEXTS, "market_type", "registered_on", "updated_on"}
