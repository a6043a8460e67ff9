"""What other apps do with the audit log: declare names, record, verify."""

from datetime import datetime
from typing import Any

from django.db.models import Count

from xingke_web.accounts.contracts import Viewer
from xingke_web.accounts.models import User
from xingke_web.audit.chain import ChainReport, verify_chain
from xingke_web.audit.facts import holds_contact_data
from xingke_web.audit.models import AuditEntry
from xingke_web.audit.names import register
from xingke_web.audit.services import Subject, entry_add

__all__ = ["ChainReport", "entries_counted", "holds_contact_data", "record", "register", "verify_chain"]


def entries_counted(workspace_id: int, *, first: datetime, following: datetime) -> dict[str, int]:
    """How many entries of each name a workspace has in `[first, following)`."""
    found = AuditEntry.objects.filter(workspace_id=workspace_id, at__gte=first, at__lt=following)
    return dict(found.order_by("name").values_list("name").annotate(Count("pk")))


def record(
    name: str,
    *,
    viewer: Viewer | None = None,
    actor: User | None = None,
    system: bool = False,
    workspace_id: int | None = None,
    subject: Subject = None,
    unit: str | None = None,
    **facts: Any,
) -> int:
    """Write down that something was done, in the same transaction as the doing. Returns the entry's sequence number.

    Exactly one of `viewer` (their workspace), `actor` (with `workspace_id`) or `system=True` (with `workspace_id`) says who did it.
    `subject` is a model instance or `("kind", key)`. `unit` is the organisation unit that the act concerned, that of a customer say;
    without one it is what the viewer looked at, and for the system and an actor none. Only people of that unit and those above it read
    the entry. Facts are those that the name declares: figures, keys and days, never personal values.
    """
    if (viewer is not None) + (actor is not None) + system != 1:
        raise TypeError("say who did it by exactly one of viewer, actor and system")
    if viewer is not None:
        workspace_id = viewer.workspace.id
        unit = unit or viewer.scope_path
    actor_id = viewer.user_id if viewer is not None else actor.pk if actor is not None else None
    return entry_add(name=name, workspace_id=workspace_id, actor_id=actor_id, subject=subject, facts=facts, org_path=unit).sequence
