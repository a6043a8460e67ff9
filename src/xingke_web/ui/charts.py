"""Charts as data: what is drawn and the same numbers as a table.

A builder returns a `Chart`. Its `options` are plain data for charts.js, which knows the theme, the formats by name
(`xingke_web.ui.numbers`), and how each `kind` is drawn; a colour is named by its meaning (`series-1`, `tier-value`, `good`, `bad`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

from xingke_web.ui.numbers import FORMATS, active_language, format_value

Values = Sequence[float | int | None]
Style = Literal["actual", "forecast", "reference"]
TIER_COLOURS = {"value": "tier-value", "potential": "tier-potential", "base": "tier-base", "dormant": "tier-dormant"}


@dataclass(frozen=True)
class Series:
    """One line or row of bars; `band` is the interval around it, `(low, high)` for each point."""

    name: str
    values: Values
    style: Style = "actual"
    colour: str = ""
    band: Sequence[tuple[float, float] | None] = ()


@dataclass(frozen=True)
class Shade:
    """A stretch of the category axis with a name, such as a festival's stocking-up; both ends included."""

    label: str
    start: str
    end: str


@dataclass(frozen=True)
class Chart:
    """A chart for `ui/chart.html`: `options` for the drawing, `columns` and `rows` for the table, `summary` for whoever hears it."""

    kind: str
    options: Mapping[str, Any]
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    summary: str
    formats: Sequence[str] = field(default_factory=tuple)
    currency: str = "CNY"

    def __post_init__(self) -> None:
        """Refuse an unknown format and a ragged table where they are made."""
        unknown = [name for name in self.formats if name not in FORMATS]
        if unknown:
            raise ValueError(f"no format '{unknown[0]}'; known are {', '.join(sorted(FORMATS))}")
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("each row of the table needs a value for each column")

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(value is not None for row in self.rows for value in row[1:])

    @property
    def text_rows(self) -> list[list[str]]:
        """The table as people read it."""
        language = active_language()
        return [
            [format_value(name, value, language, self.currency) for name, value in zip(self.formats, row, strict=True)] for row in self.rows
        ]


def line_chart(
    categories: Sequence[str],
    series: Sequence[Series],
    *,
    fmt: str = "count",
    unit: str = "",
    currency: str = "CNY",
    shades: Sequence[Shade] = (),
    today: str = "",
    axis_label: str = "",
    summary: str,
    from_zero: bool = False,
) -> Chart:
    """How something goes over time: at most four lines, forecasts dashed with their band, stretches shaded, today marked."""
    _same_length(categories, series)
    columns, rows = _series_table(categories, series, axis_label)
    options = {
        "kind": "line",
        "x": list(categories),
        "series": [_series_data(one) for one in series],
        "format": fmt,
        "unit": unit,
        "currency": currency,
        "shades": [{"label": one.label, "from": one.start, "to": one.end} for one in shades],
        "today": today,
        "fromZero": from_zero,
    }
    return Chart("line", options, columns, rows, summary, ("text", *[fmt] * (len(columns) - 1)), currency)


def bar_chart(
    categories: Sequence[str],
    series: Sequence[Series],
    *,
    fmt: str = "count",
    unit: str = "",
    currency: str = "CNY",
    horizontal: bool = True,
    stacked: bool = False,
    hatched: Sequence[str] = (),
    marked: Mapping[str, str] | None = None,
    reference: float | None = None,
    reference_label: str = "",
    axis_label: str = "",
    summary: str,
) -> Chart:
    """Which is bigger: bars from zero. `hatched` categories are left out of the measure; `marked` ones carry a colour by meaning."""
    _same_length(categories, series)
    columns, rows = _series_table(categories, series, axis_label)
    options = {
        "kind": "bar",
        "x": list(categories),
        "series": [_series_data(one) for one in series],
        "format": fmt,
        "unit": unit,
        "currency": currency,
        "horizontal": horizontal,
        "stacked": stacked,
        "hatched": list(hatched),
        "marked": dict(marked or {}),
        "reference": reference,
        "referenceLabel": reference_label,
    }
    return Chart("bar", options, columns, rows, summary, ("text", *[fmt] * (len(columns) - 1)), currency)


def radar_chart(
    dimensions: Sequence[str],
    series: Sequence[Series],
    *,
    highest: float = 100,
    fmt: str = "integer",
    axis_label: str = "",
    summary: str,
) -> Chart:
    """How one customer differs from peers: the first series filled, the others dashed, the numbers of the first two printed."""
    _same_length(dimensions, series)
    columns, rows = _series_table(dimensions, series, axis_label)
    options = {
        "kind": "radar",
        "x": list(dimensions),
        "series": [_series_data(one) for one in series],
        "format": fmt,
        "highest": highest,
        "unit": "",
    }
    return Chart("radar", options, columns, rows, summary, ("text", *[fmt] * (len(columns) - 1)))


@dataclass(frozen=True)
class Flow:
    """How many moved from one node of the left side to one of the right side; `url` opens them."""

    source: str
    target: str
    value: int
    url: str = ""


