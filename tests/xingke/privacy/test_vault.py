"""Sealing of texts, tables and files."""

import io
import time

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xingke.privacy import CannotOpen, DataKey, KeyRing, KeySet, Vault, Wrapped, is_sealed, key_id_of
from xingke.privacy.keyring import ring_line
from xingke.schema.intake import RECORD

PHONE = "13812345621"


@pytest.fixture
def vault() -> Vault:
    return Vault(KeySet.fresh())


def records(*phones: str | None) -> pa.Table:
    return pa.table({"system": ["crm"] * len(phones), "phone": pa.array(phones, pa.string()), "name": ["便利店"] * len(phones)})


@given(st.text(min_size=1))
def test_what_was_sealed_opens_again(text):
    vault = Vault(KeySet.fresh())
    sealed = vault.seal(text, place="a")
    assert is_sealed(sealed)
    assert sealed.split(".")[:2] == ["xk1", vault.key_id]
    assert vault.open(sealed, place="a") == text


def test_a_value_moved_to_another_place_does_not_open(vault):
    with pytest.raises(CannotOpen):
        vault.open(vault.seal(PHONE, place="a"), place="b")


def test_a_changed_value_does_not_open(vault):
    sealed = vault.seal(PHONE, place="a")
    for position in range(len("xk1.12345678."), len(sealed)):
        other = sealed[:position] + ("A" if sealed[position] != "A" else "B") + sealed[position + 1 :]
        try:
            assert vault.open(other, place="a") == PHONE  # the unused bits of the last character
        except CannotOpen:
            continue
        assert position == len(sealed) - 1


def test_another_workspace_cannot_open_it_and_is_told_what_to_do(vault):
    with pytest.raises(CannotOpen, match="restore the key file"):
        Vault(KeySet.fresh()).open(vault.seal(PHONE, place="a"), place="a")


def test_equal_values_get_different_tokens(vault):
    assert vault.seal(PHONE, place="a") != vault.seal(PHONE, place="a")
    sealed = vault.seal_table(records(PHONE, PHONE), RECORD)["phone"].to_pylist()
    assert sealed[0] != sealed[1]


def test_sealing_again_changes_nothing(vault):
    once = vault.seal(PHONE, place="a")
    assert vault.seal(once, place="a") == once
    table = vault.seal_table(records(PHONE, None, ""), RECORD)
    assert vault.seal_table(table, RECORD).equals(table)


def test_a_text_that_only_looks_sealed_is_sealed_like_any_other(vault):
    forged = f"xk1.{vault.key_id}." + "A" * 40
    foreign = "xk1.00000000." + "A" * 40
    assert vault.open(vault.seal(forged, place="a"), place="a") == forged
    table = records(forged, foreign, "xk1.")
    assert vault.open_table(vault.seal_table(table, RECORD), RECORD).equals(table)


def test_a_table_keeps_nulls_order_and_the_other_columns(vault):
    table = records(PHONE, None, "", "0571-88886666")
    sealed = vault.seal_table(table, RECORD)
    assert sealed.schema == table.schema
    assert sealed["system"].equals(table["system"])
    assert [value is None for value in sealed["phone"].to_pylist()] == [False, True, False, False]
    assert PHONE not in str(sealed["phone"].to_pylist())
    assert vault.open_table(sealed, RECORD).equals(table)


@given(st.lists(st.none() | st.text() | st.just("xk1.0011aabb." + "b" * 50)))
def test_any_column_comes_back(phones):
    vault = Vault(KeySet.fresh())
    assert vault.open_table(vault.seal_table(records(*phones), RECORD), RECORD).equals(records(*phones))


def test_dictionaries_and_large_texts_keep_their_type(vault):
    phones = pa.chunked_array([pa.array([PHONE, None, PHONE])])
    for kind in (pa.large_string(), pa.dictionary(pa.int32(), pa.string())):
        table = pa.table({"phone": phones.cast(kind)})
        assert vault.open_table(vault.seal_table(table, RECORD), RECORD).equals(table)


def test_a_column_of_another_table_does_not_open(vault):
    from xingke.schema.trade import TRADE_TABLES

    sealed = vault.seal_table(records(PHONE), RECORD)
    with pytest.raises(CannotOpen):
        vault.open_table(sealed, TRADE_TABLES["staff"])


