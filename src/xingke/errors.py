"""The exception tree: one root, and below it what a caller can act on.

A message says what came, what would do, and what to try. Values are attributes, so that a page, a log line and a
test need not read the sentence back.
"""

from collections.abc import Iterable
from difflib import get_close_matches

from xingke.words import Language, Words


class XingkeError(Exception):
    """Root of every error that the product raises on purpose."""


class UserFacingError(XingkeError):
    """An error whose words are meant for the person who meets it, in both languages.

    `str(error)` is the English text; pages and the command line show `error.text(language)`.
    """

    def __init__(self, *, zh: str, en: str, **values: object) -> None:
        super().__init__(en)
        self.words: Words = {"zh": zh, "en": en}
        self.values = values

    def text(self, language: Language) -> str:
        """The message in one language."""
        return self.words[language]


class TransientError(XingkeError):
    """Trying the same thing again later may succeed."""


class PermanentError(XingkeError):
    """Trying the same thing again cannot succeed."""


class ConfigurationError(UserFacingError):
    """A setting, a path or a permission keeps the product from working."""


class MissingExtra(ConfigurationError):
    """An optional dependency is not installed."""

    def __init__(self, *, feature: str, extra: str) -> None:
        super().__init__(
            zh=f"{feature} 需要可选组件，请运行 `pip install xingke[{extra}]`",
            en=f"{feature} needs `pip install xingke[{extra}]`",
            feature=feature,
            extra=extra,
        )


class QueryFailed(XingkeError):
    """A statement failed in an engine; carries the step and the SQL that was sent."""

    def __init__(self, *, name: str, sql: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}\n{sql}")
        self.name, self.sql, self.reason = name, sql, reason


class UnknownName(UserFacingError):
    """A name that nothing is declared under; says which declared name is closest, else which there are, where they are few."""

    MOST_LISTED = 12

    def __init__(self, *, kind: Words, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        close = get_close_matches(name, names, n=1)
        listed = ", ".join(names) if 0 < len(names) <= self.MOST_LISTED else ""
        hint_zh = f"；您是否要找「{close[0]}」" if close else f"；现有：{listed}" if listed else ""
        hint_en = f"; did you mean '{close[0]}'?" if close else f"; there are: {listed}" if listed else ""
        super().__init__(
            zh=f"没有名为「{name}」的{kind['zh']}{hint_zh}",
            en=f"there is no {kind['en']} '{name}'{hint_en}",
            kind=kind["en"],
            name=name,
            suggestion=close[0] if close else None,
        )
