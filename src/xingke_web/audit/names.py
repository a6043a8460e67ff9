"""The registered names of what can be done, each with a sentence in both languages.

The placeholders of the sentences say which facts an entry carries; `extra` names facts that no sentence shows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

from xingke.errors import UnknownName
from xingke.words import Language, Words, both, is_complete


class BadName(Exception):
    """A name registered with sentences that do not fit."""


@dataclass(frozen=True)
class AuditName:
    """A kind of entry."""

    name: str
    sentence: Words
    facts: frozenset[str]

    def say(self, facts: Mapping[str, object], language: Language) -> str:
        """The sentence with its facts; a fact that an old entry lacks shows as a dash."""
        return self.sentence[language].format_map(_Dashed(facts))


class _Dashed(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "—"


_names: dict[str, AuditName] = {}


def register(name: str, *, zh: str, en: str, extra: tuple[str, ...] = ()) -> None:
    """Declare a name. Both sentences use the same placeholders; registering the same again changes nothing."""
    sentence = both(zh, en)
    shown = _placeholders(zh)
    if not is_complete({"zh": zh, "en": en}) or shown != _placeholders(en):
        raise BadName(f"'{name}': both sentences must be there and use the same facts")
    entry = AuditName(name=name, sentence=sentence, facts=frozenset(shown | set(extra)))
    if _names.setdefault(name, entry) != entry:
        raise BadName(f"'{name}' is already registered with other words")


def name_for(name: str) -> AuditName:
    """A registered name; raises UnknownName with the closest one."""
    if name not in _names:
        raise UnknownName(kind=both("审计名称", "audit name"), name=name, known=_names)
    return _names[name]


def names_all() -> tuple[AuditName, ...]:
    """Every registered name, sorted."""
    return tuple(_names[name] for name in sorted(_names))


def say(name: str, facts: Mapping[str, object], language: Language) -> str:
    """An entry in words; the bare name where an app that registered it is gone."""
    known = _names.get(name)
    return known.say(facts, language) if known else name


def _placeholders(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field}
