"""The form of a sealed text: `xk1.<key id>.<nonce, ciphertext and tag in base64url without padding>`."""

import base64
import binascii
import re
from typing import Final

from xingke.errors import PermanentError, UserFacingError

PREFIX: Final = "xk1."
KEY_ID_LENGTH: Final = 8
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
HEAD_LENGTH: Final = len(PREFIX) + KEY_ID_LENGTH + 1
PATTERN: Final = r"^xk1\.[0-9a-f]{8}\.[A-Za-z0-9_-]{38,}$"
"""38 characters hold a nonce and a tag: the shortest token there is."""

_FORM: Final = re.compile(PATTERN)


class CannotOpen(UserFacingError, PermanentError):
    """A sealed value whose key is not there, or that was changed or moved. No value and no place of a person is in the words."""


def key_missing(key_id: str) -> CannotOpen:
    """The key that sealed a value is not in the ring."""
    return CannotOpen(
        zh=f"没有编号为 {key_id} 的数据密钥：它已被退役，或密钥文件不是这个安装的；请恢复当时使用的密钥文件",
        en=f"no data key has the id {key_id}: it was retired, or this is another key file; restore the key file that was used",
        key_id=key_id,
    )


def changed(key_id: str) -> CannotOpen:
    """The bytes were not sealed by this key for this place."""
    return CannotOpen(
        zh="加密值已损坏、被改动或被移到了别处，无法打开；请从备份恢复这一条",
        en="a sealed value was damaged, changed or moved and cannot be opened; restore this one from a backup",
        key_id=key_id,
    )


def is_sealed(text: str) -> bool:
    """Whether a text has the form of a sealed value; whether it opens is another question."""
    return _FORM.match(text) is not None


def key_id_of(text: str) -> str:
    """The id of the key that sealed the text, '' for a text that is not sealed."""
    return text[len(PREFIX) : HEAD_LENGTH - 1] if is_sealed(text) else ""


def token_of(sealed: str) -> bytes:
    """Nonce, ciphertext and tag of a text in sealed form.

    Raises
    ------
    CannotOpen
        The text was cut so that it is no base64.
    """
    return token_from(sealed[HEAD_LENGTH:].encode("ascii"), key_id=sealed[len(PREFIX) : HEAD_LENGTH - 1])


def token_from(encoded: bytes, *, key_id: str) -> bytes:
    """The bytes of a token from base64url without padding."""
    try:
        return base64.urlsafe_b64decode(encoded + b"=" * (-len(encoded) % 4))
    except binascii.Error as error:
        raise changed(key_id) from error


def sealed_form(key_id: str, token: bytes) -> str:
    """The text that is stored."""
    return f"{PREFIX}{key_id}.{base64.urlsafe_b64encode(token).rstrip(b'=').decode('ascii')}"
