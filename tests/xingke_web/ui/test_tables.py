"""Tables and filters read addresses written by anybody."""

from datetime import date
from decimal import Decimal

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from xingke_web.ui.filters import ChoiceFilter, DayRangeFilter, FilterField, FilterSet, FlagFilter, MultiChoiceFilter, NumberRangeFilter
from xingke_web.ui.tables import BulkAction, Column, DataTable

TABLE = DataTable(
    name="customers",
    caption="Customers",
    columns=(
        Column("name", "Name", sortable=True, phone="title"),
        Column("amount", "Amount", format="money", sortable=True),
        Column("note", "Note", hidden=True),
        Column("action", "", export=False, value=lambda row: "open"),
    ),
    default_sort="-amount",
    page_size=25,
    actions=(BulkAction("Tag", "/tag/"),),
)
FILTERS = FilterSet(
    (
        FilterField("q", "Name"),
        ChoiceFilter("tier", "Tier", choices=(("value", "Value"), ("base", "Base"))),
        MultiChoiceFilter("city", "City", choices=(("a", "A"), ("b", "B"))),
        NumberRangeFilter("churn", "Churn", per_cent=True),
        DayRangeFilter("opened", "Opened"),
        FlagFilter("mine", "Mine"),
    )
)


def bound(address, total=60):
    request = RequestFactory().get(f"/list/{address}")
    rows = [{"id": 7, "name": "=1+1", "amount": Decimal("12345.5"), "note": "n"}]
    return TABLE.bind(request, rows, total)


def test_sorting_is_limited_to_declared_columns():
    assert (TABLE.window(QueryDict("sort=name")).sort, TABLE.window(QueryDict("sort=-name")).descending) == ("name", True)
    assert TABLE.window(QueryDict("sort=password")).sort == "amount"
    assert TABLE.window(QueryDict("sort=note")).sort == "amount"


def test_pages_and_their_links_keep_the_other_keys():
    table = bound("?tier=value&page=2")
    assert (table.window.offset, table.window.limit, table.pages) == (25, 25, 3)
    assert table.previous_url == "?tier=value&page=1"
    assert table.next_url == "?tier=value&page=3"
    assert bound("?page=3").next_url is None
    assert [heading.direction for heading in table.headings] == ["none", "descending", "none"]
    assert table.headings[1].url == "?tier=value&sort=amount"


def test_exports_hold_exact_values_and_no_formulas():
    assert TABLE.export_header() == ["Name", "Amount", "Note"]
    assert list(TABLE.export_rows([{"id": 1, "name": "=cmd()", "amount": Decimal("12345.5"), "note": None}])) == [
        ["'=cmd()", Decimal("12345.5"), ""]
    ]


def test_a_figure_has_its_exact_value_in_the_title():
    cell = bound("").lines[0].cells[1]
    assert cell.text in {"1.23 万元", "¥12.3K"}
    assert cell.exact == "12,345.5"


def test_a_column_with_an_unknown_format_is_refused():
    with pytest.raises(ValueError, match="no format 'dollars'"):
        Column("a", "A", format="dollars")


def test_filters_become_values_and_chips_with_their_own_cross():
    filters = FILTERS.parse(QueryDict("q=mart&tier=value&city=a&city=b&churn_min=35&opened_from=2026-01-01&mine=1&page=4&sort=name"))
    assert filters.values == {
        "q": "mart",
        "tier": "value",
        "city": ("a", "b"),
        "churn": (Decimal("0.35"), None),
        "opened": (date(2026, 1, 1), None),
        "mine": True,
    }
    texts = [chip.text for chip in filters.chips]
    assert texts == ["Name: mart", "Tier: Value", "City: A / B", "Churn ≥ 35%", "Opened ≥ 2026-01-01", "Mine"]
    assert "churn_min" not in filters.chips[3].remove_url
    assert "page" not in filters.chips[3].remove_url
    assert "tier=value" in filters.chips[3].remove_url
    assert filters.clear_url == "?sort=name"
    assert filters.kept == (("sort", "name"),)


@pytest.mark.parametrize(
    "address", ["tier=gold", "city=a&city=z", "churn_min=abc", "churn_min=NaN", "churn_min=5&churn_max=2", "opened_to=31.01.2026"]
)
def test_a_value_that_cannot_be_used_is_left_out_and_explained(address):
    filters = FILTERS.parse(QueryDict(address))
    assert filters.values == {}
    assert len(filters.errors) == 1
    assert not filters.is_active


@given(
    st.dictionaries(
        st.sampled_from(["q", "tier", "city", "churn_min", "churn_max", "opened_from", "mine", "page", "sort", "size"]),
        st.text(max_size=12),
    )
)
def test_no_address_breaks_a_table_or_its_filters(values):
    query = QueryDict(mutable=True)
    query.update(values)
    FILTERS.parse(query)
    window = TABLE.window(query)
    assert window.page >= 1
    assert window.size in {25, 50, 100}
    assert window.sort in {"name", "amount"}
