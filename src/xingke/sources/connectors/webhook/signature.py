"""Signatures of messages by the Standard Webhooks specification.

The signed content is `<id>.<timestamp>.<body>`, by HMAC-SHA256 with the base64 part of a secret `whsec_...`; the header carries one or more
signatures `v1,<base64>`, so that a secret can be changed without a gap.
"""

import base64
import binascii
import hashlib
import hmac
import secrets

PREFIX = "whsec_"
TOLERANCE_SECONDS = 300


def new_secret() -> str:
    """A fresh secret of 192 bits."""
    return PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()


def key_of(secret: str) -> bytes | None:
    """The key in a secret; None where the secret is not in the form of the specification."""
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True) or None
    except (binascii.Error, ValueError):
        return None


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature of a message, `v1,<base64>`."""
    key = key_of(secret)
    if key is None:
        raise ValueError("the secret is not base64")
    content = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def is_signed(secrets_known: str, *, message_id: str, timestamp: str, signatures: str, body: bytes, now: int) -> bool:
    """Whether one of the signatures is right by one of the secrets, and the message not older or newer than five minutes."""
    if not message_id or not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > len(str(now)):
        return False
    if abs(now - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    right = [signature(secret, message_id, int(timestamp), body) for secret in secrets_known.split() if key_of(secret)]
    return any(hmac.compare_digest(one.encode(), sent.encode()) for one in right for sent in signatures.split())
