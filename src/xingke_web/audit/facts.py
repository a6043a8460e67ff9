"""What may be stored about an act: figures, keys and days, never a person's own data."""

import math
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Final
from uuid import UUID

from xingke_web.audit.names import AuditName

Fact = str | int | float | bool | None | list["Fact"]

_LONGEST: Final = 200
_MAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
# Mainland mobile numbers, and the longer digit runs of identity papers and bank cards.
_NUMBER: Final = re.compile(r"(?<!\d)(?:\+?86)?1[3-9]\d{9}(?!\d)|(?<!\d)\d{15,19}[\dXx]?(?!\d)")


class BadFact(Exception):
    """A fact that the name does not declare, or that cannot be stored."""


class PersonalValue(BadFact):
    """A fact that looks like a person's own data."""


def facts_checked(name: AuditName, facts: Mapping[str, object]) -> dict[str, Fact]:
    """The facts as JSON values, refused where undeclared, too long or personal."""
    unknown = sorted(set(facts) - name.facts)
    if unknown:
        raise BadFact(f"'{name.name}' declares no fact {', '.join(unknown)}; it declares {', '.join(sorted(name.facts)) or 'none'}")
    return {key: _value(name.name, key, facts[key]) for key in sorted(facts)}


def holds_contact_data(text: str) -> bool:
    """Whether a text looks like somebody's number or address, which the log refuses."""
    return bool(_MAIL.search(text) or _NUMBER.search(text))


def _value(name: str, key: str, value: object) -> Fact:
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise BadFact(f"'{name}': {key} is not finite")
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_value(name, key, each) for each in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if isinstance(value, str):
        return _text(name, key, value)
    raise BadFact(f"'{name}': {key} is a {type(value).__name__}; store figures, keys and days")


def _text(name: str, key: str, text: str) -> str:
    if len(text) > _LONGEST:
        raise BadFact(f"'{name}': {key} is longer than {_LONGEST} characters")
    if holds_contact_data(text):
        raise PersonalValue(f"'{name}': {key} looks like contact data; store a key or a count instead")
    return text
