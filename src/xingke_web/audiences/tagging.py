"""The tag catalogue: what each tag means, how it is spread, where it comes from and who builds on it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

import sqlglot

from xingke.schema import ColumnType
from xingke.tags import Family, Grain, Tag
from xingke.tags.library import reads
from xingke.tags.units import YUAN
from xingke.words import Words, both
from xingke_web.accounts.facade import Viewer
from xingke_web.audiences.conditions import attributes_in
from xingke_web.audiences.models import Segment
from xingke_web.audiences.population import Population, scope_where
from xingke_web.audiences.views.shared import address
from xingke_web.loop.facade import tag_library
from xingke_web.ui.numbers import currency_unit

NUMBERS: Final = (ColumnType.INTEGER, ColumnType.NUMBER, ColumnType.MONEY)
BINS: Final = 20
TOP_VALUES: Final = 12
SKEWED: Final = 20
"""The largest value is so many times the median: then bins grow by a factor instead of by a step."""

GRAIN_WORDS: Final[dict[Grain, Words]] = {
    Grain.ORDER: both("订单", "orders"),
    Grain.GAP: both("订货间隔", "gaps between orders"),
    Grain.PRODUCT: both("商品", "products"),
    Grain.CLASS: both("价类", "price classes"),
    Grain.CATEGORY: both("品类", "categories"),
    Grain.BRAND: both("品牌", "brands"),
    Grain.TOUCH: both("触达与反馈", "touches and responses"),
    Grain.EVENT: both("行为事件", "tracked events"),
    Grain.PORTRAIT: both("其他标签", "other tags"),
}


@dataclass(frozen=True)
class TagRow:
    """A line of the catalogue. `coverage` is the share of customers with a value."""

    tag: Tag
    name: str
    label: str
    meaning: str
    unit: str
    grain: str
    url: str
    coverage: float | None
    profile: Mapping[str, Any]
    used: int
    users: tuple[tuple[str, str], ...]

    @property
    def is_flag(self) -> bool:
        """Whether it is yes or no."""
        return self.tag.type is ColumnType.FLAG

    @property
    def is_number(self) -> bool:
        """Whether it has a spread."""
        return self.tag.type in NUMBERS

    @property
    def spread(self) -> object:
        """The figure behind the small picture: the share of yes, the median, or how many values differ."""
        return self.profile.get("true_share" if self.is_flag else "p50" if self.is_number else "distinct_values")

    @property
    def format(self) -> str:
        """How its values are shown."""
        return format_of(self.tag)

    @property
    def picture(self) -> dict[str, float] | None:
        """Where p10, p50 and p90 lie between the smallest and the largest value, 0..100, on a scale that suits skewed values."""
        p = self.profile
        if not self.is_number or p.get("minimum") is None:
            return None
        low, high = float(p["minimum"]), float(p["maximum"])
        if high <= low:
            return None
        power = 0.35 if low >= 0 and high > SKEWED * max(float(p["p50"]), high / 1000) else 1.0
        places = {name: round(100 * ((float(p[name]) - low) / (high - low)) ** power, 1) for name in ("p10", "p50", "p90")}
        return {**places, "width": round(max(places["p90"] - places["p10"], 1.5), 1)}


def tag_rows(viewer: Viewer, profiles: Mapping[str, Mapping[str, Any]], *, family: str = "", search: str = "") -> list[TagRow]:
    """The tags of a family whose name, label or definition holds the text."""
    users = tag_users(viewer)
    wanted = search.casefold()
    rows = [_row(tag, viewer, profiles.get(tag.name, {}), users.get(tag.name, ())) for tag in tag_library(viewer.workspace.pack).tags]
    return [
        row for row in rows if (not family or row.tag.family == family) and wanted in f"{row.name}\n{row.label}\n{row.meaning}".casefold()
    ]


def _row(tag: Tag, viewer: Viewer, profile: Mapping[str, Any], users: tuple[tuple[str, str], ...]) -> TagRow:
    customers = profile.get("customers")
    return TagRow(
        tag=tag,
        name=tag.name,
        label=tag.label[viewer.language],
        meaning=tag.meaning[viewer.language],
        unit=unit_of(tag, viewer),
        grain=GRAIN_WORDS[tag.grain][viewer.language],
        url=address("audiences:tag", viewer, tag.name),
        coverage=profile["with_value"] / customers if customers else None,
        profile=profile,
        used=len(users),
        users=users,
    )


def tag_users(viewer: Viewer) -> dict[str, tuple[tuple[str, str], ...]]:
    """By tag, name and address of the segments that read it."""
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for segment in Segment.objects.visible_to(viewer).exclude(state=Segment.State.RETIRED):
        for name in attributes_in(segment.condition):
            found[name].append((segment.name_in(viewer.language), address("audiences:segment", viewer, segment.key)))
    return {name: tuple(sorted(users)) for name, users in found.items()}


def family_tree(viewer: Viewer) -> list[tuple[Family, str, int]]:
    """Each family with its name and how many tags it has."""
    library = tag_library(viewer.workspace.pack)
    counted = [(family, family.label[viewer.language], len(library.in_family(family))) for family in Family]
    return [one for one in counted if one[2]]


def profiles_of(population: Population) -> dict[str, dict[str, Any]]:
    """By tag, what the lake says of its values: of the whole workspace from the stored profile, within a scope counted now."""
    reader = population.reader
    if not reader.has("tag_profile"):
        return {}
    stored = {row["tag"]: row for row in reader.rows("select * from tag_profile")}
    return stored if population.scope_path is None else scoped_profiles(population, tuple(stored))


def format_of(tag: Tag) -> str:
    """The format of a tag's values."""
    if tag.type is ColumnType.MONEY:
        return "money"
    if tag.unit is not None and tag.unit["en"] == "%":
        return "percent"
    return {ColumnType.INTEGER: "integer", ColumnType.NUMBER: "decimal2", ColumnType.DAY: "day"}.get(tag.type, "text")


