"""The one way an entry is written."""

from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from xingke_web.audit.chain import START, chain_of, seal
from xingke_web.audit.facts import facts_checked
from xingke_web.audit.models import AuditEntry, AuditHead
from xingke_web.audit.names import name_for

Subject = Model | tuple[str, object] | None


@transaction.atomic
def entry_add(
    *, name: str, workspace_id: int | None, actor_id: int | None, subject: Subject, facts: dict[str, Any], org_path: str | None = None
) -> AuditEntry:
    """Add an entry to its chain, inside the caller's transaction where there is one."""
    checked = facts_checked(name_for(name), facts)
    chain = chain_of(workspace_id)
    AuditHead.objects.get_or_create(chain=chain, defaults={"hash": START})
    head = AuditHead.objects.select_for_update().get(chain=chain)
    kind, key = _subject(subject)
    entry = AuditEntry(
        chain=chain,
        sequence=head.sequence + 1,
        workspace_id=workspace_id,
        at=timezone.now(),
        actor_id=actor_id,
        name=name,
        subject_kind=kind,
        subject_id=key,
        facts=checked,
        org_path=org_path,
        prev_hash=head.hash,
    )
    entry.hash = seal(entry)
    entry.save()
    AuditHead.objects.filter(chain=chain).update(sequence=entry.sequence, hash=entry.hash)
    return entry


def _subject(subject: Subject) -> tuple[str, str]:
    if subject is None:
        return "", ""
    if isinstance(subject, tuple):
        return subject[0], str(subject[1])
    return subject._meta.model_name or "", str(subject.pk)
