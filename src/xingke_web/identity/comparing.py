"""Two texts side by side: which characters differ, and how much of them a role may see."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from xingke.schema.intake import RECORD

HIDDEN: Final = "*"
SIMILAR: Final = 0.6
LEAST_PLACE: Final = 4
"""So many characters of an address name the place before a numeral may be a house number."""

PERSONAL: Final = frozenset(RECORD.identifying) | {"licence_no"}
"""What is masked: columns that identify, and the number of the licence, which belongs to its holder."""


@dataclass(frozen=True)
class Piece:
    """A run of characters that are in both texts, or in one of them only."""

    text: str
    differs: bool


@dataclass(frozen=True)
class Compared:
    """Two values of a field. `verdict` is `same`, `close`, `different`, `one` (only one side says something) or `none`."""

    left: tuple[Piece, ...]
    right: tuple[Piece, ...]
    verdict: str


def compared(left: str, right: str, *, left_shown: str | None = None, right_shown: str | None = None) -> Compared:
    """Mark what differs.

    Parameters
    ----------
    left, right
        The texts, empty where a system says nothing.
    left_shown, right_shown
        What may be shown of them, character by character as long as the text itself; the whole text where nothing is given.
    """
    shown = (left if left_shown is None else left_shown, right if right_shown is None else right_shown)
    if not left or not right:
        verdict = "none" if not left and not right else "one"
        one_side, other_side = (tuple([Piece(text, False)] if text else []) for text in shown)
        return Compared(one_side, other_side, verdict)
    if left == right:
        return Compared((Piece(shown[0], False),), (Piece(shown[1], False),), "same")
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    one: list[Piece] = []
    other: list[Piece] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        _add(one, shown[0][a:b], tag != "equal")
        _add(other, shown[1][c:d], tag != "equal")
    return Compared(tuple(one), tuple(other), "close" if matcher.ratio() >= SIMILAR else "different")


def _add(pieces: list[Piece], text: str, differs: bool) -> None:
    if text:
        pieces.append(Piece(text, differs))


def masked(field: str, text: str) -> str:
    """A value with what identifies hidden, as long as the value, so that places of differences stay true."""
    hide: Callable[[str], Sequence[bool]] = _MASKS.get(field, _whole)
    return "".join(HIDDEN if hidden and character.strip() else character for character, hidden in zip(text, hide(text), strict=True))


def _middle(text: str, head: int, tail: int) -> Sequence[bool]:
    if len(text) <= head + tail:
        return [True] * len(text)
    return [head <= place < len(text) - tail for place in range(len(text))]


def _name(text: str) -> Sequence[bool]:
    return [place > 0 and (len(text) < 3 or place < len(text) - 1) for place in range(len(text))]


def _address(text: str) -> Sequence[bool]:
    """Down to the street: from the first digit behind a road on."""
    first = next((place for place, character in enumerate(text) if _is_number(character, place)), len(text))
    return [place >= first for place in range(len(text))]


def _is_number(character: str, place: int) -> bool:
    """A digit, or behind the name of the place a Chinese numeral."""
    return character.isdigit() or (place > LEAST_PLACE and character in "一二三四五六七八九十百#")


def _whole(text: str) -> Sequence[bool]:
    return [True] * len(text)


_MASKS: Final[Mapping[str, Callable[[str], Sequence[bool]]]] = {
    "phone": lambda text: _middle(text, 3, 4),
    "owner_name": _name,
    "name": _name,
    "address": _address,
    "id_number": lambda text: _middle(text, 2, 2),
    "email": lambda text: [0 < place < text.find("@") for place in range(len(text))] if "@" in text else _whole(text),
    "open_id": lambda text: _middle(text, 2, 2),
    "licence_no": lambda text: _middle(text, 4, 4),
}
