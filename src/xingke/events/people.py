"""Whom an event is about: what a client sends in place of an id names nobody, and is never taken for one."""

from functools import lru_cache
from typing import Final

from xingke.events.values import BadEvent
from xingke.schema.placeholders import is_placeholder

_CLAIMING: Final = frozenset({"identify", "alias"})
names_nobody: Final = lru_cache(maxsize=65_536)(is_placeholder)
"""`is_placeholder`, remembered for the ids that come again and again."""

Notes = tuple[str, ...]


def people(kind: str, user: str, anonymous: str, fields: tuple[str, str]) -> tuple[str, str, Notes]:
    """The user's id and the anonymous id as they may be used, and what is to be noted.

    A placeholder (`null`, `undefined`, `0`, `guest`, a UUID of zeros) in place of the user's id leaves an event under its anonymous id. A
    call that says who somebody is has nothing else to say, and is refused; so is an event that names nobody else.

    Parameters
    ----------
    fields
        Where the two ids stand in what came, for the reason of a refusal.

    Raises
    ------
    BadEvent
        `no_user` without any id, `placeholder_id` where none of them names anybody.
    """
    notes: Notes = ()
    if anonymous and names_nobody(anonymous):
        anonymous, notes = "", ("placeholder_anonymous",)
    if user:
        if not names_nobody(user):
            return user, anonymous, notes
        if kind in _CLAIMING or not anonymous:
            raise BadEvent("placeholder_id", fields[0])
        return "", anonymous, (*notes, "placeholder_user")
    if not anonymous:
        raise BadEvent("placeholder_id", fields[1]) if notes else BadEvent("no_user")
    return "", anonymous, notes


def earlier(value: str, field: str) -> str:
    """The earlier id of somebody; raises BadEvent where there is none or it names nobody."""
    if not value:
        raise BadEvent("no_user", field)
    if names_nobody(value):
        raise BadEvent("placeholder_id", field)
    return value
