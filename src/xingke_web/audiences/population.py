"""The customers a question is about: a workspace's lake within a scope, and the conditions that can be asked of it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from xingke.engine import LakeReader
from xingke.expr import EVERYBODY, Catalogue, Condition, from_json, scope_sql
from xingke.segments import count_members, member_ids
from xingke_web.accounts.facade import ROOT, Viewer, WorkspaceInfo
from xingke_web.audiences.conditions import Rules, resolved, rules_of, rules_visible, viewer_words, workspace_words
from xingke_web.audiences.models import Segment
from xingke_web.loop.facade import lake_reader

MEMBERSHIP = "segment_membership"
CHANGE = "segment_change"


@dataclass(frozen=True)
class Population:
    """All that a question about members needs; `scope_path` None means the whole workspace."""

    reader: LakeReader
    catalogue: Catalogue
    rules: Rules
    as_of: date
    scope_path: str | None

    def parsed(self, condition: object) -> Condition:
        """A condition from JSON, its names known and its values typed; raises ConditionError."""
        return from_json(condition, self.catalogue)

    def asked(self, tree: Condition) -> Condition:
        """The condition as the lake can answer it now."""
        return resolved(tree, self.rules, self.catalogue, fresh=self.reader.has(MEMBERSHIP))

    def count(self, tree: Condition) -> int:
        """How many customers it holds."""
        return count_members(self.reader, self.asked(tree), self.catalogue, as_of=self.as_of, scope_path=self.scope_path)

    def size(self) -> int:
        """How many customers there are."""
        return self.count(EVERYBODY)

    def ids(self, tree: Condition) -> npt.NDArray[np.int64]:
        """Who they are, ascending."""
        return member_ids(self.reader, self.asked(tree), self.catalogue, as_of=self.as_of, scope_path=self.scope_path)

    def tree_of(self, segment: Segment) -> Condition:
        """The current rule of a segment."""
        return self.parsed(segment.condition)


def population_of(workspace: WorkspaceInfo, scope_path: str | None = None) -> Population:
    """The customers of a workspace below a unit; raises LakeEmpty before the first run."""
    rules = rules_of(workspace.id)
    return _population(workspace, scope_path, rules, workspace_words(workspace, rules))


def population_for(viewer: Viewer) -> Population:
    """The customers a viewer is looking at, and the segments that they may ask about."""
    rules = rules_visible(viewer)
    return _population(viewer.workspace, viewer.scope_path, rules, viewer_words(viewer, rules))


def _population(workspace: WorkspaceInfo, scope_path: str | None, rules: Rules, catalogue: Catalogue) -> Population:
    return Population(
        reader=lake_reader(workspace),
        catalogue=catalogue,
        rules=rules,
        as_of=workspace.as_of,
        scope_path=None if scope_path in (None, ROOT) else scope_path,
    )


def stored_counts(population: Population) -> dict[str, dict[str, int]]:
    """By segment key, within the scope: members at the last refresh, and how many entered and left then. One query."""
    reader = population.reader
    if not reader.has(MEMBERSHIP):
        return {}
    inside, parameters = _inside(population.scope_path)
    parts = [f"select segment_key, 'members' as what, count(*) as customers from {MEMBERSHIP} {inside} group by segment_key"]  # noqa: S608 - names above
    if reader.has(CHANGE):
        parts.append(f"select segment_key, change, count(*) from {CHANGE} {inside} group by segment_key, change")  # noqa: S608 - names above
    found: dict[str, dict[str, int]] = {}
    for row in reader.rows(" union all ".join(parts), parameters):
        found.setdefault(row["segment_key"], {})[row["what"]] = row["customers"]
    return found


def _inside(scope_path: str | None) -> tuple[str, dict[str, Any]]:
    where, parameters = scope_where(scope_path)
    return ("", {}) if scope_path is None else (f"where {where}", parameters)


def scope_where(scope_path: str | None) -> tuple[str, dict[str, Any]]:
    """Keeps rows of customers at or below a unit; the separator keeps a longer name of another unit out."""
    if scope_path is None:
        return "true", {}
    return f"customer_id in (select customer_id from customer where {scope_sql(scope_path)})", {}  # noqa: S608 - made by sqlglot
