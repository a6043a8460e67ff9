"""How far each address reaches: declared where it is registered, enforced before its view runs, refused where it is not declared.

An address says for reading and for acting which rows its answers may hold. The middleware of accounts refuses an address that says
nothing and one that is the whole workspace's to people of a part of it; `tests/xingke_web/scope` compares every answer with what was
declared.
"""

from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import wraps
from typing import Any, Final

from django.http import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver, path

from xingke.errors import ConfigurationError

View = Callable[..., HttpResponseBase]
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Reach(StrEnum):
    """Whose rows an answer may hold."""

    PUBLIC = "public"
    """Nobody's, or those of one message opened by its signed link; asks for no log-in."""
    OWN = "own"
    """Those of the person who is logged in: preferences, scope, own inbox."""
    NO_ROWS = "no_rows"
    """Nobody's: definitions, words and forms."""
    SCOPED = "scoped"
    """Those of the viewer's units: rows, counts, charts, choices and acts."""
    WORKSPACE_WIDE = "workspace_wide"
    """Everybody's: only for people whose right begins at the root of the organisation."""


PUBLIC, OWN, NO_ROWS, SCOPED, WORKSPACE_WIDE = Reach


class UndeclaredAddress(ConfigurationError):
    """An address that does not say how far it reaches."""

    def __init__(self, routes: list[str]) -> None:
        listed = ", ".join(routes)
        super().__init__(
            zh=f"以下地址未声明数据范围：{listed}；请用 config.addresses.address 登记",
            en=f"these addresses do not declare their reach: {listed}; register them by config.addresses.address",
            routes=routes,
        )


def address(route: str, view: View, reach: Reach, *, name: str, post: Reach | None = None) -> URLPattern:
    """Register an address with the reach of its answers; `post` where acting reaches elsewhere than reading."""

    @wraps(view)
    def declared(*args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(*args, **kwargs)

    declared.xingke_reach = (reach, post or reach)  # type: ignore[attr-defined]  # read by `reach_of`
    return path(route, declared, name=name)


def reach_of(view: View, method: str | None) -> Reach | None:
    """What the address of a view declared for a method; None for nothing."""
    declared: tuple[Reach, Reach] | None = getattr(view, "xingke_reach", None)
    return None if declared is None else declared[method not in _READING]


def addresses_all() -> Iterator[tuple[str, URLPattern]]:
    """Every registered address with its whole route."""
    yield from _walk(get_resolver().url_patterns, "")


def addresses_check() -> None:
    """Refuse to start with an address that declares nothing, or with a public one inside a workspace.

    Raises
    ------
    UndeclaredAddress
        Naming all of them.
    """
    wrong = [route for route, pattern in addresses_all() if not _is_declared(route, pattern.callback)]
    if wrong:
        raise UndeclaredAddress(wrong)


def _is_declared(route: str, view: View) -> bool:
    declared = {reach_of(view, method) for method in ("GET", "POST")}
    return None not in declared and not (route.startswith("w/") and PUBLIC in declared)


def _walk(patterns: list[Any], before: str) -> Iterator[tuple[str, URLPattern]]:
    for each in patterns:
        route = f"{before}{each.pattern}"
        if isinstance(each, URLResolver):
            yield from _walk(each.url_patterns, route)
        else:
            yield route, each
