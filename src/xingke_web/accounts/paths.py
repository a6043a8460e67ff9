"""Paths of organisation units: `/ia/polk/ames` lies in `/ia/polk`, and everything lies in `/`."""

import re
from typing import Final

from django.db.models import F, Q, Value
from django.db.models.functions import Substr
from django.db.models.lookups import Exact

from xingke.errors import UserFacingError

ROOT: Final = "/"
_SHAPE = re.compile(r"(/[^/\s][^/]*)+")


class BadPath(UserFacingError):
    """A text that is no path of an organisation unit."""

    def __init__(self, path: str) -> None:
        super().__init__(
            zh=f"组织路径「{path}」无效，应形如 /省/市/县",
            en=f"'{path}' is no organisation path; it should look like /state/county/city",
            path=path,
        )


def path_check(path: str) -> str:
    """The path itself, refused where it has the wrong shape."""
    if path != ROOT and not _SHAPE.fullmatch(path):
        raise BadPath(path)
    return path


def parent_of(path: str) -> str:
    """The unit above; `/` is its own parent."""
    return path.rpartition("/")[0] or ROOT


def in_scope(path: str, scope: str) -> bool:
    """Whether a unit is the scope or lies below it; compared by whole steps, so `/ia/polk2` is not in `/ia/polk`."""
    return scope == ROOT or path == scope or path.startswith(f"{scope}/")


def above(path: str) -> list[str]:
    """A unit and every unit that it lies in, the root first."""
    steps = [step for step in path.split("/") if step]
    return [ROOT, *(f"/{'/'.join(steps[: place + 1])}" for place in range(len(steps)))]


def below(scope_path: str, field: str = "org_path") -> Q:
    """Rows whose unit is the scope or lies below it: the one condition by which tables of the database are limited.

    The beginning is compared exactly as well, because SQLite's `LIKE` takes `/ia/Polk/` for `/ia/polk/`.
    """
    if scope_path == ROOT:
        return ~Q(pk__in=())  # everything, also where it is joined by "or" to another condition, which would swallow an empty one
    beginning = f"{scope_path}/"
    begins = Q(Exact(Substr(F(field), 1, len(beginning)), Value(beginning)))
    return Q(**{field: scope_path}) | (Q(**{f"{field}__startswith": beginning}) & begins)
