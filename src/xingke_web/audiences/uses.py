"""Who builds on segments: each app names its own uses, so that nobody retires what others rely on."""

from collections import defaultdict

from xingke_web.audiences.contracts import SegmentUse, SegmentUses, UseSource

_sources: dict[str, UseSource] = {}


def use_register(source: UseSource) -> None:
    """Name who knows uses of segments; the same function again changes nothing."""
    _sources[f"{source.__module__}.{source.__qualname__}"] = source


def uses_of(workspace_id: int) -> SegmentUses:
    """Uses by the key of the segment."""
    found: defaultdict[str, list[SegmentUse]] = defaultdict(list)
    for source in _sources.values():
        for use in source(workspace_id):
            found[use.segment_key].append(use)
    return {key: tuple(uses) for key, uses in found.items()}
