"""What other apps may ask of segments."""

from xingke_web.audiences.contracts import SegmentInfo, SegmentNotFound, SegmentUse
from xingke_web.audiences.reaching import reach_register
from xingke_web.audiences.selectors import segment_for, segment_members, segments_visible
from xingke_web.audiences.services import segment_declare
from xingke_web.audiences.uses import use_register

__all__ = [
    "SegmentInfo",
    "SegmentNotFound",
    "SegmentUse",
    "reach_register",
    "segment_declare",
    "segment_for",
    "segment_members",
    "segments_visible",
    "use_register",
]
