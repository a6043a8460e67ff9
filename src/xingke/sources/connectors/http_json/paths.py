"""Paths into an answer: `data.items`, `pages[0].rows`, `$` or nothing for the answer itself."""

import re
from typing import Any

_PART = re.compile(r"([^.\[\]]+)|\[([0-9]+)\]")


def at_path(answer: Any, path: str) -> Any:
    """What stands at the path; None where nothing does."""
    here = answer
    for name, number in _PART.findall(path.removeprefix("$")):
        if number:
            here = here[int(number)] if isinstance(here, list) and int(number) < len(here) else None
        else:
            here = here.get(name) if isinstance(here, dict) else None
    return here
