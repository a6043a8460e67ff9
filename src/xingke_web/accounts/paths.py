"""Paths of organisation units: `/ia/polk/ames` lies in `/ia/polk`, and everything lies in `/`."""

import re
from typing import Final

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
