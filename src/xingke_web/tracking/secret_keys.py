"""Secrets of write keys: how they are made, and how one is recognised."""

import hashlib
import secrets
from typing import Final

PREFIX: Final = "xk_"
HINT: Final = 8


def secret_new() -> str:
    """A new secret of 192 random bits."""
    return PREFIX + secrets.token_hex(24)


def secret_hash(secret: str) -> str:
    """Its digest. The secret is random and long, so that one round of SHA-256 is enough."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def secret_hint(secret: str) -> str:
    """The beginning, by which people recognise a key."""
    return secret[:HINT]
