"""Events as a page may show them: personal values masked by name and by form."""

from typing import Any, Final

from xingke.events.personal import COLUMN_OF, IDENTIFYING, bare, form_of
from xingke.privacy.masks import masked

MOST_TEXT: Final = 60
MOST_VALUES: Final = 12
MOST_LEVELS: Final = 3


def masked_key(key: str) -> str:
    """A customer's key; one that is itself an address or a number is masked."""
    form = form_of(key)
    return masked(form, key) if form else shortened(key)


def masked_event(value: Any, name: str = "", level: int = 0) -> Any:
    """A copy that tells what was sent and not about whom; long texts and lists are cut."""
    if isinstance(value, dict):
        if level >= MOST_LEVELS:
            return "…"
        return {shortened(str(key)): masked_event(inner, str(key), level + 1) for key, inner in list(value.items())[:MOST_VALUES]}
    if isinstance(value, list):
        return [masked_event(inner, name, level + 1) for inner in value[:MOST_VALUES]] if level < MOST_LEVELS else "…"
    if value is None or isinstance(value, bool):
        return value
    text, named = str(value), bare(name)
    if named in IDENTIFYING:
        return masked(COLUMN_OF.get(named, named), text)
    form = form_of(text)
    if form:
        return masked(form, text)
    return shortened(text) if isinstance(value, str) else value


def shortened(text: str) -> str:
    """At most so many characters, and none that cannot be shown."""
    clean = "".join(one if one.isprintable() else "�" for one in text[: MOST_TEXT + 1])
    return clean if len(clean) <= MOST_TEXT else f"{clean[:MOST_TEXT]}…"