def test_two_hundred_thousand_values_take_seconds_at_most(vault):
    table = records(*[f"138{number:08d}" for number in range(200_000)])
    started = time.process_time()
    sealed = vault.seal_table(table, RECORD)
    assert time.process_time() - started < 2.0
    started = time.process_time()
    opened = vault.open_table(sealed, RECORD)
    assert time.process_time() - started < 2.0
    assert opened.equals(table)


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 200_000])
def test_a_file_comes_back_whole(vault, size):
    content = bytes(range(256)) * (size // 256 + 1)
    content = content[:size]
    sealed = vault.seal_bytes(content, place="upload:1")
    assert sealed.startswith(b"xkf1")
    assert vault.open_bytes(sealed, place="upload:1") == content
    target = io.BytesIO()
    assert vault.open_file(io.BytesIO(sealed), target, place="upload:1") == size


def test_a_file_that_was_cut_off_does_not_open(vault):
    sealed = vault.seal_bytes(b"a" * 200_000, place="u")
    first_chunks = 4 + 8 + 16 + 2 * (65_536 + 16)
    for cut in (3 + 4, 20, 28, 30, first_chunks, len(sealed) - 1):
        with pytest.raises(CannotOpen):
            vault.open_bytes(sealed[:cut], place="u")


def test_chunks_of_a_file_cannot_change_places(vault):
    sealed = vault.seal_bytes(b"a" * 65_536 + b"b" * 65_536 + b"c", place="u")
    head, size = 28, 65_536 + 16
    swapped = sealed[:head] + sealed[head + size : head + 2 * size] + sealed[head : head + size] + sealed[head + 2 * size :]
    with pytest.raises(CannotOpen):
        vault.open_bytes(swapped, place="u")


def test_a_file_that_was_stored_plain_is_read_as_it_is(vault):
    assert vault.open_bytes(b"id,name\n1,x\n", place="u") == b"id,name\n1,x\n"


def test_equal_values_are_found_however_they_are_written(vault):
    assert vault.blind("138-1234 5621", "phone") == vault.blind("１３８１２３４５６２１", "phone") == vault.blind("+13812345621", "phone")
    assert vault.blind("A@X.cn", "mail") == vault.blind("a@x.cn ", "mail")
    assert len(vault.blind(PHONE, "phone")) == 64


def test_blind_values_of_two_kinds_or_two_workspaces_share_nothing(vault):
    assert vault.blind(PHONE, "phone") != vault.blind(PHONE, "pseudonym")
    assert vault.blind(PHONE, "phone") != Vault(KeySet.fresh()).blind(PHONE, "phone")


def test_readers_and_writers_go_on_while_the_key_is_replaced():
    before = KeySet.fresh()
    after = KeySet((DataKey.fresh(), *before.data), before.blind)
    now = [before]
    reader = Vault(before, reload=lambda: now[0])
    old = reader.seal(PHONE, place="a")
    now[0] = after
    new = Vault(after).seal(PHONE, place="a")
    assert key_id_of(new) == after.data[0].id
    assert reader.open(new, place="a") == reader.open(old, place="a") == PHONE
    assert reader.key_id == after.data[0].id


def test_a_writer_follows_a_new_key_after_a_while():
    before = KeySet.fresh()
    after = KeySet((DataKey.fresh(), *before.data), before.blind)
    slow, quick = Vault(before, reload=lambda: after), Vault(before, reload=lambda: after, fresh_seconds=0.0)
    assert slow.key_id == before.data[0].id
    assert quick.key_id == after.data[0].id


def test_everything_is_under_the_new_key_after_resealing(vault):
    keys = KeySet.fresh()
    table = Vault(keys).seal_table(records(PHONE, None), RECORD)
    rotated = Vault(KeySet((DataKey.fresh(), *keys.data), keys.blind))
    resealed = rotated.reseal_table(table, RECORD)
    assert key_id_of(resealed["phone"][0].as_py()) == rotated.key_id
    assert rotated.open_table(resealed, RECORD)["phone"].to_pylist() == [PHONE, None]


def test_a_data_key_is_wrapped_for_one_place_and_opened_by_any_key_of_the_ring():
    old, new = ring_line(), ring_line()
    key = DataKey.fresh()
    wrapped = KeyRing([old]).wrap(key, place="workspace 1")
    assert KeyRing([new, old]).unwrap(wrapped, place="workspace 1") == key
    assert KeyRing([new, old]).wrap(key, place="workspace 1").ring_id == KeyRing([new]).ids[0]
    with pytest.raises(CannotOpen):
        KeyRing([old]).unwrap(wrapped, place="workspace 2")
    with pytest.raises(CannotOpen, match="restore the key file"):
        KeyRing([new]).unwrap(wrapped, place="workspace 1")
    with pytest.raises(CannotOpen):
        KeyRing([old]).unwrap(Wrapped(wrapped.ring_id, b"short"), place="workspace 1")


@pytest.mark.parametrize("lines", [[], [b"no base64 at all"], [b"c2hvcnQ="]])
def test_a_key_ring_that_cannot_be_used_says_so(lines):
    from xingke.errors import ConfigurationError

    with pytest.raises(ConfigurationError, match="backup"):
        KeyRing(lines)


def test_keys_are_not_in_what_is_printed():
    keys = KeySet.fresh()
    printed = repr(keys) + repr(Vault(keys)) + repr(keys.data[0])
    assert repr(keys.blind) not in printed
    assert repr(keys.data[0].secret) not in printed
