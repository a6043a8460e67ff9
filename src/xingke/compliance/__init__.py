"""Compliance: an action goes in, a verdict comes out; what is not known is not allowed."""

from xingke.compliance.action import (
    CHANNELS,
    LOG_IN_CHANNELS,
    MASS_CHANNELS,
    Action,
    Content,
    Offer,
    RecipientFacts,
)
from xingke.compliance.engine import Finding, Verdict, judge, judge_content, judge_many, rule_set, rules_fingerprint
from xingke.compliance.reach import Barriers, ReachStep
from xingke.compliance.rule import Rule
from xingke.compliance.rules_general import GENERAL_RULES
from xingke.compliance.settings import Settings
from xingke.compliance.text import Phrases

__all__ = [
    "CHANNELS",
    "GENERAL_RULES",
    "LOG_IN_CHANNELS",
    "MASS_CHANNELS",
    "Action",
    "Barriers",
    "Content",
    "Finding",
    "Offer",
    "Phrases",
    "ReachStep",
    "RecipientFacts",
    "Rule",
    "Settings",
    "Verdict",
    "judge",
    "judge_content",
    "judge_many",
    "rule_set",
    "rules_fingerprint",
]
