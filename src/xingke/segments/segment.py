"""A segment as a pack declares it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from xingke.expr import Condition
from xingke.words import Words, is_complete

KEY = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Segment:
    """A named condition: the rule, not the people.

    Parameters
    ----------
    key
        snake_case, unique in the workspace; other conditions refer to it.
    purpose
        What one would use it for, shown where segments are chosen.
    """

    key: str
    label: Words
    condition: Condition
    purpose: Words | None = None

    def __post_init__(self) -> None:
        if not KEY.fullmatch(self.key):
            raise ValueError(f"{self.key!r} is no segment key: lower-case letters, digits and underscores, beginning with a letter")
        for words in (self.label, self.purpose):
            if words is not None and not is_complete(cast("Mapping[str, str]", words)):
                raise ValueError(f"the segment {self.key!r} needs its words in both languages")
