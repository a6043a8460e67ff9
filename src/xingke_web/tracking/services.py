"""Write keys and rejected events: what people do with them."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from xingke.errors import UserFacingError
from xingke_web.accounts.facade import Viewer, WorkspaceInfo
from xingke_web.audit.facade import record
from xingke_web.config.vault import vault_of
from xingke_web.tracking.models import RejectedEvent, WriteKey
from xingke_web.tracking.places import events_root
from xingke_web.tracking.retries import retry_write
from xingke_web.tracking.sealing import REJECTED_PLACE
from xingke_web.tracking.secret_keys import secret_hash, secret_hint, secret_new

RETRY_AT_ONCE = 10_000


class NameTaken(UserFacingError):
    """The workspace has a key of this name."""


@dataclass(frozen=True)
class NewKey:
    """A key just made, with its secret: it is shown now and never again."""

    key: WriteKey
    secret: str


def key_make(workspace: WorkspaceInfo, *, name: str, system: str, **settings: Any) -> NewKey:
    """A new write key, without a word in the audit log: for samples and benches; people use `key_create`.

    Raises
    ------
    NameTaken
        The name is in use; it tells events of one source from another's, also after a key is disabled.
    """
    if WriteKey.objects.filter(workspace_id=workspace.id, name=name).exists():
        raise NameTaken(zh=f"已有名为「{name}」的密钥，请换一个名称", en=f"there is a key '{name}' already; choose another name")
    secret = secret_new()
    key = WriteKey(
        workspace_id=workspace.id, name=name, system=system, secret_hash=secret_hash(secret), hint=secret_hint(secret), **settings
    )
    key.full_clean()
    key.save(force_insert=True)
    return NewKey(key, secret)


@transaction.atomic
def key_create(*, viewer: Viewer, name: str, system: str, **settings: Any) -> NewKey:
    """A new write key, written down."""
    made = key_make(viewer.workspace, name=name, system=system, **settings)
    record("tracking.key_made", viewer=viewer, subject=made.key, key=name, kind=system)
    return made


@transaction.atomic
def key_change(*, viewer: Viewer, key: WriteKey, **settings: Any) -> None:
    """Change what a key may send; its name and secret stay."""
    for name, value in settings.items():
        setattr(key, name, value)
    key.full_clean()
    key.save(update_fields=list(settings))
    record("tracking.key_changed", viewer=viewer, subject=key, key=key.name)


@transaction.atomic
def key_switch(*, viewer: Viewer, key: WriteKey, on: bool) -> None:
    """Disable a key, or enable it again; the server follows within seconds."""
    if key.is_live == on:
        return
    key.disabled_at = None if on else timezone.now()
    key.save(update_fields=["disabled_at"])
    record("tracking.key_enabled" if on else "tracking.key_disabled", viewer=viewer, subject=key, key=key.name)


@transaction.atomic
def plan_change(*, viewer: Viewer, key: WriteKey, plan: dict[str, Any], mode: str) -> None:
    """Declare the events of a key and what a violation leads to."""
    if mode not in WriteKey.PlanMode.values:
        raise ValidationError({"plan_mode": mode})
    key.plan, key.plan_mode = plan, mode
    key.save(update_fields=["plan", "plan_mode"])
    record("tracking.plan_changed", viewer=viewer, subject=key, key=key.name, events=len(plan))


@transaction.atomic
def rejected_retry(*, viewer: Viewer, reason: str) -> int:
    """Send the rejected events of one reason through the reader again, under the rules of now.

    Those that are still refused come back as new rows of quarantine. Returns how many were sent, ten thousand at most at once.
    """
    rows = list(
        RejectedEvent.objects.filter(workspace_id=viewer.workspace.id, state=RejectedEvent.State.OPEN, reason=reason)[:RETRY_AT_ONCE]
    )
    if not rows:
        return 0
    vault = vault_of(viewer.workspace.id)
    lines = [vault.open_bytes(bytes(row.sealed), place=REJECTED_PLACE) for row in rows]
    RejectedEvent.objects.filter(pk__in=[row.pk for row in rows]).update(state=RejectedEvent.State.RETRIED)
    record("tracking.retried", viewer=viewer, reason=reason, events=len(rows))
    # The file last: were the transaction to fail after it, the events would be repeats, never lost.
    retry_write(events_root(viewer.workspace), lines, vault)
    return len(rows)
