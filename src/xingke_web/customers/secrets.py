"""Encryption of contact data at rest: AES-256-GCM under the keys of the installation, and a keyed hash to find equal values.

A sealed value is bound to the place it was sealed for, so that a row copied to another customer cannot be opened there.
"""

import base64
import hashlib
import hmac
import os
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from xingke.errors import PermanentError
from xingke_web.config.keys import blind_key, data_keys

NONCE_BYTES: Final = 12
_PURPOSE: Final = b"xingke contact point, AES-256-GCM"
_BLIND_PURPOSE: Final = "contact point, blind index"


class CannotOpen(PermanentError):
    """A sealed value whose key is gone, or that was changed or moved."""


@dataclass(frozen=True)
class Sealed:
    """A sealed text and the id of the key that opens it."""

    key_id: str
    token: bytes


def seal(text: str, *, place: str) -> Sealed:
    """Seal a text for one place with the newest key."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key_id, key = _keys()[0]
    nonce = os.urandom(NONCE_BYTES)
    return Sealed(key_id, nonce + AESGCM(key).encrypt(nonce, text.encode("utf-8"), place.encode("utf-8")))


def unseal(sealed: Sealed, *, place: str) -> str:
    """The text that was sealed for this place.

    Raises
    ------
    CannotOpen
        No key of the installation has this id, or the bytes were not sealed for this place.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key = dict(_keys()).get(sealed.key_id)
    if key is None:
        raise CannotOpen(f"no data key has the id {sealed.key_id}; restore the key file that was used")
    nonce, content = sealed.token[:NONCE_BYTES], sealed.token[NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, content, place.encode("utf-8")).decode("utf-8")
    except (InvalidTag, ValueError) as error:  # ValueError: too short to have been sealed, or no text inside
        raise CannotOpen("a sealed value was changed or moved") from error


def blind_index(text: str) -> str:
    """A keyed hash by which an address is found without being readable; spacing and case do not matter."""
    return hmac.new(blind_key(_BLIND_PURPOSE), normal_form(text).encode("utf-8"), hashlib.sha256).hexdigest()


def normal_form(text: str) -> str:
    """An address as it is compared: telephone numbers without spacing and signs, everything else without case."""
    bare = "".join(text.split()).casefold()
    digits = bare.translate(str.maketrans("", "", "-()（）+"))
    return digits if digits.isdecimal() else bare


def _keys() -> list[tuple[str, bytes]]:
    return [_derived(text) for text in data_keys()]


@lru_cache(maxsize=8)
def _derived(text: bytes) -> tuple[str, bytes]:
    """Id and AES key from one line of the key file; derived, so that no other use of the line shares the key."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(base64.urlsafe_b64decode(text))
    return hashlib.sha256(_PURPOSE + key).hexdigest()[:16], key
