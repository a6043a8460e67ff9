"""Why two records may be one: the match weights in words, from the prior on."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xingke.words import Language
from xingke_web.identity.words import field_label


@dataclass(frozen=True)
class Bar:
    """One step of the waterfall.

    Parameters
    ----------
    weight
        Bits; positive speaks for one customer.
    share
        Length of the bar, 0..1 of the longest one.
    """

    text: str
    weight: float
    share: float

    @property
    def tone(self) -> str:
        """The colour by meaning."""
        return "ok" if self.weight > 0 else "bad" if self.weight < 0 else "neutral"

    @property
    def x(self) -> str:
        """Where the bar begins on a scale of 100 with nothing in the middle."""
        return f"{50 if self.weight >= 0 else 50 - self.share * 50:.1f}"

    @property
    def width(self) -> str:
        """Its length on that scale."""
        return f"{self.share * 50:.1f}"

    @property
    def shown(self) -> str:
        """`+6.3`, `−2.1`."""
        return signed(self.weight)


def signed(weight: float) -> str:
    """A weight with its sign and one decimal."""
    return f"{'+' if weight > 0 else '−' if weight < 0 else ''}{abs(weight):.1f}"


def bars_of(parts: Sequence[Mapping[str, Any]], language: Language) -> list[Bar]:
    """The steps, those that say most first, the prior last; a field that says nothing is left out."""
    said = [
        part for part in parts if isinstance(part.get("weight"), int | float) and math.isfinite(part["weight"]) and round(part["weight"], 1)
    ]
    longest = max((abs(part["weight"]) for part in said), default=1.0)
    ranked = sorted(said, key=lambda part: (part.get("field") == "prior", -abs(part["weight"])))
    return [Bar(_text(part, language), part["weight"], abs(part["weight"]) / longest) for part in ranked]


def _text(part: Mapping[str, Any], language: Language) -> str:
    label = part.get("label")
    name = label[language] if isinstance(label, Mapping) else field_label(str(part.get("field", "")), language)
    level = part.get("level")
    said = level[language] if isinstance(level, Mapping) else ""
    if language == "zh":
        return f"{name}：{said}" if part.get("field") == "prior" else f"{name}{said}"
    return f"{name}: {said}".rstrip(": ")


def strongest(parts: Sequence[Mapping[str, Any]]) -> str:
    """The field that speaks most for one customer; empty where none does."""
    ranked = sorted((part for part in parts if part.get("weight", 0) > 0 and part.get("field") != "prior"), key=lambda one: -one["weight"])
    return str(ranked[0].get("field", "")) if ranked else ""
