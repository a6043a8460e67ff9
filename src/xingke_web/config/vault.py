"""The vault of a workspace: its wrapped keys in the database, unwrapped by the key ring of the installation."""

import base64
from typing import Any, Final

from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from xingke.privacy import DataKey, KeySet, Vault, Wrapped
from xingke_web.config.keys import key_ring, key_ring_forget, unwrap

DATA: Final = "data"
BLIND: Final = "blind"

_VAULTS: Final[dict[int, Vault]] = {}


def vault_of(workspace_id: int) -> Vault:
    """The vault of a workspace; the same one in every thread of a process.

    A workspace that has no keys yet gets them. Those are remembered once their transaction is committed, so that nothing is sealed with
    keys that a rollback takes away.

    Raises
    ------
    xingke.privacy.CannotOpen
        The key ring does not hold the key that wrapped the workspace's keys.
    """
    found = _VAULTS.get(workspace_id)
    if found is not None:
        return found
    made = not _rows(workspace_id).exists()
    if made:
        workspace_keys_make(workspace_id)
    vault = Vault(keys_of(workspace_id), reload=lambda: keys_of(workspace_id))
    if not (made and connection.in_atomic_block):
        _VAULTS[workspace_id] = vault
    return vault


def vaults_forget() -> None:
    """Read the keys again at the next use: after a restore, and between tests."""
    _VAULTS.clear()
    key_ring_forget()


def keys_of(workspace_id: int) -> KeySet:
    """The keys of a workspace as the database has them now."""
    opened: dict[str, list[DataKey]] = {DATA: [], BLIND: []}
    for row in _rows(workspace_id).filter(retired_at__isnull=True).order_by("-version"):
        opened[row.use].append(unwrap(wrapped_of(row), place=place_of(row)))
    return KeySet(tuple(opened[DATA]), opened[BLIND][0].secret)


def workspace_keys_make(workspace_id: int) -> None:
    """The first keys of a workspace; keys that are there stay."""
    for use in (DATA, BLIND):
        try:
            with transaction.atomic():
                if not _rows(workspace_id).filter(use=use).exists():
                    key_store(workspace_id, use=use, version=1, key=DataKey.fresh())
        except IntegrityError:  # another process was quicker; its keys serve
            continue


def key_store(workspace_id: int, *, use: str, version: int, key: DataKey) -> None:
    """Store a key, wrapped by the newest key of the ring."""
    row = _model()(workspace_id=workspace_id, use=use, version=version, key_id=key.id, created_at=timezone.now())
    wrap_into(row, key)
    row.save(force_insert=True)


def wrap_into(row: Any, key: DataKey) -> None:
    """Put a key into a row, wrapped by the newest key of the ring."""
    wrapped = key_ring().wrap(key, place=place_of(row))
    row.ring_id, row.token = wrapped.ring_id, base64.urlsafe_b64encode(wrapped.token).decode("ascii")


def wrapped_of(row: Any) -> Wrapped:
    """The wrapped key of a row."""
    return Wrapped(row.ring_id, base64.urlsafe_b64decode(row.token))


def place_of(row: Any) -> str:
    """What a wrapped key is bound to: a row copied to another workspace or use cannot be unwrapped there."""
    return f"workspace {row.workspace_id}, {row.use} key {row.version}"


def _rows(workspace_id: int) -> Any:
    return _model().objects.filter(workspace_id=workspace_id)


def _model() -> Any:
    """The table lies in `accounts`, beside the workspaces; the settings are below every app and name it by its label."""
    return apps.get_model("accounts", "WorkspaceKey")
