"""Short hints beside customers of the list, such as that one may be a duplicate; other apps register who gives them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from xingke_web.accounts.contracts import Viewer


@dataclass(frozen=True)
class Hint:
    """A few words with where they lead."""

    text: str
    url: str
    icon: str = "alert-triangle"


HintSource = Callable[[Viewer, Sequence[int]], Mapping[int, Hint]]

_sources: dict[str, HintSource] = {}


def hint_register(source: HintSource) -> None:
    """Add a source of hints; the same function again replaces itself."""
    _sources[f"{source.__module__}.{source.__qualname__}"] = source


def hints_for(viewer: Viewer, numbers: Sequence[int]) -> dict[int, Hint]:
    """One hint a customer at most, of the first source that has one."""
    found: dict[int, Hint] = {}
    for source in _sources.values():
        for number, hint in source(viewer, numbers).items():
            found.setdefault(number, hint)
    return found
