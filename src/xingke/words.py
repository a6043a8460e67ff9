"""Text in both languages, for whatever is data rather than a page: tags, metrics, rules, errors."""

from collections.abc import Mapping
from typing import Literal, TypedDict

Language = Literal["zh", "en"]


class Words(TypedDict):
    """One text in Chinese and in English; both are always there."""

    zh: str
    en: str


def both(zh: str, en: str) -> Words:
    """The two texts as one value."""
    return {"zh": zh, "en": en}


def is_complete(words: Mapping[str, object]) -> bool:
    """Whether both languages are present and not blank."""
    return all(str(words.get(language) or "").strip() for language in ("zh", "en"))
