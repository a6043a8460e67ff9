"""Wrapping keys of an installation, and the data keys of a workspace that they wrap."""

import base64
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from xingke.errors import ConfigurationError
from xingke.privacy.sealed import KEY_ID_LENGTH, NONCE_BYTES, changed, key_missing

KEY_BYTES: Final = 32
_WRAP: Final = b"xingke key ring, AES-256-GCM wrapping of data keys"


@dataclass(frozen=True, slots=True)
class DataKey:
    """A 256-bit key of one workspace; its id is a digest, so that equal ids mean equal keys."""

    id: str
    secret: bytes = field(repr=False)

    @classmethod
    def made(cls, secret: bytes) -> "DataKey":
        """The key of these bytes."""
        return cls(hashlib.sha256(b"xingke data key" + secret).hexdigest()[:KEY_ID_LENGTH], secret)

    @classmethod
    def fresh(cls) -> "DataKey":
        """A new random key."""
        return cls.made(os.urandom(KEY_BYTES))


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A data key as it is stored: readable by whoever has the wrapping key of this id."""

    ring_id: str
    token: bytes


class KeyRing:
    """The wrapping keys of an installation: the first wraps, all of them unwrap.

    Parameters
    ----------
    lines
        The lines of the key file, each 32 random bytes in base64url.

    Raises
    ------
    ConfigurationError
        There is no line, or one that is not 32 bytes.
    """

    def __init__(self, lines: Sequence[bytes]) -> None:
        if not lines:
            raise _unusable("the key ring is empty", "密钥环为空")
        self._keys = [_derived(line) for line in lines]

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the wrapping keys, the newest first."""
        return tuple(key.id for key in self._keys)

    def wrap(self, key: DataKey, *, place: str) -> Wrapped:
        """Wrap a data key for one place with the newest wrapping key."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        newest, nonce = self._keys[0], os.urandom(NONCE_BYTES)
        return Wrapped(newest.id, nonce + AESGCM(newest.secret).encrypt(nonce, key.secret, place.encode("utf-8")))

    def unwrap(self, wrapped: Wrapped, *, place: str) -> DataKey:
        """The data key that was wrapped for this place.

        Raises
        ------
        xingke.privacy.CannotOpen
            No wrapping key has this id, or the bytes were wrapped for another place.
        """
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        for key in self._keys:
            if key.id == wrapped.ring_id:
                try:
                    secret = AESGCM(key.secret).decrypt(wrapped.token[:NONCE_BYTES], wrapped.token[NONCE_BYTES:], place.encode("utf-8"))
                except (InvalidTag, ValueError) as error:  # ValueError: too short to have been wrapped
                    raise changed(key.id) from error
                return DataKey.made(secret)
        raise key_missing(wrapped.ring_id)


def ring_line() -> bytes:
    """A new line for the key file."""
    return base64.urlsafe_b64encode(os.urandom(KEY_BYTES))


@lru_cache(maxsize=32)
def _derived(line: bytes) -> DataKey:
    """The wrapping key of a line; derived, so that no other use of the line shares it."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    try:
        secret = base64.urlsafe_b64decode(line)
    except ValueError as error:
        raise _unusable("a line of the key ring is no base64", "密钥环中有一行不是 base64") from error
    if len(secret) != KEY_BYTES:
        raise _unusable(f"a line of the key ring holds {len(secret)} bytes instead of {KEY_BYTES}", f"密钥环中有一行不是 {KEY_BYTES} 字节")
    return DataKey.made(HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=_WRAP).derive(secret))


def _unusable(en: str, zh: str) -> ConfigurationError:
    return ConfigurationError(zh=f"{zh}，请从备份恢复密钥文件", en=f"{en}; restore the key file from a backup")
