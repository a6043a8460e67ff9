"""The one door through which personal values are sealed, opened and made findable."""

import hashlib
import hmac
import os
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO, Final

import pyarrow as pa

from xingke.privacy import columns, files
from xingke.privacy.keyring import DataKey
from xingke.privacy.sealed import NONCE_BYTES, PREFIX, changed, is_sealed, key_id_of, key_missing, sealed_form, token_of
from xingke.schema import Table

FRESH_SECONDS: Final = 30.0
"""How long a vault may write with a key that has been replaced meanwhile."""

_SIGNS: Final = str.maketrans("", "", "-()（）+")


@dataclass(frozen=True, slots=True)
class KeySet:
    """The keys of one workspace.

    Parameters
    ----------
    data
        Keys that seal and open, the one that seals first; at least one.
    blind
        Key of blind indexes and pseudonyms. It outlives the data keys, because what it made must stay comparable.
    """

    data: tuple[DataKey, ...]
    blind: bytes = field(repr=False)

    @classmethod
    def fresh(cls) -> "KeySet":
        """New random keys: for a new workspace, and for tests."""
        return cls((DataKey.fresh(),), os.urandom(32))


class Vault:
    """Seals and opens the personal values of one workspace. Safe to share between threads.

    Parameters
    ----------
    keys
        The keys now.
    reload
        Reads the keys again: asked when a value was sealed by a key that is not known yet, and before sealing when the keys are older than
        `fresh_seconds`. Readers therefore go on while keys are rotated, and writers follow soon.
    """

    def __init__(self, keys: KeySet, *, reload: Callable[[], KeySet] | None = None, fresh_seconds: float = FRESH_SECONDS) -> None:
        self._keys = keys
        self._reload = reload
        self._fresh_seconds = fresh_seconds
        self._read_at = time.monotonic()

    @property
    def key_id(self) -> str:
        """Id of the key that seals now."""
        return self._sealing().id

    def seal(self, text: str, *, place: str) -> str:
        """Seal a text for one place; an empty one and one that this vault has sealed for the place stay as they are."""
        if not text or self._is_ours(text, place):
            return text
        key = self._sealing()
        nonce = os.urandom(NONCE_BYTES)
        return sealed_form(key.id, nonce + columns.cipher(key.secret).encrypt(nonce, text.encode("utf-8"), place.encode("utf-8")))

    def reseal(self, sealed: str, *, place: str) -> str:
        """A stored value under the key that seals now."""
        return sealed if key_id_of(sealed) == self.key_id else self.seal(self.open(sealed, place=place), place=place)

    def open(self, sealed: str, *, place: str) -> str:
        """The text that was sealed for this place; a text that is not in sealed form was stored plain and is returned as it is.

        Raises
        ------
        xingke.privacy.CannotOpen
            The key is not there any more, or the value was changed or belongs to another place.
        """
        from cryptography.exceptions import InvalidTag

        if not is_sealed(sealed):
            return sealed
        key_id, token = key_id_of(sealed), token_of(sealed)
        try:
            opened = columns.cipher(self._opening(key_id).secret).decrypt(token[:NONCE_BYTES], token[NONCE_BYTES:], place.encode("utf-8"))
            return opened.decode("utf-8")
        except (InvalidTag, ValueError) as error:
            raise changed(key_id) from error

    def seal_table(self, table: pa.Table, schema: Table) -> pa.Table:
        """The table with its identifying columns sealed, each value for `<table>.<column>`.

        Nulls, empty texts and values that are sealed already stay; other columns and their order are untouched. Equal values get different
        tokens, so the stored column tells nobody how often a name comes.
        """
        key = self._sealing()
        for name in _present(table, schema):
            table = _with_column(table, name, columns.seal_column(table.column(name), key, f"{schema.name}.{name}", self._opening_or_none))
        return table

    def open_table(self, table: pa.Table, schema: Table) -> pa.Table:
        """The table with its identifying columns readable; values that were stored plain stay as they are.

        Raises
        ------
        xingke.privacy.CannotOpen
            A key is not there any more, or a value was changed or belongs to another place.
        """
        for name in _present(table, schema):
            table = _with_column(table, name, columns.open_column(table.column(name), f"{schema.name}.{name}", self._opening))
        return table

    def is_current(self, table: pa.Table, schema: Table) -> bool:
        """Whether every identifying value of a stored table is sealed by the key that seals now."""
        head = f"{PREFIX}{self._sealing().id}."
        return all(columns.all_begin(table.column(name), head) for name in _present(table, schema))

    def reseal_table(self, table: pa.Table, schema: Table) -> pa.Table:
        """The table with every identifying value under the key that seals now; for the work after a rotation."""
        return self.seal_table(self.open_table(table, schema), schema)

    def seal_bytes(self, content: bytes, *, place: str) -> bytes:
        """Seal the content of a file; see `seal_file` for large ones. Content that this vault sealed is sealed once more."""
        return files.seal_bytes(content, self._sealing(), place)

    def open_bytes(self, content: bytes, *, place: str) -> bytes:
        """The content that was sealed for this place; bytes without the head of a sealed file are returned as they are.

        Raises
        ------
        xingke.privacy.CannotOpen
            The key is not there any more, or the bytes were changed, cut off or belong to another place.
        """
        return files.open_bytes(content, self._opening, place)

    def seal_file(self, source: BinaryIO, target: BinaryIO, *, place: str) -> int:
        """Seal a stream chunk by chunk, in memory of one chunk; returns the bytes read."""
        return files.seal_file(source, target, self._sealing(), place)

    def open_file(self, source: BinaryIO, target: BinaryIO, *, place: str) -> int:
        """Open what `seal_file` or `seal_bytes` wrote, chunk by chunk; returns the bytes written."""
        return files.open_file(source, target, self._opening, place)

    def blind(self, text: str, kind: str) -> str:
        """A keyed hash (HMAC-SHA256, 64 hex digits) by which an equal value of one kind is found without being readable.

        `kind` separates uses: a phone as `"contact"` and the same phone as `"pseudonym"` share nothing. Spacing, case, width and the signs
        of telephone numbers do not matter.
        """
        key = hmac.new(self._keys.blind, kind.encode("utf-8"), hashlib.sha256).digest()
        return hmac.new(key, blind_normal_form(text).encode("utf-8"), hashlib.sha256).hexdigest()

    def _is_ours(self, text: str, place: str) -> bool:
        if not is_sealed(text) or (key := self._opening_or_none(key_id_of(text))) is None:
            return False
        return columns.opens(text, key, place)

    def _sealing(self) -> DataKey:
        if self._reload is not None and time.monotonic() - self._read_at > self._fresh_seconds:
            self._read_again(self._reload)
        return self._keys.data[0]

    def _opening(self, key_id: str) -> DataKey:
        key = self._opening_or_none(key_id)
        if key is None:
            raise key_missing(key_id)
        return key

    def _opening_or_none(self, key_id: str) -> DataKey | None:
        found = self._find(key_id)
        if found is None and self._reload is not None:
            self._read_again(self._reload)
            found = self._find(key_id)
        return found

    def _find(self, key_id: str) -> DataKey | None:
        return next((key for key in self._keys.data if key.id == key_id), None)

    def _read_again(self, reload: Callable[[], KeySet]) -> None:
        self._keys = reload()
        self._read_at = time.monotonic()


def blind_normal_form(text: str) -> str:
    """A value as it is compared: without spacing, case and width; telephone numbers without their signs."""
    bare = "".join(unicodedata.normalize("NFKC", text).split()).casefold()
    digits = bare.translate(_SIGNS)
    return digits if digits.isdecimal() else bare


def _present(table: pa.Table, schema: Table) -> list[str]:
    """Identifying columns that hold anything; a column of type null has nothing to seal."""
    return [name for name in schema.identifying if name in table.column_names and not pa.types.is_null(table.schema.field(name).type)]


def _with_column(table: pa.Table, name: str, values: pa.ChunkedArray) -> pa.Table:
    position = table.schema.get_field_index(name)
    field_now = table.schema.field(position)
    return table.set_column(position, field_now, values.cast(field_now.type))
