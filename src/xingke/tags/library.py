"""A library of tags: checked as it is put together, compiled to the steps that compute them all in one pass."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import sqlglot
from sqlglot import exp

from xingke.engine.step import DIALECT, Step
from xingke.errors import UnknownName, XingkeError
from xingke.schema import ColumnType
from xingke.tags.grains import GRAIN_STEPS, PRODUCT_CODE
from xingke.tags.tag import Family, Grain, Tag
from xingke.words import both, is_complete

PORTRAIT = "portrait"
ORDER_GRAINS = tuple(grain for grain in Grain if grain is not Grain.PORTRAIT)


class BadTag(XingkeError):
    """A tag cannot be part of a library; says which and why."""


@dataclass(frozen=True)
class TagLibrary:
    """Tags in catalogue order.

    Raises
    ------
    BadTag
        A name twice, a label without one of the languages, an expression that does not parse or reads a tag that
        does not exist or that depends on itself.
    """

    tags: tuple[Tag, ...]

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for tag in self.tags:
            if tag.name in seen:
                raise BadTag(f"tag '{tag.name}' is declared twice")
            if not (is_complete(tag.label) and is_complete(tag.meaning)):
                raise BadTag(f"tag '{tag.name}' needs its label and meaning in Chinese and in English")
            seen.add(tag.name)
        self._levels  # noqa: B018 - builds the order once, so that a cycle is refused here

    def __len__(self) -> int:
        return len(self.tags)

    def __getitem__(self, name: str) -> Tag:
        """The tag of that name; `UnknownName` with the closest one otherwise."""
        try:
            return self._by_name[name]
        except KeyError:
            raise UnknownName(kind=both("标签", "tag"), name=name, known=self._by_name) from None

    @cached_property
    def _by_name(self) -> Mapping[str, Tag]:
        return {tag.name: tag for tag in self.tags}

    @cached_property
    def fingerprint(self) -> str:
        """Changes when any definition changes; stored with each portrait as its lineage."""
        text = "\n".join(f"{tag.name}|{tag.type}|{tag.grain}|{tag.sql}" for tag in self.tags)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def in_family(self, family: Family) -> tuple[Tag, ...]:
        """The tags of one family, in catalogue order."""
        return tuple(tag for tag in self.tags if tag.family is family)

    def extended(self, tags: Iterable[Tag]) -> "TagLibrary":
        """The same library with a pack's tags behind."""
        return TagLibrary((*self.tags, *tags))

    def only(self, names: Iterable[str]) -> "TagLibrary":
        """The named tags and whatever they are computed from, in catalogue order."""
        wanted = set(names)
        while needed := {read for name in wanted if self[name].grain is Grain.PORTRAIT for read in reads(self[name])} - wanted:
            wanted |= needed
        return TagLibrary(tuple(tag for tag in self.tags if tag.name in wanted))

    def reading(self, grain: Grain) -> "TagLibrary":
        """The tags that can change when a row of this grain comes, and whatever their formulas read besides."""
        found = {tag.name for tag in self.tags if tag.grain is grain}
        for layer in self._levels:
            found |= {tag.name for tag in layer if reads(tag) & found}
        return self.only(found)

    @cached_property
    def _levels(self) -> tuple[tuple[Tag, ...], ...]:
        """Formula tags in layers: each layer reads only the ones before it."""
        ready = {tag.name for tag in self.tags if tag.grain is not Grain.PORTRAIT}
        waiting = {tag.name: reads(tag) for tag in self.tags if tag.grain is Grain.PORTRAIT}
        levels: list[tuple[Tag, ...]] = []
        while waiting:
            layer = [name for name, needed in waiting.items() if needed <= ready]
            if not layer:
                unknown = {name: sorted(needed - ready) for name, needed in waiting.items()}
                raise BadTag(f"these tags read something that does not exist or depends on itself: {unknown}")
            levels.append(tuple(self._by_name[name] for name in layer))
            ready.update(layer)
            for name in layer:
                del waiting[name]
        return tuple(levels)

    def steps(self) -> tuple[Step, ...]:
        """The whole portrait as named steps.

        Reads `order_line`, `product` and `customer`; writes `customer_order` (grain: an order), `customer_gap`,
        `customer_product`, `customer_category`, `customer_brand` and `portrait` (grain: a customer, every customer).
        """
        used = [grain for grain in ORDER_GRAINS if any(tag.grain is grain for tag in self.tags)]
        return (*_row_steps(used), *(self._grain_step(grain) for grain in used), self._portrait_step(used))

    def _grain_step(self, grain: Grain) -> Step:
        """All tags of one grain, aggregated in one scan of that grain's rows."""
        columns = ", ".join(f"{tag.sql} as {tag.name}" for tag in self.tags if tag.grain is grain)
        return Step(name=f"portrait_{grain.value}", sql=f"select customer_id, {columns} from {grain.value} group by customer_id")

    def _portrait_step(self, grains: Sequence[Grain]) -> Step:
        """Every customer, the grains joined, the formulas layer by layer, each column in its declared type."""
        base = ", ".join(["customer.customer_id", *(_joined_column(tag) for tag in self.tags if tag.grain is not Grain.PORTRAIT)])
        joins = " ".join(
            f"left join portrait_{grain.value} on portrait_{grain.value}.customer_id = customer.customer_id" for grain in grains
        )
        query = f"select {base} from customer {joins}"
        for depth, layer in enumerate(self._levels):
            formulas = ", ".join(f"cast({tag.sql} as {tag.type.sql}) as {tag.name}" for tag in layer)
            query = f"select layer_{depth}.*, {formulas} from ({query}) as layer_{depth}"
        names = ", ".join(["customer_id", *(tag.name for tag in self.tags)])
        return Step(name=PORTRAIT, sql=f"select {names} from ({query}) as built")


def _joined_column(tag: Tag) -> str:
    value = f"portrait_{tag.grain.value}.{tag.name}"
    zero = "false" if tag.type is ColumnType.FLAG else "0"
    return f"cast({f'coalesce({value}, {zero})' if tag.empty_is_zero else value} as {tag.type.sql}) as {tag.name}"


def _row_steps(used: Sequence[Grain]) -> list[Step]:
    """The steps that make the rows of these grains, and those that they are made from."""
    needs = {Grain.GAP: Grain.ORDER, Grain.CLASS: Grain.PRODUCT, Grain.CATEGORY: Grain.PRODUCT, Grain.BRAND: Grain.PRODUCT}
    wanted = {*used, *(needs[grain] for grain in used if grain in needs)}
    steps = [GRAIN_STEPS[grain] for grain in ORDER_GRAINS if grain in wanted]
    return [PRODUCT_CODE, *steps] if Grain.PRODUCT in wanted else steps


def reads(tag: Tag) -> set[str]:
    """The tags that a formula reads."""
    return {column.name for column in sqlglot.parse_one(tag.sql, read=DIALECT).find_all(exp.Column)}
