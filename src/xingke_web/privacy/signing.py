"""Signatures of reports: a keyed hash over the content, so that a changed figure is found."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, Final

from xingke_web.config.keys import blind_key

_PURPOSE: Final = "privacy report"


def signature_of(content: Mapping[str, Any]) -> str:
    """64 hex digits over the content, whatever the order of its keys."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(blind_key(_PURPOSE), text.encode("utf-8"), hashlib.sha256).hexdigest()


def is_signed(content: Mapping[str, Any], signature: str) -> bool:
    """Whether the content is what was signed here."""
    return hmac.compare_digest(signature_of(content), signature)
