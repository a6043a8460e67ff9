"""Segments: named conditions, how many customers they hold, who they are, and how membership changes."""

from xingke.segments.count import Overlap, Reader, count_members, funnel, member_ids, overlap, sample, tier_mix
from xingke.segments.membership import MEMBERSHIP_SCHEMA, Change, membership_change, no_members
from xingke.segments.segment import Segment

__all__ = [
    "MEMBERSHIP_SCHEMA",
    "Change",
    "Overlap",
    "Reader",
    "Segment",
    "count_members",
    "funnel",
    "member_ids",
    "membership_change",
    "no_members",
    "overlap",
    "sample",
    "tier_mix",
]
