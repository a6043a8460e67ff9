"""Which collected fields something live reads; the share of them is the use rate of the data (数据利用率).

Tags, metrics, tiers and the segments of the pack are read from their own definitions. What a page or a rule reads in SQL of its own, its
application declares with `use_register`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from xingke.extensions import pack
from xingke.loop.use import FieldUse, metric_uses, segment_uses, tag_uses, tier_uses
from xingke.schema import TABLES
from xingke_web.loop.facade import tag_library

_declared: dict[tuple[str, str], tuple[FieldUse, ...]] = {}


def use_register(kind: str, name: str, fields: Mapping[str, Iterable[str]]) -> None:
    """Declare that something reads columns of tables; the same kind and name again replaces the earlier declaration.

    Raises
    ------
    KeyError
        There is no such table or column.
    """
    _declared[kind, name] = tuple(
        FieldUse(table, TABLES[table].column(column).name, kind, name) for table, columns in fields.items() for column in columns
    )


def uses_of(pack_name: str) -> tuple[FieldUse, ...]:
    """Every use of a field in a workspace of this pack."""
    return tuple(sorted({*_defined(pack_name), *(use for uses in _declared.values() for use in uses)}))


@lru_cache(maxsize=8)
def _defined(pack_name: str) -> tuple[FieldUse, ...]:
    library = tag_library(pack_name)
    segments = [use for segment in pack(pack_name).segments for use in segment_uses(segment.key, segment.condition)]
    return (*tag_uses(library), *metric_uses(), *tier_uses(library), *segments)


@dataclass(frozen=True)
class UseRate:
    """How many of the collected fields are used; a field is collected where its column holds anything."""

    used: int
    collected: int

    @property
    def share(self) -> float:
        """0..1."""
        return self.used / self.collected if self.collected else 0.0


def use_rate(uses: Iterable[FieldUse], collected: Mapping[str, Iterable[str]]) -> UseRate:
    """The rate over the columns that hold anything, by table."""
    read = {(use.table, use.column) for use in uses}
    fields = [(table, column) for table, columns in collected.items() for column in columns]
    return UseRate(sum(1 for field in fields if field in read), len(fields))
