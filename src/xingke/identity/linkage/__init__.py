"""Linking records that describe one customer: a plan as data, trained without labels, guarded against chains, open to decisions."""

from xingke.identity.linkage.levels import alike, crossed, edits, equal, within
from xingke.identity.linkage.linking import LinkResult, link
from xingke.identity.linkage.model import Model
from xingke.identity.linkage.person import PERSON, person_records
from xingke.identity.linkage.plan import RECORD_ID, Apart, Block, Comparison, Decisions, Guard, Key, Level, LinkPlan, Own
from xingke.identity.linkage.waterfall import Step, waterfall

__all__ = [
    "PERSON", "RECORD_ID", "Apart", "Block", "Comparison", "Decisions", "Guard", "Key", "Level", "LinkPlan", "LinkResult", "Model", "Own",
    "Step",
    "alike", "crossed", "edits", "equal", "link", "person_records", "waterfall", "within",
]  # fmt: skip
