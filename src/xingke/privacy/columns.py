"""Sealing and opening a column of texts at once.

Nonces of a chunk come from one draw of the operating system's random source, and base64 is finished over the whole buffer, so that a value
costs little beyond its AES-GCM call.
"""

import binascii
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from xingke.privacy.keyring import DataKey
from xingke.privacy.sealed import HEAD_LENGTH, NONCE_BYTES, PATTERN, PREFIX, changed, token_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

Find = Callable[[str], DataKey]
"""The key of an id; raises where it is missing."""

Look = Callable[[str], DataKey | None]
"""The key of an id, or None."""

_CHUNK = 65_536
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_STANDARD = bytes.maketrans(b"-_", b"+/")


@lru_cache(maxsize=64)
def cipher(secret: bytes) -> "AESGCM":
    """The AES-256-GCM of a key."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(secret)


def opens(sealed: str, key: DataKey, place: str) -> bool:
    """Whether a text in sealed form was sealed by this key for this place."""
    from cryptography.exceptions import InvalidTag

    from xingke.privacy.sealed import CannotOpen

    try:
        token = token_of(sealed)
        cipher(key.secret).decrypt(token[:NONCE_BYTES], token[NONCE_BYTES:], place.encode("utf-8"))
    except (InvalidTag, ValueError, CannotOpen):
        return False
    return True


def seal_column(values: pa.ChunkedArray, key: DataKey, place: str, look: Look) -> pa.ChunkedArray:
    """Every text sealed for a place; nulls, empty texts and values sealed for this place already are left alone."""
    return pa.chunked_array([_seal_chunk(chunk, key, place, look) for chunk in _texts(values)], type=pa.string())


def open_column(values: pa.ChunkedArray, place: str, find: Find) -> pa.ChunkedArray:
    """Every sealed text opened; nulls and plain texts are left alone."""
    return pa.chunked_array([_open_chunk(chunk, place, find) for chunk in _texts(values)], type=pa.string())


def all_begin(values: pa.ChunkedArray, head: str) -> bool:
    """Whether every text that is not empty begins with a head."""
    held = pc.and_(pc.is_valid(values), pc.not_equal(values, ""))
    return not pc.any(pc.and_(held, pc.invert(pc.starts_with(values, head)))).as_py()


def _texts(values: pa.ChunkedArray) -> Iterable[pa.StringArray]:
    """The column in pieces of plain strings."""
    for chunk in values.cast(pa.string()).chunks:
        for start in range(0, len(chunk), _CHUNK):
            yield chunk.slice(start, _CHUNK)


def _in_form(chunk: pa.StringArray) -> pa.BooleanArray:
    """Which values have the form of a sealed text; the expression runs only over those that begin like one."""
    begins = pc.starts_with(chunk, PREFIX)
    if not pc.any(begins).as_py():
        return begins
    return pc.match_substring_regex(chunk, PATTERN)


def _seal_chunk(chunk: pa.StringArray, key: DataKey, place: str, look: Look) -> pa.StringArray:
    texts = chunk.cast(pa.binary()).to_pylist()
    kept = _kept(chunk, texts, place, look)
    encrypt = cipher(key.secret).encrypt
    nonces, where = os.urandom(NONCE_BYTES * len(texts)), place.encode("utf-8")
    head, encode = f"{PREFIX}{key.id}.".encode("ascii"), binascii.b2a_base64
    out: list[bytes | None] = [None] * len(texts)
    for index, text in enumerate(texts):
        if text is None:
            continue
        if not text or index in kept:
            out[index] = text
            continue
        nonce = nonces[index * NONCE_BYTES : (index + 1) * NONCE_BYTES]
        token = encode(nonce + encrypt(nonce, text, where), newline=False)
        out[index] = head + token.translate(_URL_SAFE, b"=")
    return pa.array(out, type=pa.binary()).cast(pa.string())


def _kept(chunk: pa.StringArray, texts: list[bytes | None], place: str, look: Look) -> set[int]:
    """Positions of values sealed for this place already; a text that only looks sealed is sealed like any other."""
    from cryptography.exceptions import InvalidTag

    kept, where = set(), place.encode("utf-8")
    keys: dict[bytes, DataKey | None] = {}
    for index in pc.indices_nonzero(pc.fill_null(_in_form(chunk), False)).to_pylist():
        text = texts[index] or b""
        key_id = text[len(PREFIX) : HEAD_LENGTH - 1]
        if key_id not in keys:
            keys[key_id] = look(key_id.decode("ascii"))
        if (key := keys[key_id]) is None:
            continue
        with suppress(InvalidTag, ValueError):
            _decrypted(cipher(key.secret), text, where)
            kept.add(index)
    return kept


def _decrypted(opener: "AESGCM", text: bytes, where: bytes) -> bytes:
    encoded = text[HEAD_LENGTH:]
    token = binascii.a2b_base64(encoded.translate(_STANDARD) + b"==="[: -len(encoded) % 4])
    return opener.decrypt(token[:NONCE_BYTES], token[NONCE_BYTES:], where)


def _open_chunk(chunk: pa.StringArray, place: str, find: Find) -> pa.StringArray:
    from cryptography.exceptions import InvalidTag

    sealed = pc.indices_nonzero(pc.fill_null(_in_form(chunk), False)).to_pylist()
    if not sealed:
        return chunk
    texts = chunk.cast(pa.binary()).to_pylist()
    where, openers = place.encode("utf-8"), {}
    for index in sealed:
        text = texts[index]
        key_id = text[len(PREFIX) : HEAD_LENGTH - 1]
        if key_id not in openers:
            openers[key_id] = cipher(find(key_id.decode("ascii")).secret)
        try:
            texts[index] = _decrypted(openers[key_id], text, where)
        except (InvalidTag, ValueError) as error:
            raise changed(key_id.decode("ascii")) from error
    return pa.array(texts, type=pa.binary()).cast(pa.string())
