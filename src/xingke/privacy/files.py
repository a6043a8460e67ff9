"""Sealing files chunk by chunk.

Form: `xkf1`, the id of the data key (8 characters), a salt of 16 bytes, then chunks of up to 64 KiB, each followed by its tag. Every file
has a key of its own, derived from the data key and the salt, so that a counter serves as the nonce; the last chunk is marked in its nonce,
so that a file that was cut off at a chunk does not open. (The construction is STREAM of Hoang, Reyhanitabar, Rogaway and Vizár (2015),
Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance, section 7.)
"""

import io
import os
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

from xingke.privacy.keyring import DataKey
from xingke.privacy.sealed import KEY_ID_LENGTH, TAG_BYTES, changed

MAGIC: Final = b"xkf1"
CHUNK_BYTES: Final = 65_536
_SALT_BYTES: Final = 16
_HEAD_BYTES: Final = len(MAGIC) + KEY_ID_LENGTH + _SALT_BYTES
_INFO: Final = b"xingke sealed file"


def file_key_id(head: bytes) -> str:
    """The id of the data key that sealed a file, from its first bytes; '' where it is not sealed."""
    return head[len(MAGIC) : len(MAGIC) + KEY_ID_LENGTH].decode("ascii", "replace") if head.startswith(MAGIC) else ""


def seal_bytes(content: bytes, key: DataKey, place: str) -> bytes:
    """The sealed form of a content."""
    target = io.BytesIO()
    seal_file(io.BytesIO(content), target, key, place)
    return target.getvalue()


def open_bytes(content: bytes, find: Callable[[str], DataKey], place: str) -> bytes:
    """The content of a sealed form; bytes that are not sealed come back as they are."""
    target = io.BytesIO()
    open_file(io.BytesIO(content), target, find, place)
    return target.getvalue()


def seal_file(source: BinaryIO, target: BinaryIO, key: DataKey, place: str) -> int:
    """Seal a stream; returns the bytes read."""
    salt = os.urandom(_SALT_BYTES)
    target.write(MAGIC + key.id.encode("ascii") + salt)
    total = 0
    chunks, where = _Chunks(key, salt), place.encode("utf-8")
    for number, (chunk, last) in enumerate(_with_last(source, CHUNK_BYTES)):
        target.write(chunks.encrypt(number, last, chunk, where))
        total += len(chunk)
    return total


def open_file(source: BinaryIO, target: BinaryIO, find: Callable[[str], DataKey], place: str) -> int:
    """Open a stream; returns the bytes written. Content that is not sealed is copied.

    Raises
    ------
    xingke.privacy.CannotOpen
        The key is missing, or the bytes were changed, cut off or belong to another place. What was written until then must not be used.
    """
    head = source.read(_HEAD_BYTES)
    if not head.startswith(MAGIC):
        target.write(head)
        return len(head) + _copied(source, target)
    key_id = file_key_id(head)
    if len(head) < _HEAD_BYTES:
        raise changed(key_id)
    chunks, where = _Chunks(find(key_id), head[len(MAGIC) + KEY_ID_LENGTH :]), place.encode("utf-8")
    total = 0
    for number, (chunk, last) in enumerate(_with_last(source, CHUNK_BYTES + TAG_BYTES)):
        plain = chunks.decrypt(number, last, chunk, where)
        target.write(plain)
        total += len(plain)
    return total


class _Chunks:
    """The cipher of one file: chunk number and the mark of the last one are the nonce."""

    def __init__(self, key: DataKey, salt: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        self._key_id = key.id
        self._cipher = AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=_INFO).derive(key.secret))

    def encrypt(self, number: int, last: bool, chunk: bytes, where: bytes) -> bytes:
        return self._cipher.encrypt(_nonce(number, last), chunk, where)

    def decrypt(self, number: int, last: bool, chunk: bytes, where: bytes) -> bytes:
        from cryptography.exceptions import InvalidTag

        try:
            return self._cipher.decrypt(_nonce(number, last), chunk, where)
        except (InvalidTag, ValueError) as error:  # ValueError: shorter than a tag
            raise changed(self._key_id) from error


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes((last,))


def _with_last(source: BinaryIO, size: int) -> Iterator[tuple[bytes, bool]]:
    """Chunks of a stream and whether each is the last; an empty stream is one empty chunk."""
    chunk = source.read(size)
    while following := source.read(size):
        yield chunk, False
        chunk = following
    yield chunk, True


def _copied(source: BinaryIO, target: BinaryIO) -> int:
    total = 0
    while chunk := source.read(CHUNK_BYTES):
        target.write(chunk)
        total += len(chunk)
    return total
