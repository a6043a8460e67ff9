"""Replacing keys without a pause: a new wrapping key for the installation, a new data key for a workspace, and the end of an old one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from xingke.durable import write_whole
from xingke.errors import UserFacingError
from xingke.privacy import DataKey
from xingke.privacy.keyring import ring_line
from xingke_web.config import environment
from xingke_web.config.keys import data_keys, key_ring, key_ring_read_again, unwrap
from xingke_web.config.vault import DATA, key_store, place_of, vault_of, vaults_forget, wrap_into, wrapped_of

QUIET: Final = timedelta(minutes=2)
"""So long after its replacement a process may still seal with the old key; it is not retired before."""


class KeyInUse(UserFacingError):
    """A key cannot be retired, because something is still sealed with it."""


class KeyUnknown(UserFacingError):
    """There is no such key, or it is retired already."""


@dataclass(frozen=True)
class KeyLine:
    """A key as a list shows it; never its bytes."""

    use: str
    version: int
    key_id: str
    ring_id: str
    created_at: datetime
    retired_at: datetime | None
    is_current: bool


def keys_listed(workspace_id: int) -> list[KeyLine]:
    """The keys of a workspace, the newest first."""
    rows = list(_rows(workspace_id).order_by("use", "-version"))
    newest = {use: max((row.version for row in rows if row.use == use and row.retired_at is None), default=0) for use in ("data", "blind")}
    return [
        KeyLine(row.use, row.version, row.key_id, row.ring_id, row.created_at, row.retired_at, row.version == newest[row.use])
        for row in rows
    ]


def ring_rotate() -> tuple[str, int]:
    """Put a new wrapping key in front of the ring and wrap every data key with it; returns its id and how many keys were wrapped.

    Instant, whatever the amount of data, because no value changes. The old lines stay in the file until `ring_trim`.

    Raises
    ------
    UserFacingError
        The ring comes from the environment, where only its owner can change it.
    """
    if environment.DATA_KEYS.read():
        raise UserFacingError(
            zh="密钥环由环境变量 XINGKE_DATA_KEYS 给出：请把新的密钥放在最前，重启后运行 `xingke keys rewrap`",
            en="the ring comes from XINGKE_DATA_KEYS: put the new key in front there, restart, and run `xingke keys rewrap`",
        )
    key_ring_read_again()
    _ring_write((ring_line(), *data_keys()))
    return key_ring().ids[0], rewrap()


def ring_trim() -> int:
    """Remove the lines of the key file that wrap no key any more; returns how many."""
    key_ring_read_again()
    used = set(_model().objects.filter(retired_at__isnull=True).values_list("ring_id", flat=True)) | {key_ring().ids[0]}
    kept = tuple(line for line, ring_id in zip(data_keys(), key_ring().ids, strict=True) if ring_id in used)
    gone = len(data_keys()) - len(kept)
    if gone:
        _ring_write(kept)
    return gone


def rewrap() -> int:
    """Wrap every data key with the first key of the ring; returns how many were wrapped by another one."""
    newest, wrapped = key_ring().ids[0], 0
    for row in _model().objects.filter(retired_at__isnull=True).exclude(ring_id=newest):
        key = unwrap(wrapped_of(row), place=place_of(row))
        wrap_into(row, key)
        row.save(update_fields=["ring_id", "token"])
        wrapped += 1
    return wrapped


@transaction.atomic
def data_key_rotate(workspace_id: int) -> int:
    """A new data key, which seals from now on; returns its version. Older ones still open what they sealed."""
    version = _rows(workspace_id).filter(use=DATA).aggregate(most=models.Max("version"))["most"] + 1
    key_store(workspace_id, use=DATA, version=version, key=DataKey.fresh())
    transaction.on_commit(vaults_forget)
    return int(version)


def data_key_retire(workspace_id: int, version: int, *, places: Iterator[str]) -> str:
    """Take an old data key out for good, after looking whether anything is still sealed with it; returns its id.

    Parameters
    ----------
    places
        Where files still hold values of the key; the database is searched here.

    Raises
    ------
    KeyInUse
        It is the current one, was replaced a moment ago, or something still needs it.
    KeyUnknown
        The workspace has no such key.
    """
    row = _rows(workspace_id).filter(use=DATA, version=version, retired_at__isnull=True).first()
    if row is None:
        raise KeyUnknown(
            zh=f"没有可退役的数据密钥版本 {version}", en=f"there is no data key of version {version} to retire", version=version
        )
    after = _rows(workspace_id).filter(use=DATA, version__gt=version).order_by("version").first()
    if after is None or timezone.now() - after.created_at < QUIET:
        raise KeyInUse(
            zh=f"数据密钥版本 {version} 仍在使用：请先轮换，{int(QUIET.total_seconds())} 秒后再退役",
            en=f"data key {version} is in use: rotate first, and retire it {int(QUIET.total_seconds())} seconds later",
            version=version,
        )
    held = [*database_places(row.key_id), *places]
    if held:
        raise KeyInUse(
            zh=f"仍有数据由版本 {version} 加密：{'、'.join(held[:5])}；请等待重新加密完成",
            en=f"data are still sealed by version {version}: {', '.join(held[:5])}; wait until they are sealed again",
            version=version,
            places=held,
        )
    row.token, row.retired_at = "", timezone.now()
    row.save(update_fields=["token", "retired_at"])
    vault_of(workspace_id)
    vaults_forget()
    return str(row.key_id)


def key_marks(key_id: str) -> tuple[str, str]:
    """How values of a key begin: a sealed text, and a sealed file."""
    return f"xk1.{key_id}.", f"xkf1{key_id}"


def database_places(key_id: str) -> list[str]:
    """Fields of the database that hold values of a key, `table.column (count)`."""
    found = []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField | models.JSONField):
                count = _holding(model, field, key_marks(key_id)[0])
                if count:
                    found.append(f"{model._meta.db_table}.{field.column} ({count})")
            elif isinstance(field, models.BinaryField):
                head = key_marks(key_id)[1].encode()
                count = sum(
                    1
                    for value in model._default_manager.values_list(field.name, flat=True).iterator()
                    if bytes(value or b"")[:16].startswith(head)
                )
                if count:
                    found.append(f"{model._meta.db_table}.{field.column} ({count})")
    return found


def _holding(model: Any, field: Any, mark: str) -> int:
    if isinstance(field, models.JSONField):
        from django.db.models.functions import Cast

        return int(model._default_manager.annotate(as_text=Cast(field.name, models.TextField())).filter(as_text__contains=mark).count())
    return int(model._default_manager.filter(**{f"{field.name}__contains": mark}).count())


def _ring_write(lines: tuple[bytes, ...]) -> None:
    write_whole(settings.XINGKE.key_file("data"), b"\n".join(lines) + b"\n", mode=0o600)
    key_ring_read_again()


def _rows(workspace_id: int) -> Any:
    return _model().objects.filter(workspace_id=workspace_id)


def _model() -> Any:
    return apps.get_model("accounts", "WorkspaceKey")
