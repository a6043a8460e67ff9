"""Filter bars declared in Python: fields read from the address, one removable chip for each that is set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from xingke_web.ui.tables import without_query

Text = str | Promise


class InvalidFilter(ValueError):
    """A value from the address that the field cannot take; its text is shown at the field."""


@dataclass(frozen=True)
class FilterField:
    """A text the rows have to contain; the base of the other kinds."""

    name: str
    label: Text
    placeholder: Text = ""
    always_shown: bool = True
    kind: str = "text"

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the address that belong to the field."""
        return (self.name,)

    def parse(self, query: QueryDict) -> Any:
        """The value, None when the field is not set."""
        return query.get(self.name, "").strip() or None

    def say(self, value: Any) -> str:
        """The value in words, for the chip."""
        return f"{self.label}: {value}"


@dataclass(frozen=True)
class ChoiceFilter(FilterField):
    """One of some choices, `(value, label)`."""

    choices: Sequence[tuple[str, Text]] = ()
    kind: str = "choice"

    def parse(self, query: QueryDict) -> str | None:
        """The chosen value, if it is one of the choices."""
        value = query.get(self.name, "")
        if value and value not in {key for key, _label in self.choices}:
            raise InvalidFilter(_("“%(value)s” is not one of the choices.") % {"value": value})
        return value or None

    def say(self, value: Any) -> str:
        """The label of the choice."""
        return f"{self.label}: {dict(self.choices)[value]}"


@dataclass(frozen=True)
class MultiChoiceFilter(FilterField):
    """Any of some choices, as a tuple of values."""

    choices: Sequence[tuple[str, Text]] = ()
    kind: str = "multi"

    def parse(self, query: QueryDict) -> tuple[str, ...] | None:
        """The chosen values; unknown ones are refused."""
        known = {key for key, _label in self.choices}
        values = tuple(dict.fromkeys(value for value in query.getlist(self.name) if value))
        unknown = [value for value in values if value not in known]
        if unknown:
            raise InvalidFilter(_("“%(value)s” is not one of the choices.") % {"value": unknown[0]})
        return values or None

    def say(self, value: Any) -> str:
        """The labels of the choices."""
        labels = dict(self.choices)
        return f"{self.label}: {' / '.join(str(labels[one]) for one in value)}"


@dataclass(frozen=True)
class NumberRangeFilter(FilterField):
    """From and to, both included and each optional, as a pair of `Decimal | None`; `per_cent` turns 35 into 0.35."""

    per_cent: bool = False
    kind: str = "number"

    @property
    def keys(self) -> tuple[str, ...]:
        """The lower and the upper end."""
        return (f"{self.name}_min", f"{self.name}_max")

    def parse(self, query: QueryDict) -> tuple[Decimal | None, Decimal | None] | None:
        """The ends; an upper end below the lower one is refused."""
        low, high = (self._number(query.get(key, "")) for key in self.keys)
        if low is not None and high is not None and high < low:
            raise InvalidFilter(_("The upper end lies below the lower one."))
        return None if low is None and high is None else (low, high)

    def say(self, value: Any) -> str:
        """`Score ≥ 20`, `Score 20–60`."""
        factor, sign = (100, "%") if self.per_cent else (1, "")
        low, high = (None if end is None else f"{(end * factor).normalize():f}{sign}" for end in value)
        if low is not None and high is not None:
            return f"{self.label} {low}–{high}"
        return f"{self.label} ≥ {low}" if low is not None else f"{self.label} ≤ {high}"

    def _number(self, text: str) -> Decimal | None:
        if not text.strip():
            return None
        try:
            number = Decimal(text.strip())
        except InvalidOperation:
            raise InvalidFilter(_("“%(value)s” is not a number.") % {"value": text}) from None
        if not number.is_finite():
            raise InvalidFilter(_("“%(value)s” is not a number.") % {"value": text})
        return number / 100 if self.per_cent else number


@dataclass(frozen=True)
class DayRangeFilter(FilterField):
    """From one day to another, both included and each optional, as a pair of `date | None`."""

    kind: str = "day"

    @property
    def keys(self) -> tuple[str, ...]:
        """The first and the last day."""
        return (f"{self.name}_from", f"{self.name}_to")

    def parse(self, query: QueryDict) -> tuple[date | None, date | None] | None:
        """The ends; a last day before the first one is refused."""
        first, last = (_day(query.get(key, "")) for key in self.keys)
        if first and last and last < first:
            raise InvalidFilter(_("The last day lies before the first one."))
        return (first, last) if first or last else None

    def say(self, value: Any) -> str:
        """`Opened 2026-01-01–2026-03-31`, open ends with an arrow."""
        first, last = value
        if first and last:
            return f"{self.label} {first}–{last}"
        return f"{self.label} ≥ {first}" if first else f"{self.label} ≤ {last}"


@dataclass(frozen=True)
class FlagFilter(FilterField):
    """On or not set."""

    kind: str = "flag"

    def parse(self, query: QueryDict) -> bool | None:
        """True when it is on."""
        return True if query.get(self.name) in {"1", "on", "true"} else None

    def say(self, value: Any) -> str:
        """The label alone."""
        return str(self.label)


@dataclass(frozen=True)
class FilterChip:
    """A filter that is set, in words, and the address without it."""

    text: str
    remove_url: str


@dataclass(frozen=True)
class ShownField:
    """A field as the bar draws it."""

    field: FilterField
    raw: tuple[str, ...]
    error: str

    @property
    def low(self) -> str:
        """What was typed into the first input."""
        return self.raw[0] if self.raw else ""

    @property
    def high(self) -> str:
        """What was typed into the second input of a range."""
        return self.raw[1] if len(self.raw) > 1 else ""


@dataclass(frozen=True)
class BoundFilters:
    """The filters of one request; `values` go to the selector, the rest to `ui/filters.html`."""

    values: Mapping[str, Any]
    errors: Mapping[str, str]
    chips: tuple[FilterChip, ...]
    fields: tuple[ShownField, ...]
    clear_url: str
    kept: tuple[tuple[str, str], ...]

    @property
    def is_active(self) -> bool:
        """Whether any filter is set."""
        return bool(self.chips)

    def get(self, name: str) -> Any:
        """The value of a field, None when it is not set."""
        return self.values.get(name)


@dataclass(frozen=True)
class FilterSet:
    """The declared filters of a page."""

    fields: Sequence[FilterField]

    def parse(self, query: QueryDict) -> BoundFilters:
        """Read the address; a value that cannot be used is left out and its field says why."""
        values: dict[str, Any] = {}
        errors: dict[str, str] = {}
        chips: list[FilterChip] = []
        for field in self.fields:
            try:
                value = field.parse(query)
            except InvalidFilter as error:
                errors[field.name] = str(error)
                continue
            if value is not None:
                values[field.name] = value
                chips.append(FilterChip(field.say(value), without_query(query, *field.keys, "page")))
        own = {key for field in self.fields for key in field.keys}
        return BoundFilters(
            values=values,
            errors=errors,
            chips=tuple(chips),
            fields=tuple(ShownField(one, _raw(one, query), errors.get(one.name, "")) for one in self.fields),
            clear_url=without_query(query, *own, "page"),
            kept=tuple((key, value) for key, items in query.lists() if key not in own and key != "page" for value in items),
        )


def _raw(field: FilterField, query: QueryDict) -> tuple[str, ...]:
    if isinstance(field, MultiChoiceFilter):
        return tuple(query.getlist(field.name))
    return tuple(query.get(key, "") for key in field.keys)


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InvalidFilter(_("“%(value)s” is not a day; write it as 2026-01-31.") % {"value": text}) from None
