"""Reading segments: those of a workspace, with counts within the viewer's scope."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from xingke.engine import LakeEmpty
from xingke_web.accounts.facade import Viewer, WorkspaceInfo
from xingke_web.audiences.contracts import SegmentInfo, SegmentNotFound
from xingke_web.audiences.models import Segment
from xingke_web.audiences.population import population_for, population_of, stored_counts

Counts = dict[str, dict[str, int]]


def segment_get(viewer: Viewer, key: str) -> Segment:
    """One segment that the viewer may see, whatever its state; raises SegmentNotFound (404)."""
    found = Segment.objects.visible_to(viewer).filter(key=key).select_related("created_by").first()
    if found is None:
        raise SegmentNotFound(key)
    return found


def segment_for(viewer: Viewer, key: str) -> SegmentInfo:
    """One segment as the viewer sees it; raises SegmentNotFound (404)."""
    return next(iter(_infos(viewer, [segment_get(viewer, key)])))


def segments_visible(viewer: Viewer) -> tuple[SegmentInfo, ...]:
    """The active segments that the viewer may see, by name."""
    active = Segment.objects.visible_to(viewer).filter(state=Segment.State.ACTIVE)
    return tuple(sorted(_infos(viewer, active), key=lambda info: info.name))


def segment_members(workspace: WorkspaceInfo, key: str, scope_path: str | None) -> npt.NDArray[np.int64]:
    """Customers for whom the segment's current rule holds now, at or below a unit, ascending; raises SegmentNotFound."""
    population = population_of(workspace, scope_path)
    segment = Segment.objects.filter(workspace_id=workspace.id, key=key).first()
    if segment is None:
        raise SegmentNotFound(key)
    return population.ids(population.tree_of(segment))


def counts_for(viewer: Viewer) -> Counts:
    """Members, entered and left of the last refresh by key, within the scope; empty before the first run."""
    try:
        return stored_counts(population_for(viewer))
    except LakeEmpty:
        return {}


def _infos(viewer: Viewer, segments: Iterable[Segment]) -> list[SegmentInfo]:
    counts = counts_for(viewer)
    return [
        SegmentInfo(
            key=segment.key,
            name=segment.name_in(viewer.language),
            condition_json=segment.condition,
            version=segment.version,
            count=counts.get(segment.key, {}).get("members", 0) if segment.is_refreshed else None,
            refreshed_at=segment.refreshed_at,
            state=segment.state,
            meaning=segment.meaning_in(viewer.language),
            as_tag=segment.as_tag,
        )
        for segment in segments
    ]
