"""Rotation as a person asks for it: audited, with the work of sealing everything again in the background."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from xingke.loop.personal import reseal_lake, reseal_pieces
from xingke.privacy.searching import files_with
from xingke_web.accounts.contracts import Viewer, WorkspaceInfo
from xingke_web.audit.facade import record
from xingke_web.config.key_rotation import (
    KeyInUse,
    KeyLine,
    data_key_retire,
    data_key_rotate,
    key_marks,
    keys_listed,
    ring_rotate,
    ring_trim,
)
from xingke_web.config.resealing import resealers
from xingke_web.config.vault import vault_of
from xingke_web.jobs.facade import job_add
from xingke_web.loop.facade import lake_of, pieces_of
from xingke_web.privacy.places import workspace_of_id

SETTLE = timedelta(minutes=3)
"""How long the background work waits, so that every process seals with the new key by then."""


@transaction.atomic
def key_rotate(workspace: WorkspaceInfo, *, viewer: Viewer | None = None, at_once: bool = False) -> int:
    """A new data key for the workspace; what older ones sealed is sealed again in the background, and then they are retired."""
    from xingke_web.privacy.tasks import reseal

    version = data_key_rotate(workspace.id)
    record("keys.rotated", viewer=viewer, system=viewer is None, workspace_id=workspace.id, version=version)
    delay = None if at_once else SETTLE
    job_add(reseal, workspace.id, workspace_id=workspace.id, unique_key=f"privacy.reseal.{workspace.id}.{version}", delay=delay)
    return version


def wrapping_key_rotate(*, viewer: Viewer | None = None, workspace_id: int | None = None) -> int:
    """A new wrapping key for the installation: every data key is wrapped again and old lines leave the key file; no value changes."""
    ring_id, wrapped = ring_rotate()
    ring_trim()
    record("keys.ring_rotated", viewer=viewer, system=viewer is None, workspace_id=workspace_id, ring=ring_id, wrapped=wrapped)
    return wrapped


def resealed(workspace_id: int) -> int:
    """Put everything under the newest data key; returns how many values and files were sealed again. Resumes where it was cut off."""
    workspace, vault = workspace_of_id(workspace_id), vault_of(workspace_id)
    done = sum(reseal(workspace_id, vault) for _, reseal in resealers())
    lake, now = lake_of(workspace), timezone.now()
    if not lake.is_empty:
        with lake.writer(now=now) as writer:
            written = reseal_lake(writer, vault, now=now)
            if written:
                writer.publish()
            lake.forget_past()
        done += written
    done += reseal_pieces(pieces_of(workspace), vault)
    record("keys.resealed", system=True, workspace_id=workspace_id, values=done)
    return done


def key_retire(workspace: WorkspaceInfo, version: int, *, viewer: Viewer | None = None) -> str:
    """Take an old data key out for good.

    Raises
    ------
    KeyInUse
        Something is still sealed with it; nothing was changed.
    """
    line = next((each for each in keys_listed(workspace.id) if each.use == "data" and each.version == version), None)
    key_id = data_key_retire(workspace.id, version, places=_files(workspace, line.key_id if line else ""))
    record("keys.retired", viewer=viewer, system=viewer is None, workspace_id=workspace.id, key=key_id, version=version)
    return key_id


def old_keys_retire(workspace: WorkspaceInfo) -> list[int]:
    """Retire every data key that nothing needs any more; returns their versions."""
    retired = []
    for line in _old_keys(workspace):
        try:
            key_retire(workspace, line.version)
        except KeyInUse:
            continue
        retired.append(line.version)
    return retired


def _old_keys(workspace: WorkspaceInfo) -> list[KeyLine]:
    return [line for line in keys_listed(workspace.id) if line.use == "data" and not line.is_current and line.retired_at is None]


def _files(workspace: WorkspaceInfo, key_id: str) -> Iterator[str]:
    """Files of the installation that hold values of a key; the database is asked by its tables."""
    home = settings.XINGKE
    database = [home.database.with_name(home.database.name + end) for end in ("", "-wal", "-shm")]
    if key_id:
        for paths in files_with(home.path, key_marks(key_id), leave_out=(home.keys, home.static, *database)).values():
            yield from paths