def unit_of(tag: Tag, viewer: Viewer) -> str:
    """The unit of a tag; amounts are in the workspace's unit of account."""
    if tag.type is ColumnType.MONEY or tag.unit == YUAN:
        return currency_unit(viewer.workspace.currency, viewer.language)
    return tag.unit[viewer.language] if tag.unit else ""


def bin_edges(low: float, median: float, high: float, *, whole: bool) -> list[float]:
    """Edges of at most `BINS` bins: equal steps, or growing ones where few large values would hide all others."""
    if high <= low:
        return [low, low + 1]
    if low >= 0 and high > SKEWED * max(median, high / 1000):
        first = max(median / 8, high / 5000, 1.0 if whole else 0.0)
        factor = (high / first) ** (1 / (BINS - 1))
        grown = [first * factor**place for place in range(BINS)]
        edges = [low, *(edge for edge in grown if edge > low)]
    else:
        edges = [low + (high - low) * place / BINS for place in range(BINS + 1)]
    return _tidy([round(edge) for edge in edges] if whole else edges, high)


def _tidy(edges: Sequence[float], high: float) -> list[float]:
    """Ascending, each once, the last one at or above the largest value."""
    kept = [edges[0]]
    kept += [after for before, after in pairwise(edges) if after > before and after > kept[-1]]
    kept[-1] = max(kept[-1], high)
    return [float(edge) for edge in kept]


def histogram_of(population: Population, tag: Tag) -> tuple[list[float], list[int], dict[str, float]] | None:
    """Edges, counts and quantiles of a number tag in the scope; None without values. The last bin holds its upper edge."""
    reader, (where, parameters) = population.reader, scope_where(population.scope_path)
    column = f'"{tag.name}"'
    found = reader.rows(
        f"select min({column})::double as low, max({column})::double as high, quantile_cont({column}::double, [0.1, 0.5, 0.9]) as q"  # noqa: S608 - a declared name
        f" from portrait where {column} is not null and {where}",
        parameters,
    )[0]
    if found["low"] is None:
        return None
    p10, p50, p90 = found["q"]
    edges = bin_edges(found["low"], p50, found["high"], whole=tag.type is ColumnType.INTEGER)
    cuts = ", ".join(f"{edge!r}::double" for edge in edges[1:-1])
    place = f"list_count(list_filter([{cuts}]::double[], edge -> edge <= {column}::double))" if cuts else "0"
    counted = {
        row["place"]: row["customers"]
        for row in reader.rows(
            f"select {place} as place, count(*) as customers from portrait where {column} is not null and {where} group by place",  # noqa: S608
            parameters,
        )
    }
    return edges, [counted.get(bin_, 0) for bin_ in range(len(edges) - 1)], {"p10": p10, "p50": p50, "p90": p90}


