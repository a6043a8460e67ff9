import uuid

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xingke.schema.placeholders import WORDS, is_placeholder, placeholders_in

NOBODY = [
    *("null", "undefined", "None", "NaN", "[object Object]", "0", "-1", "false", "true", "anonymous", "guest", "unknown", "n/a", "", "  "),
    *("00000000-0000-0000-0000-000000000000", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", "0" * 32, "0000000", "0.0", "-1.0", '"null"'),
    *("游客", "未登录", "{{ user.id }}", "${userId}", "%(user_id)s", "(not set)", "02:00:00:00:00:00"),
]
SOMEBODY = [
    *("1", "10", "-2", "U-1", "guest-17", "customer-0", "0001", "f00", "a@b.c", "o0000", "13800138000", "王零", "nullmeier"),
    "00000000-0000-0000-0000-000000000001",
]


@pytest.mark.parametrize("text", NOBODY)
def test_what_programs_write_for_no_id_names_nobody_in_any_case(text):
    assert all(is_placeholder(form) for form in (text, text.upper(), text.title(), f" {text}\t"))


@pytest.mark.parametrize("text", SOMEBODY)
def test_ids_that_look_a_little_like_it_are_ids(text):
    assert not is_placeholder(text)


@given(st.uuids(version=4), st.integers(1, 10**12))
def test_generated_ids_and_numbers_are_never_refused(made: uuid.UUID, number: int):
    assert not is_placeholder(str(made))
    assert not is_placeholder(str(number))


@given(st.lists(st.one_of(st.none(), st.sampled_from([*NOBODY, *SOMEBODY, *WORDS]), st.text(max_size=6)), max_size=30), st.integers(0, 3))
def test_a_column_is_told_as_its_texts_are(texts: list[str | None], skip: int):
    trimmed = [text if text is None else text.strip() for text in texts]
    found = placeholders_in(pa.chunked_array([pa.array(trimmed, pa.string()).slice(skip), pa.array([], pa.string())]))
    assert found.to_pylist() == [None if text is None else is_placeholder(text) for text in trimmed[skip:]]
