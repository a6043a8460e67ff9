"""The keys of the installation, as the rooms that encrypt or sign need them."""

import hashlib
import hmac
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from xingke.privacy import CannotOpen, DataKey, KeyRing, Wrapped

_FROM_FILE: Final[dict[str, str]] = {}


def data_keys() -> tuple[bytes, ...]:
    """The key ring: the first line wraps data keys, all of them unwrap (one a line of `keys/data.key`, or XINGKE_DATA_KEYS)."""
    text = _FROM_FILE.get("data") or _text("XINGKE_DATA_KEY")
    return tuple(line.encode("ascii") for line in text.split())


def key_ring() -> KeyRing:
    """The wrapping keys of the installation."""
    return _ring(data_keys())


def unwrap(wrapped: Wrapped, *, place: str) -> DataKey:
    """A data key; a wrapping key that another process has added to the file meanwhile is found without a restart."""
    try:
        return key_ring().unwrap(wrapped, place=place)
    except CannotOpen:
        key_ring_read_again()
        return key_ring().unwrap(wrapped, place=place)


def key_ring_read_again() -> None:
    """Take the lines of the key file as they are now, unless the environment gives the ring."""
    from xingke_web.config import environment
    from xingke_web.config.home import key_read

    if not environment.DATA_KEYS.read() and (text := key_read(settings.XINGKE, "data")):
        _FROM_FILE["data"] = text


def key_ring_forget() -> None:
    """Go back to the ring that the settings hold."""
    _FROM_FILE.clear()


def blind_key(purpose: str) -> bytes:
    """A key for keyed hashes of one purpose, so that equal values can be found without being readable."""
    return hmac.new(_text("XINGKE_AUDIT_KEY").encode("ascii"), purpose.encode("utf-8"), hashlib.sha256).digest()


@lru_cache(maxsize=8)
def _ring(lines: tuple[bytes, ...]) -> KeyRing:
    return KeyRing(lines)


def _text(name: str) -> str:
    text: str | None = getattr(settings, name, None)
    if not text:
        raise ImproperlyConfigured(f"{name} is not available: the key file is missing or cannot be read")
    return text