def top_values(population: Population, tag: Tag) -> list[dict[str, Any]]:
    """The most frequent values of a tag that is no number, with their share of the customers of the scope."""
    where, parameters = scope_where(population.scope_path)
    rows = population.reader.rows(
        f'select "{tag.name}" as value, count(*) as customers, count(*) / sum(count(*)) over () as share from portrait where {where}'  # noqa: S608
        f" group by 1 order by customers desc, value limit {TOP_VALUES}",
        parameters,
    )
    return [{**row, "share": float(row["share"])} for row in rows]


def inputs_of(tag: Tag, viewer: Viewer) -> list[tuple[str, str]]:
    """Label and address of the tags that a formula reads."""
    if tag.grain is not Grain.PORTRAIT:
        return []
    library = tag_library(viewer.workspace.pack)
    return [(library[name].label[viewer.language], address("audiences:tag", viewer, name)) for name in sorted(reads(tag))]


def readers_of(tag: Tag, viewer: Viewer) -> list[tuple[str, str]]:
    """Label and address of the tags whose formulas read this one."""
    library = tag_library(viewer.workspace.pack)
    reading = (other for other in library.tags if other.grain is Grain.PORTRAIT and tag.name in reads(other))
    return [(other.label[viewer.language], address("audiences:tag", viewer, other.name)) for other in reading]


def formula_text(tag: Tag) -> str:
    """The expression, one clause a line."""
    return sqlglot.parse_one(tag.sql, read="duckdb").sql("duckdb", pretty=True)


def fitting_condition(tag: Tag, profile: Mapping[str, Any], top: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A condition to begin a segment with: yes, the upper tenth, the most frequent value, or any value at all."""
    if tag.type is ColumnType.FLAG:
        return {"op": "=", "attribute": tag.name, "value": True}
    if tag.type in NUMBERS and profile.get("p90") is not None:
        return {"op": ">=", "attribute": tag.name, "value": _rounded(tag, float(profile["p90"]))}
    if tag.type is ColumnType.DAY:
        return {"op": "days_ago", "attribute": tag.name, "compare": "<=", "days": 90}
    frequent = next((row["value"] for row in top if row["value"] is not None), None)
    if frequent is not None:
        return {"op": "=", "attribute": tag.name, "value": str(frequent)}
    return {"op": "not", "of": {"op": "missing", "attribute": tag.name}}


def _rounded(tag: Tag, value: float) -> int | float | str:
    if tag.type is ColumnType.INTEGER:
        return round(value)
    if tag.type is ColumnType.MONEY:
        return str(Decimal(str(value)).quantize(Decimal("0.01")))
    return round(value, 3)


def scoped_profiles(population: Population, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The same figures as the stored profile, for the customers of a scope, in one query a kind of tag."""
    reader, (where, parameters) = population.reader, scope_where(population.scope_path)
    types = {name: attribute.type for name in names if (attribute := population.catalogue.attributes.get(name)) is not None}
    columns = ["count(*) as customers"]
    for name, type_ in types.items():
        columns.append(f'count("{name}") as "{name}__with_value"')
        if type_ in NUMBERS:
            columns.append(f'min("{name}")::double as "{name}__minimum", max("{name}")::double as "{name}__maximum"')
            columns.append(f'quantile_cont("{name}"::double, [0.1, 0.5, 0.9]) as "{name}__q"')
        elif type_ is ColumnType.FLAG:
            columns.append(f'avg(case when "{name}" then 1.0 when not "{name}" then 0.0 end) as "{name}__true_share"')
        else:
            columns.append(f'count(distinct "{name}") as "{name}__distinct_values"')
    row = reader.rows(f"select {', '.join(columns)} from portrait where {where}", parameters)[0]  # noqa: S608 - declared names
    return {name: _profile(row, name) for name in types}


def _profile(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    q = row.get(f"{name}__q") or [None, None, None]
    kept = ("with_value", "minimum", "maximum", "true_share", "distinct_values")
    return {"customers": row["customers"], **{key: row.get(f"{name}__{key}") for key in kept}, "p10": q[0], "p50": q[1], "p90": q[2]}
