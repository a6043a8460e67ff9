"""One customer of many records: normal forms, matching, clusters, the golden record, and how each is explained."""

from xingke.identity.linkage import Decisions, LinkPlan, LinkResult, Model, link
from xingke.identity.resolve import Candidate, Resolver

__all__ = ["Candidate", "Decisions", "LinkPlan", "LinkResult", "Model", "Resolver", "link"]
