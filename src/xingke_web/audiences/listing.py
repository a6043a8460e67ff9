"""The list of segments, their members, and how two of them overlap."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery

from xingke.expr import Condition, ConditionError
from xingke.segments import overlap
from xingke_web.accounts.facade import Viewer, in_scope
from xingke_web.audiences.conditions import keys_in
from xingke_web.audiences.contracts import SegmentUse
from xingke_web.audiences.models import Segment, SegmentVersion
from xingke_web.audiences.population import MEMBERSHIP, Population, stored_counts
from xingke_web.audiences.uses import uses_of
from xingke_web.audiences.views.shared import address

SHOWN = ("display_name", "city", "value_tier", "amount_yuan_365d", "days_since_last_order")


@dataclass(frozen=True)
class SegmentRow:
    """A line of the list; counts are those of the viewer's scope."""

    key: str
    name: str
    meaning: str
    said: str
    url: str
    count: int | None
    refreshed: int | None
    entered: int
    left: int
    version: int
    state: str
    owner: str
    pack_declared: bool
    as_tag: bool
    uses: tuple[SegmentUse, ...]
    refreshed_at: datetime | None

    @property
    def moved(self) -> int | None:
        """Members more or less than before the last refresh."""
        return None if self.refreshed is None else self.entered - self.left


def state_counts(viewer: Viewer) -> dict[str, int]:
    """How many of the segments that the viewer may see stand where."""
    states = list(Segment.objects.visible_to(viewer).values_list("state", flat=True))
    return {state: states.count(state) for state in Segment.State.values}


def segment_rows(viewer: Viewer, population: Population | None, *, state: str, search: str) -> list[SegmentRow]:
    """The segments in one state whose name or meaning holds the text; without a population nothing is counted."""
    latest = SegmentVersion.objects.filter(segment=OuterRef("pk"), version=OuterRef("version"))
    said = latest.values("said_en" if viewer.language == "en" else "said_zh")[:1]
    found = Segment.objects.visible_to(viewer).filter(state=state).annotate(said=Subquery(said)).select_related("created_by")
    counts = stored_counts(population) if population is not None else {}
    uses = all_uses(viewer)
    wanted = search.casefold()
    rows = [_row(segment, viewer, population, counts.get(segment.key, {}), uses.get(segment.key, ())) for segment in found]
    return [row for row in rows if wanted in f"{row.name}\n{row.meaning}\n{row.said}".casefold()]


def all_uses(viewer: Viewer) -> dict[str, tuple[SegmentUse, ...]]:
    """What other apps and other segments build on each segment, in the viewer's scope."""
    used = uses_of(viewer.workspace.id).items()
    found = {key: tuple(use for use in uses if in_scope(use.org_path, viewer.scope_path)) for key, uses in used}
    for other in Segment.objects.visible_to(viewer).exclude(state=Segment.State.RETIRED):
        for key in keys_in(other.condition):
            use = SegmentUse(key, "segment", other.name_in(viewer.language), address("audiences:segment", viewer, other.key))
            found[key] = (*found.get(key, ()), use)
    return found


def _row(
    segment: Segment, viewer: Viewer, population: Population | None, counts: dict[str, int], uses: tuple[SegmentUse, ...]
) -> SegmentRow:
    refreshed = counts.get("members", 0) if segment.refreshed_version is not None else None
    return SegmentRow(
        key=segment.key,
        name=segment.name_in(viewer.language),
        meaning=segment.meaning_in(viewer.language),
        said=segment.said or "",  # type: ignore[attr-defined]  # annotated by the query
        url=address("audiences:segment", viewer, segment.key),
        count=refreshed if segment.is_refreshed else _live(segment, population),
        refreshed=refreshed,
        entered=counts.get("entered", 0),
        left=counts.get("left", 0),
        version=segment.version,
        state=segment.state,
        owner=segment.created_by.display_name if segment.created_by else "",
        pack_declared=segment.pack_declared,
        as_tag=segment.as_tag,
        uses=uses,
        refreshed_at=segment.refreshed_at,
    )


def _live(segment: Segment, population: Population | None) -> int | None:
    """The count by the rule, for a segment that changed since the last refresh."""
    if population is None or segment.state == Segment.State.RETIRED:
        return None
    try:
        return population.count(population.tree_of(segment))
    except ConditionError:  # the rule speaks of something that is gone: the page of the segment says what
        return None


def overlap_of(population: Population, first: Segment, second: Segment) -> dict[str, Any]:
    """How many customers two segments hold and share."""
    left, right = (population.asked(population.tree_of(segment)) for segment in (first, second))
    found = overlap(population.reader, left, right, population.catalogue, as_of=population.as_of, scope_path=population.scope_path)
    either = found.first + found.second - found.shared
    return {
        "first": found.first,
        "second": found.second,
        "shared": found.shared,
        "either": either,
        "of_first": found.shared / found.first if found.first else None,
        "of_second": found.shared / found.second if found.second else None,
    }


def member_rows(
    population: Population, segment: Segment, tree: Condition, *, limit: int | None = None, offset: int = 0
) -> list[dict[str, Any]]:
    """Members by amount, the largest first, with the day they entered."""
    from sqlglot import exp

    from xingke.expr import MemberQuery

    query = MemberQuery(population.catalogue, as_of=population.as_of, scope_path=population.scope_path)
    members = query.condition(population.asked(tree))
    known = [name for name in SHOWN if name in population.catalogue.attributes]
    columns = [exp.alias_(query.column(name), name, quoted=True) for name in known]
    ranked = exp.Ordered(this=query.column("amount_yuan_365d"), desc=True, nulls_first=False)
    chosen = query.select(*columns, where=members, customer_id=True)
    ordered = chosen.order_by(ranked, exp.Ordered(this=chosen.expressions[0].copy(), nulls_first=False)).offset(offset)
    rows: list[dict[str, Any]] = population.reader.rows(ordered.limit(limit) if limit is not None else ordered)
    entered = _entered(population, segment.key, [row["customer_id"] for row in rows])
    return [{**row, "entered_on": entered.get(row["customer_id"]), "amount": row.get("amount_yuan_365d")} for row in rows]


def _entered(population: Population, key: str, ids: Sequence[int]) -> dict[int, Any]:
    if not population.reader.has(MEMBERSHIP) or not ids:
        return {}
    listed = {"key": key, "ids": list(ids)}
    found = population.reader.rows(
        f"select customer_id, entered_on from {MEMBERSHIP} where segment_key = $key and list_contains($ids, customer_id)",  # noqa: S608 - a name above
        listed,
    )
    return {row["customer_id"]: row["entered_on"] for row in found}
