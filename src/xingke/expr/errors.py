"""What is wrong with a condition that came from outside, and where in its JSON."""

from collections.abc import Iterable
from difflib import get_close_matches

from xingke.errors import UserFacingError

SHOWN_CHARACTERS = 60


class ConditionError(UserFacingError):
    """A condition that cannot be used; `path` points into the JSON (`$.of[1].value`), so that a form can mark the field."""

    def __init__(self, path: str, *, zh: str, en: str, came: object = None) -> None:
        super().__init__(zh=f"条件 {path}：{zh}", en=f"condition {path}: {en}", path=path, came=came)
        self.path = path
        self.came = came


def shown(value: object) -> str:
    """What came, short enough for a message."""
    text = repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"


def unknown_name(path: str, *, kind: tuple[str, str], name: object, known: Iterable[str]) -> ConditionError:
    """A name nothing is declared under, with the closest declared one; `kind` is the Chinese and the English noun."""
    declared = sorted(known)
    close = get_close_matches(str(name), declared, n=1)
    hint_zh, hint_en = (f"；您是否要找 '{close[0]}'", f"; did you mean '{close[0]}'?") if close else _choices(declared)
    return ConditionError(
        path, zh=f"没有名为 {shown(name)} 的{kind[0]}{hint_zh}", en=f"there is no {kind[1]} {shown(name)}{hint_en}", came=name
    )


def _choices(declared: list[str]) -> tuple[str, str]:
    if not declared:
        return "；目前一个也没有", "; there are none yet"
    some = ", ".join(declared[:8])
    return f"；可以使用：{some}", f"; what would do: {some}"