@dataclass(frozen=True)
class Node:
    """A side of a Sankey: a key, a name and a colour by meaning."""

    key: str
    label: str
    colour: str = ""


def sankey_chart(
    nodes: Sequence[Node], flows: Sequence[Flow], *, columns: tuple[str, str, str, str], unit: str = "", summary: str
) -> Chart:
    """Where customers move from one period to the next.

    `columns` head the table: from, to, how many, share of the source. Shares are of the source in the base period.
    """
    known = {node.key for node in nodes}
    unknown = [flow for flow in flows if flow.source not in known or flow.target not in known]
    if unknown:
        raise ValueError(f"flow {unknown[0].source} -> {unknown[0].target} names a node that is not given")
    labels = {node.key: node.label for node in nodes}
    outgoing = {node.key: sum(flow.value for flow in flows if flow.source == node.key) for node in nodes}
    incoming = {node.key: sum(flow.value for flow in flows if flow.target == node.key) for node in nodes}
    options = {
        "kind": "sankey",
        "format": "integer",
        "unit": unit,
        "nodes": [
            {"key": node.key, "label": node.label, "colour": node.colour, "before": outgoing[node.key], "after": incoming[node.key]}
            for node in nodes
        ],
        "flows": [
            {
                "from": flow.source,
                "to": flow.target,
                "value": flow.value,
                "share": _share(flow.value, outgoing[flow.source]),
                "url": flow.url,
            }
            for flow in flows
            if flow.value
        ],
    }
    rows = [
        (labels[flow.source], labels[flow.target], flow.value, _share(flow.value, outgoing[flow.source])) for flow in flows if flow.value
    ]
    return Chart("sankey", options, columns, rows, summary, ("text", "text", "integer", "percent"))


@dataclass(frozen=True)
class Tile:
    """One area of a tile grid; row and column count from 0."""

    label: str
    row: int
    column: int
    value: float | None
    url: str = ""


def tile_grid(
    tiles: Sequence[Tile],
    *,
    low: float,
    high: float,
    columns: tuple[str, str],
    fmt: str = "percent",
    unit: str = "",
    alert_below: float | None = None,
    summary: str,
) -> Chart:
    """Where: one square an area, placed by a layout table; what lies below `alert_below` is outlined."""
    if len({(tile.row, tile.column) for tile in tiles}) != len(tiles):
        raise ValueError("two tiles share one place")
    options = {
        "kind": "tiles",
        "low": low,
        "high": high,
        "format": fmt,
        "unit": unit,
        "alertBelow": alert_below,
        "tiles": [{"label": tile.label, "row": tile.row, "column": tile.column, "value": tile.value, "url": tile.url} for tile in tiles],
    }
    return Chart("tiles", options, columns, [(tile.label, tile.value) for tile in tiles], summary, ("text", fmt))


def histogram(
    edges: Sequence[float],
    counts: Sequence[int],
    *,
    columns: tuple[str, str],
    fmt: str = "decimal1",
    unit: str = "",
    marks: Mapping[str, float] | None = None,
    summary: str,
) -> Chart:
    """How something is spread: `counts[i]` values lie in `[edges[i], edges[i + 1])`; `marks` name percentiles."""
    if len(edges) != len(counts) + 1:
        raise ValueError(f"{len(counts)} counts need {len(counts) + 1} edges, got {len(edges)}")
    language = active_language()
    names = [f"{format_value(fmt, low, language)}–{format_value(fmt, high, language)}" for low, high in pairwise(edges)]
    options = {
        "kind": "histogram",
        "edges": list(edges),
        "x": names,
        "counts": list(counts),
        "format": "integer",
        "edgeFormat": fmt,
        "unit": unit,
        "marks": [{"label": label, "at": at} for label, at in (marks or {}).items()],
    }
    return Chart("histogram", options, columns, list(zip(names, counts, strict=True)), summary, ("text", "integer"))


def _series_data(series: Series) -> dict[str, Any]:
    data: dict[str, Any] = {"name": series.name, "values": list(series.values), "style": series.style, "colour": series.colour}
    if series.band:
        data["band"] = [None if ends is None else list(ends) for ends in series.band]
    return data


def _series_table(categories: Sequence[str], series: Sequence[Series], axis_label: str) -> tuple[list[str], list[list[object]]]:
    columns, cells = [axis_label], [list[object](categories)]
    for one in series:
        columns.append(one.name)
        cells.append(list(one.values))
        if one.band:
            columns += [f"{one.name} ↓", f"{one.name} ↑"]
            cells += [[ends[side] if ends else None for ends in one.band] for side in (0, 1)]
    return columns, [list(row) for row in zip(*cells, strict=True)]


def _same_length(categories: Sequence[str], series: Sequence[Series]) -> None:
    for one in series:
        if len(one.values) != len(categories) or (one.band and len(one.band) != len(categories)):
            raise ValueError(f"series '{one.name}' does not have one value for each of the {len(categories)} categories")


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
