"""Pictures of the quality pages: the rows of each day beside what was expected, and what a table feeds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

Day = tuple[date, int, int | None, int | None, int | None]
_BOX: Final = (176, 42)
_GAP: Final = (72, 10)


def volume_svg(days: Sequence[Day], *, width: int = 132, height: int = 32, most: int = 60) -> SafeString:
    """Bars of rows a day, the expected band behind them, days outside it in the colour of a warning; nothing for fewer than two days."""
    shown = list(days)[-most:]
    if len(shown) < 2:
        return SafeString("")
    top = max(max(rows, high or 0) for _, rows, _, _, high in shown) or 1
    step = width / len(shown)

    def y(value: float) -> str:
        return f"{height - value / top * (height - 2):.1f}"

    banded = [(place, low, high) for place, (_, _, _, low, high) in enumerate(shown) if low is not None and high is not None]
    band = format_html_join(
        "",
        '<rect class="xk-volume-band" x="{}" y="{}" width="{}" height="{}"/>',
        (
            (f"{place * step:.1f}", y(high), f"{step + 0.3:.1f}", f"{max(1.0, (high - low) / top * (height - 2)):.1f}")
            for place, low, high in banded
        ),
    )
    bars = format_html_join(
        "",
        '<rect class="xk-volume-{}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>',
        (
            (
                "odd" if _is_odd(day) else "bar",
                f"{place * step + step * 0.15:.1f}",
                y(day[1]),
                f"{step * 0.7:.1f}",
                f"{day[1] / top * (height - 2):.1f}",
                _said(day),
            )
            for place, day in enumerate(shown)
        ),
    )
    odd = sum(1 for day in shown if _is_odd(day))
    said = gettext("Rows a day from %(first)s to %(last)s; %(odd)s days outside what was expected") % {
        "first": shown[0][0].isoformat(),
        "last": shown[-1][0].isoformat(),
        "odd": odd,
    }
    return format_html(
        '<svg class="xk-volume" viewBox="0 0 {0} {1}" width="{0}" height="{1}" preserveAspectRatio="none" role="img" aria-label="{2}">'
        "{3}{4}</svg>",
        width,
        height,
        said,
        band,
        bars,
    )


def _is_odd(day: Day) -> bool:
    _, rows, _, low, high = day
    return (low is not None and rows < low) or (high is not None and rows > high)


def _said(day: Day) -> str:
    on, rows, _, low, high = day
    return f"{on.isoformat()} {rows:,}" + (f" ({low:,}–{high:,})" if low is not None and high is not None else "")


@dataclass(frozen=True)
class Place:
    """A box of the picture: what it is, and a line below."""

    name: str
    sub: str
    kind: str


def flow_svg(sources: Sequence[Place], table: Place, feeds: Sequence[Place]) -> SafeString:
    """From where a table comes, and what it feeds, left to right."""
    columns = [list(sources), [table], list(feeds)]
    tallest = max(len(column) for column in columns) or 1
    (box_width, box_height), (gap_x, gap_y) = _BOX, _GAP
    height = tallest * (box_height + gap_y)
    middle: dict[int, list[float]] = {}
    boxes = []
    for number, column in enumerate(columns):
        first = (height - len(column) * (box_height + gap_y)) / 2
        for row, place in enumerate(column):
            x, top = number * (box_width + gap_x) + 1, first + row * (box_height + gap_y) + 1
            middle.setdefault(number, []).append(top + box_height / 2)
            boxes.append(
                (place.kind, f"{x:g}", f"{top:g}", box_width, box_height, x + 10, f"{top + 18:g}", place.name, f"{top + 33:g}", place.sub)
            )
    edges = [
        (number * (box_width + gap_x) + box_width + 1, one, (number + 1) * (box_width + gap_x) + 1, other)
        for number in (0, 1)
        for one in middle.get(number, [])
        for other in middle.get(number + 1, [])
    ]
    drawn = format_html_join(
        "",
        '<path class="xk-lineage-edge" d="M{0},{1} C{2},{1} {2},{4} {3},{4}"/>',
        ((x1, f"{y1:g}", (x1 + x2) // 2, x2, f"{y2:g}") for x1, y1, x2, y2 in edges),
    )
    named = format_html_join(
        "",
        '<g class="xk-lineage-{0}"><rect x="{1}" y="{2}" width="{3}" height="{4}" rx="6"/>'
        '<text x="{5}" y="{6}" class="xk-lineage-name">{7}</text><text x="{5}" y="{8}" class="xk-lineage-sub">{9}</text></g>',
        boxes,
    )
    said = (
        f"{', '.join(place.name for place in sources)} → {table.name} → {', '.join(f'{place.name} {place.sub}' for place in feeds) or '—'}"
    )
    width = 3 * box_width + 2 * gap_x + 2
    return format_html(
        '<svg class="xk-lineage" viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="img" aria-label="{2}">{3}{4}</svg>',
        width,
        f"{height:g}",
        said,
        drawn,
        named,
    )
