"""What is made from what: the tables of the live snapshot from left to right, as a drawing and as a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from xingke_web.ingest.selectors import StoredTable
from xingke_web.ui.numbers import active_language, count

BOX_WIDTH: Final = 168
BOX_HEIGHT: Final = 40
GAP_X: Final = 64
GAP_Y: Final = 12
MOST_SPARE: Final = 6
"""Of more tables that nothing is made of, one box stands for all."""


@dataclass(frozen=True)
class Box:
    """A table or a source in its place."""

    name: str
    sub: str
    kind: str
    x: int
    y: int


def parents_of(tables: Sequence[StoredTable], source: str) -> dict[str, tuple[str, ...]]:
    """From what each table was made: a loaded one from the source, a derived one from its inputs that are known."""
    names = {table.name for table in tables}
    found: dict[str, tuple[str, ...]] = {source: ()} if source else {}
    for table in tables:
        if table.kind == "derived":
            # An earlier portrait lives only while the tiers before are made; what stays is that they come from the same facts.
            inputs = {name.removesuffix("_before") if name not in names else name for name in table.inputs}
            # What records no input is counted from the portrait.
            found[table.name] = tuple(sorted((inputs & names) - {table.name})) or tuple({"portrait"} & (names - {table.name}))
        else:
            found[table.name] = (source,) if source else ()
    return found


def levels_of(parents: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """How many steps each table is from the beginning."""
    found: dict[str, int] = {}

    def level(name: str, seen: frozenset[str]) -> int:
        if name in found:
            return found[name]
        above = [level(parent, seen | {name}) for parent in parents.get(name, ()) if parent not in seen]
        return max(above, default=-1) + 1

    for name in parents:
        found[name] = level(name, frozenset())
    return found


def lineage_svg(tables: Sequence[StoredTable], source: str, source_label: str) -> SafeString:
    """The drawing; nothing where there are no tables."""
    if not tables:
        return SafeString("")
    tables = _gathered(tables)
    parents = parents_of(tables, source)
    boxes = _boxes(tables, parents, source, source_label)
    width = max(box.x for box in boxes.values()) + BOX_WIDTH + 2
    height = max(box.y for box in boxes.values()) + BOX_HEIGHT + 2
    edges = format_html_join(
        "",
        '<path class="xk-lineage-edge" d="M{0},{1} C{2},{1} {3},{4} {5},{4}"/>',
        (_curve(boxes[parent], boxes[name]) for name, above in parents.items() for parent in above),
    )
    drawn = format_html_join(
        "",
        '<g class="xk-lineage-{0}"><rect x="{1}" y="{2}" width="{3}" height="{4}" rx="6"/>'
        '<text x="{5}" y="{6}" class="xk-lineage-name">{7}</text><text x="{5}" y="{8}" class="xk-lineage-sub">{9}</text></g>',
        ((box.kind, box.x, box.y, BOX_WIDTH, BOX_HEIGHT, box.x + 10, box.y + 17, box.name, box.y + 32, box.sub) for box in boxes.values()),
    )
    said = "; ".join(f"{name} ← {', '.join(above)}" for name, above in parents.items() if above)
    return format_html(
        '<svg class="xk-lineage" viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="img" aria-label="{2}">{3}{4}</svg>',
        width,
        height,
        said,
        edges,
        drawn,
    )


def _gathered(tables: Sequence[StoredTable]) -> list[StoredTable]:
    """The tables with those that nothing is made of drawn as one, where they are many: a trade brings dozens along."""
    read = {name for table in tables for name in table.inputs}
    spare = [table for table in tables if table.kind == "loaded" and table.name not in read]
    if len(spare) <= MOST_SPARE:
        return list(tables)
    name = gettext("%(count)s other tables") % {"count": len(spare)}
    rest = replace(spare[0], name=name, rows=sum(table.rows for table in spare))
    return [*(table for table in tables if table not in spare), rest]


def _boxes(tables: Sequence[StoredTable], parents: Mapping[str, Sequence[str]], source: str, source_label: str) -> dict[str, Box]:
    levels, filled, language = levels_of(parents), dict[int, int](), active_language()
    known = {table.name: table for table in tables}
    found = {}
    deepest = {level: sum(1 for one in levels.values() if one == level) for level in set(levels.values())}
    tallest = max(deepest.values())
    for name, level in sorted(levels.items(), key=lambda item: (item[1], item[0])):
        row = filled.get(level, 0)
        filled[level] = row + 1
        y = round((tallest - deepest[level]) / 2 * (BOX_HEIGHT + GAP_Y)) + row * (BOX_HEIGHT + GAP_Y) + 1
        x = level * (BOX_WIDTH + GAP_X) + 1
        if name == source:
            found[name] = Box(_short(source_label), gettext("Source"), "source", x, y)
        else:
            rows = gettext("%(count)s rows") % {"count": count(known[name].rows, language)}
            found[name] = Box(name, rows, known[name].kind, x, y)
    return found


def _curve(one: Box, other: Box) -> tuple[int, int, int, int, int, int]:
    x1, y1, x2, y2 = one.x + BOX_WIDTH, one.y + BOX_HEIGHT // 2, other.x, other.y + BOX_HEIGHT // 2
    bend = GAP_X // 2
    return x1, y1, x1 + bend, x2 - bend, y2, x2


def _short(text: str, most: int = 22) -> str:
    """A label cut to what fits into a box; a Chinese character takes two places."""
    taken, places = "", 0
    for letter in text:
        places += 1 if letter.isascii() else 2
        if places > most:
            return f"{taken}…"
        taken += letter
    return taken
