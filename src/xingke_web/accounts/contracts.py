"""What other apps see of people and workspaces."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from xingke.words import Language
from xingke_web.accounts.paths import ROOT
from xingke_web.accounts.roles import WORKSPACE_WIDE, role_allows


@dataclass(frozen=True)
class WorkspaceInfo:
    """A workspace in the language of the reader.

    `as_of` is the business day of its clock (Asia/Shanghai): pinned where the data end earlier, else today. It is exclusive for
    facts: what happened on that day and later is not seen.
    """

    id: int
    slug: str
    name: str
    pack: str
    currency: str
    as_of: date
    pinned: bool
    is_sample: bool
    sample_note: str
    lake_path: Path


@dataclass(frozen=True)
class Viewer:
    """A person in a workspace: what they are, what they may do, and how far they see.

    `org_path` is where their right ends; `scope_path` is what they chose within it, and limits every read.
    """

    user_id: int
    username: str
    display_name: str
    role: str
    role_label: str
    language: Language
    workspace: WorkspaceInfo
    org_path: str
    scope_path: str
    scope_name: str
    customer_number: int | None
    workspaces: tuple[WorkspaceInfo, ...]

    @property
    def is_workspace_wide(self) -> bool:
        """Whether the right begins at the root of the organisation; what they chose to look at within it changes nothing."""
        return self.org_path == ROOT and self.customer_number is None

    def can(self, capability: str) -> bool:
        """Whether the role has the capability, and the right to the whole workspace where it needs that; an undeclared name is an error."""
        return role_allows(self.role, capability) and (self.is_workspace_wide or capability not in WORKSPACE_WIDE)


@dataclass(frozen=True)
class OrgUnitRow:
    """One organisation unit as a source gives it; `path` looks like `/ia/polk/ames`."""

    path: str
    name: str
    level: str


@dataclass(frozen=True)
class SyncCount:
    """What a synchronisation changed."""

    added: int
    changed: int
    removed: int
