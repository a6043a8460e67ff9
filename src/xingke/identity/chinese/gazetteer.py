"""Provinces, cities and counties by their codes (GB/T 2260)."""

from functools import cache
from importlib.resources import files
from typing import NamedTuple

_KINDS = (
    "特别行政区",
    "壮族自治区",
    "回族自治区",
    "维吾尔自治区",
    "自治区",
    "自治州",
    "自治县",
    "地区",
    "新区",
    "省",
    "市",
    "区",
    "县",
    "盟",
    "旗",
)
_LEAST_SHORT = 2
_PROVINCE, _CITY, _COUNTY = 2, 4, 6


class Division(NamedTuple):
    """One division: two digits a province, four a city, six a county."""

    code: str
    name: str

    @property
    def level(self) -> str:
        """`province`, `city` or `county`."""
        return {_PROVINCE: "province", _CITY: "city"}.get(len(self.code), "county")


class Gazetteer:
    """Finds divisions by name and by code."""

    def __init__(self, divisions: list[Division]) -> None:
        self._by_code = {one.code: one for one in divisions}
        self._by_name: dict[str, list[Division]] = {}
        sizes: dict[str, set[int]] = {}
        for one in divisions:
            for name in {one.name, _short(one)}:
                self._by_name.setdefault(name, []).append(one)
                sizes.setdefault(name[:_LEAST_SHORT], set()).add(len(name))
        self._sizes = {front: sorted(lengths, reverse=True) for front, lengths in sizes.items()}

    def name_of(self, code: str) -> str:
        """The name of a code; empty for one that is not in the list."""
        found = self._by_code.get(code)
        return found.name if found else ""

    def is_area(self, digits: str) -> bool:
        """Whether six digits begin as the code of a county or city does."""
        return digits[:_COUNTY] in self._by_code or digits[:_CITY] in self._by_code

    def front(self, text: str, *, inside: str, full: bool) -> tuple[Division, int] | None:
        """The longest division a text begins with, and how many characters it takes.

        Parameters
        ----------
        inside
            Code of the division that it has to lie in; empty for anywhere.
        full
            Only names written out (浏阳市, not 浏阳).
        """
        for size in self._sizes.get(text[:_LEAST_SHORT], ()):
            word = text[:size]
            for one in self._by_name.get(word, ()):
                if one.code.startswith(inside) and len(one.code) > len(inside) and (not full or word == one.name):
                    return one, size
        return None


@cache
def gazetteer() -> Gazetteer:
    """The divisions that come with the package."""
    lines = files(__package__).joinpath("divisions.txt").read_text(encoding="utf-8").splitlines()
    return Gazetteer([Division(*line.split(" ", 1)) for line in lines if line and not line.startswith("#")])


def _short(one: Division) -> str:
    """The name without its kind, where two characters stay; counties stay whole, for their short names are words of daily life."""
    if one.level == "county":
        return one.name
    for kind in _KINDS:
        if one.name.endswith(kind) and len(one.name) - len(kind) >= _LEAST_SHORT:
            return one.name.removesuffix(kind)
    return one.name
