"""The keys of the installation, as the rooms that encrypt or sign need them."""

import hashlib
import hmac

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def data_keys() -> tuple[bytes, ...]:
    """Fernet keys for personal fields: the first encrypts, all of them decrypt (one a line of `keys/data.key`)."""
    return tuple(line.encode("ascii") for line in _text("XINGKE_DATA_KEY").split())


def blind_key(purpose: str) -> bytes:
    """A key for keyed hashes of one purpose, so that equal values can be found without being readable."""
    return hmac.new(_text("XINGKE_AUDIT_KEY").encode("ascii"), purpose.encode("utf-8"), hashlib.sha256).digest()


def _text(name: str) -> str:
    text: str | None = getattr(settings, name, None)
    if not text:
        raise ImproperlyConfigured(f"{name} is not available: the key file is missing or cannot be read")
    return text
