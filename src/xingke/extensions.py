"""The registry: packs, sources and connectors that are installed, found by entry point and checked as they load.

The built-in ones use the same entry points as those of other distributions: `xingke.packs`, `xingke.sources` and `xingke.connectors`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from xingke.errors import UnknownName, XingkeError
from xingke.words import Words, both, is_complete

PACKS, SOURCES, CONNECTORS = "xingke.packs", "xingke.sources", "xingke.connectors"
CUSTOMER_KINDS = ("outlet", "consumer", "lead", "account")


class BadExtension(XingkeError):
    """An entry that does not keep the contract; named by its entry point, with the reason."""

    def __init__(self, *, group: str, name: str, reason: str) -> None:
        super().__init__(f"{group}: '{name}' {reason}")
        self.group, self.name, self.reason = group, name, reason


def declared_name(thing: Any) -> str:
    """The name, key or id that a declared thing goes by."""
    return next((str(found) for found in (getattr(thing, part, None) for part in ("name", "key", "id")) if found), "")


@dataclass(frozen=True, slots=True)
class SegmentDeclaration:
    """A segment that a pack brings along.

    Parameters
    ----------
    meaning
        Whom it holds and what it is for.
    condition
        The condition tree in its JSON form (`xingke.expr`), so that a pack needs nothing but this module.
    """

    key: str
    label: Words
    meaning: Words
    condition: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """An industry pack: what differs between one trade and another.

    Parameters
    ----------
    extends
        Packs whose declarations this one inherits; its own take precedence by name.
    words
        Terms of the trade by the product's own name for a thing: `customer` is 零售户 in tobacco.
    currency
        ISO 4217 code of the unit of account where the data do not say another.
    formats, market_types, price_classes
        Labels of the codes that stand in `customer.format`, `customer.market_type` and `product.price_class`.
    format_synonyms
        By format the other words that systems write for it; a word that no format has is shown as the system's word, never as a format.
    grades
        Lowest and highest grade, where the trade grades its customers.
    strategies
        What to do with each tier, by `<scheme>.<tier>`.
    """

    name: str
    label: Words
    description: Words
    extends: tuple[str, ...] = ()
    customer_kinds: tuple[str, ...] = ()
    currency: str = "CNY"
    grades: tuple[int, int] | None = None
    words: Mapping[str, Words] = field(default_factory=dict)
    formats: Mapping[str, Words] = field(default_factory=dict)
    format_synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    market_types: Mapping[str, Words] = field(default_factory=dict)
    price_classes: Mapping[int, Words] = field(default_factory=dict)
    strategies: Mapping[str, Words] = field(default_factory=dict)
    tags: tuple[Any, ...] = ()
    tier_schemes: tuple[Any, ...] = ()
    segments: tuple[Any, ...] = ()
    metrics: tuple[Any, ...] = ()
    rules: tuple[Any, ...] = ()
    checks: tuple[Any, ...] = ()

    def word(self, name: str) -> Words:
        """The trade's word for a thing.

        Raises
        ------
        UnknownName
            The pack and its parents have no word of that name.
        """
        if name not in self.words:
            raise UnknownName(kind=both("词条", "word"), name=name, known=self.words)
        return self.words[name]

    @property
    def format_words(self) -> dict[str, tuple[str, ...]]:
        """By format every word that means it: its labels and its synonyms."""
        return {code: (label["zh"], label["en"], *self.format_synonyms.get(code, ())) for code, label in self.formats.items()}


GLOSSARIES = ("words", "formats", "market_types", "price_classes", "strategies")
DECLARATIONS = ("tags", "tier_schemes", "segments", "metrics", "rules", "checks")


def packs() -> tuple[Pack, ...]:
    """Every installed pack with what it inherits, by name."""
    return tuple(pack(name) for name in sorted(_declared_packs()))


@cache
def pack(name: str) -> Pack:
    """The pack of that name, merged with the packs it extends.

    Raises
    ------
    UnknownName
        No such pack is installed.
    BadExtension
        It, or one that it extends, does not keep the contract.
    """
    return _merged(name, ())


def sources() -> tuple[Any, ...]:
    """Every installed source, by name. A source keeps `xingke.sources.Source`."""
    return tuple(found for _, found in sorted(_declared_sources().items()))


def source(name: str) -> Any:
    """The source of that name; `UnknownName` where none is installed."""
    known = _declared_sources()
    if name not in known:
        raise UnknownName(kind=both("数据源", "source"), name=name, known=known)
    return known[name]


def connectors() -> tuple[Any, ...]:
    """Every installed kind of connector, by name. A connector keeps `xingke.sources.connectors.Connector`."""
    return tuple(found for _, found in sorted(_declared_connectors().items()))


def connector(kind: str) -> Any:
    """The connector of that kind; `UnknownName` where none is installed."""
    known = _declared_connectors()
    if kind not in known:
        raise UnknownName(kind=both("连接方式", "connector"), name=kind, known=known)
    return known[kind]


def forget() -> None:
    """Look the entry points up again at the next question."""
    for cached in (_declared_packs, _declared_sources, _declared_connectors, pack):
        cached.cache_clear()


def check_pack(found: object, *, name: str) -> Pack:
    """The pack, if it keeps the contract; `BadExtension` says what is wrong with it."""

    def refuse(reason: str) -> BadExtension:
        return BadExtension(group=PACKS, name=name, reason=reason)

    if not isinstance(found, Pack):
        raise refuse(f"is a {type(found).__name__}, not a Pack")
    if found.name != name:
        raise refuse(f"calls itself '{found.name}'")
    if not (_complete(found.label) and _complete(found.description)):
        raise refuse("lacks its label or description in one language")
    unknown = sorted(set(found.customer_kinds) - set(CUSTOMER_KINDS))
    if unknown:
        raise refuse(f"knows customers of kind {', '.join(unknown)}; permitted: {', '.join(CUSTOMER_KINDS)}")
    for glossary in GLOSSARIES:
        for term, term_words in getattr(found, glossary).items():
            if not _complete(term_words):
                raise refuse(f"lacks a language in {glossary}: '{term}'")
    if not all(isinstance(words, tuple) for words in found.format_synonyms.values()):
        raise refuse("declares the synonyms of a format otherwise than as a tuple")
    for kind in DECLARATIONS:
        _check_declarations(getattr(found, kind), kind, refuse)
    return found


def _complete(words: Any) -> bool:
    return isinstance(words, Mapping) and is_complete(words)


def _check_declarations(things: Iterable[Any], kind: str, refuse: Callable[[str], BadExtension]) -> None:
    seen: set[str] = set()
    for thing in things:
        own = declared_name(thing)
        if not own:
            raise refuse(f"declares one of its {kind} without a name")
        if own in seen:
            raise refuse(f"declares '{own}' twice among its {kind}")
        if not _complete(getattr(thing, "label", None)):
            raise refuse(f"lacks a language in the label of '{own}' among its {kind}")
        seen.add(own)


def check_source(found: Any, *, name: str) -> Any:
    """The source, if it keeps the contract; `BadExtension` says what is wrong with it."""
    texts = [attribute for attribute in ("name", "kind", "pack", "currency") if not isinstance(getattr(found, attribute, None), str)]
    words = [attribute for attribute in ("label", "note") if not _complete(getattr(found, attribute, None))]
    calls = [method for method in ("default_location", "tables") if not callable(getattr(found, method, None))]
    if texts or words or calls:
        raise BadExtension(group=SOURCES, name=name, reason=f"lacks {', '.join([*texts, *words, *calls])}")
    if found.name != name:
        raise BadExtension(group=SOURCES, name=name, reason=f"calls itself '{found.name}'")
    return found


def check_connector(found: Any, *, name: str) -> Any:
    """The connector, if it keeps the contract; `BadExtension` says what is wrong with it."""

    def refuse(reason: str) -> BadExtension:
        return BadExtension(group=CONNECTORS, name=name, reason=reason)

    words = [attribute for attribute in ("label", "note") if not _complete(getattr(found, attribute, None))]
    calls = [method for method in ("check", "streams", "read") if not callable(getattr(found, method, None))]
    if words or calls:
        raise refuse(f"lacks {', '.join([*words, *calls])}")
    if getattr(found, "kind", None) != name:
        raise refuse(f"calls itself '{getattr(found, 'kind', '')}'")
    if not getattr(found, "modes", ()):
        raise refuse("declares no mode")
    _check_declarations(getattr(found, "settings", ()), "settings", refuse)
    return found


def _loaded(group: str, check: Callable[..., Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    origins: dict[str, EntryPoint] = {}
    for entry in sorted(entry_points(group=group), key=lambda entry: (entry.name, entry.value)):
        if entry.name in found:
            if origins[entry.name].value == entry.value:  # one distribution seen twice on the path
                continue
            raise BadExtension(group=group, name=entry.name, reason=f"is declared twice: {origins[entry.name].value} and {entry.value}")
        try:
            thing = entry.load()
        except (ImportError, AttributeError) as error:
            raise BadExtension(group=group, name=entry.name, reason=f"cannot be loaded from {entry.value}: {error}") from error
        found[entry.name], origins[entry.name] = check(thing, name=entry.name), entry
    return found


@cache
def _declared_packs() -> dict[str, Pack]:
    return _loaded(PACKS, check_pack)


@cache
def _declared_sources() -> dict[str, Any]:
    return _loaded(SOURCES, check_source)


@cache
def _declared_connectors() -> dict[str, Any]:
    return _loaded(CONNECTORS, check_connector)


def _merged(name: str, below: tuple[str, ...]) -> Pack:
    known = _declared_packs()
    if name not in known:
        raise UnknownName(kind=both("行业包", "pack"), name=name, known=known)
    if name in below:
        raise BadExtension(group=PACKS, name=name, reason=f"extends itself: {' -> '.join([*below, name])}")
    merged = known[name]
    for parent in reversed(merged.extends):
        merged = with_parent(merged, _merged(parent, (*below, name)))
    return merged


def with_parent(own: Pack, parent: Pack) -> Pack:
    """The pack with what it does not declare itself taken from the parent, whose declarations come first; replaced ones keep the place."""
    changes: dict[str, Any] = {}
    for glossary in GLOSSARIES:
        changes[glossary] = {**getattr(parent, glossary), **getattr(own, glossary)}
    for kind in DECLARATIONS:
        named = {declared_name(thing): thing for thing in getattr(parent, kind)}
        named |= {declared_name(thing): thing for thing in getattr(own, kind)}
        changes[kind] = tuple(named.values())
    synonyms = (parent.format_synonyms, own.format_synonyms)
    changes["format_synonyms"] = {code: tuple(word for part in synonyms for word in part.get(code, ())) for code in changes["formats"]}
    changes["customer_kinds"] = own.customer_kinds or parent.customer_kinds
    changes["grades"] = own.grades or parent.grades
    return replace(own, **changes)


assert {*GLOSSARIES, *DECLARATIONS} <= {declared.name for declared in fields(Pack)}  # noqa: S101 - a misspelt field would silently not be inherited
