"""Connections: kept with sealed settings, tried, chosen a stream and a mapping for, paused, removed."""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone

from xingke.errors import UserFacingError
from xingke.extensions import connector as connector_named
from xingke.loop.pieces import PieceStore
from xingke.network import within
from xingke.paths import OutsideRoot, held
from xingke.privacy import Vault
from xingke.sources.connectors import BadSetting, Batch, Checked, Connector, Cursor, Mode, Stream, settings_parsed
from xingke.sources.connectors.database.address import file_of, with_file, without_password
from xingke.sources.connectors.mapped import raw_file
from xingke.sources.connectors.mqtt import CONNECTOR as MQTT
from xingke.sources.connectors.payload import spooled
from xingke.sources.connectors.spool import Spool
from xingke.sources.connectors.webhook.signature import new_secret
from xingke.sources.mapping import Mapping as ColumnsMapping
from xingke.sources.mapping import from_yaml, to_yaml
from xingke.sources.mapping.guess import Guess, guess
from xingke.sources.systems import SystemTable, systems
from xingke_web.accounts.facade import Viewer, WorkspaceInfo, workspace_info
from xingke_web.audit.facade import record
from xingke_web.config.vault import vault_of
from xingke_web.ingest.import_systems import with_known_systems
from xingke_web.ingest.models import Connection, Pull

T = TypeVar("T")

SETTINGS, CURSOR, MAPPING = "ingest.connection", "ingest.cursor", "ingest.connection.mapping"
INBOX: Final = "inbox"
PATHS: Final = ("path", "folder")
FREE_FORM: Final = frozenset({"http_json", "webhook", "mqtt", "singer"})
"""Kinds whose rows are records without a fixed form."""
SPOOLED: Final = ("webhook", "mqtt")
"""Kinds whose messages wait in a spool."""
EVERY: Final = (0, 1, 5, 15, 60, 360, 1_440, 10_080)
PREVIEW_ROWS: Final = 200
REMOTE: Final = frozenset({"database", "http_json", "mqtt"})
PAGE_SECONDS: Final = 5.0
"""How long a page waits for another machine: name look-up, connection and answer together."""


class ConnectionRefused(UserFacingError):
    """A connection cannot be kept or used like this."""


class OutsideInbox(ConnectionRefused):
    """A file or folder that does not lie where files may be read from."""

    def __init__(self, inbox: Path) -> None:
        super().__init__(
            zh=f"只能读取收件目录 {inbox} 之内的文件；请把文件放进去，或由管理员在其中建立链接",
            en=f"only files below {inbox} can be read; put them there, or have the administrator link the folder into it",
        )


@dataclass(frozen=True)
class NewConnection:
    """What the form of a connection asks for; a secret that is empty keeps the one that is stored."""

    name: str
    kind: str
    system: str
    settings: Mapping[str, Any]
    every_minutes: int
    runs_pass: bool


def connection_add(*, viewer: Viewer, given: NewConnection) -> tuple[Connection, str]:
    """Keep a new connection; it waits for its stream and mapping. The second value is a secret that was made for it, to be shown once."""
    made = ""
    settings = dict(given.settings)
    if given.kind == "webhook" and settings.get("signing", "standard") == "standard" and not settings.get("secret"):
        settings["secret"] = made = new_secret()
    connection = Connection(workspace_id=viewer.workspace.id, kind=given.kind, created_by_id=viewer.user_id, created_at=timezone.now())
    if given.kind == "webhook":
        connection.hook_key = secrets.token_urlsafe(18)
    _keep(connection, viewer, given, settings)
    record("connection.added", viewer=viewer, subject=connection, kind=given.kind)
    return connection, made


def connection_edit(*, viewer: Viewer, connection: Connection, given: NewConnection) -> Connection:
    """Change a connection."""
    _keep(connection, viewer, given, with_kept_secrets(connection, given.settings))
    record("connection.edited", viewer=viewer, subject=connection, kind=given.kind)
    return connection


def _keep(connection: Connection, viewer: Viewer, given: NewConnection, settings: dict[str, Any]) -> None:
    parsed = settings_checked(given.kind, settings, viewer.workspace)
    connection.name, connection.system = given.name, given.system
    connection.every_minutes, connection.runs_pass = given.every_minutes, given.runs_pass
    connection.settings = vault_of(viewer.workspace.id).seal(json.dumps(parsed, ensure_ascii=False), place=SETTINGS)
    connection.next_at = next_time(connection, timezone.now())
    try:
        with transaction.atomic():
            connection.save()
    except IntegrityError:
        raise ConnectionRefused(
            zh=f"已有名为「{given.name}」的连接；请换一个名称", en=f"there is a connection '{given.name}' already; choose another name"
        ) from None


def settings_checked(kind: str, settings: Mapping[str, Any], workspace: WorkspaceInfo) -> dict[str, Any]:
    """The settings in their types; passwords out of addresses, paths inside the inbox."""
    parsed = settings_parsed(connector_of(kind).settings, _password_apart(kind, settings))
    settings_held(kind, parsed, workspace)
    return parsed


def _password_apart(kind: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    own = dict(settings)
    if kind == "database":
        own["url"], password = without_password(str(own.get("url") or ""))
        own["password"] = password or own.get("password") or ""
    return own


def settings_held(kind: str, settings: Mapping[str, Any], workspace: WorkspaceInfo) -> dict[str, Any]:
    """The settings with every path resolved, as it is now: a link may have been changed since they were stored."""
    found = dict(settings)
    for name in PATHS:
        if found.get(name):
            found[name] = str(inside_inbox(workspace, found[name]))
    if kind == "database" and (path := file_of(found["url"])):
        found["url"] = with_file(inside_inbox(workspace, path))
    return found


def inbox_of(workspace: WorkspaceInfo) -> Path:
    """The directory that files of connections are read from; no other file of the machine can be."""
    return workspace.lake_path / INBOX


def inside_inbox(workspace: WorkspaceInfo, path: str) -> Path:
    """The path with its links resolved, if it lies in the inbox; a link that the administrator put there may lead out of it.

    Raises
    ------
    OutsideInbox
        It leads out.
    """
    inbox = inbox_of(workspace)
    inbox.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        return held(path, inbox)
    except OutsideRoot:
        raise OutsideInbox(inbox) from None


def with_kept_secrets(connection: Connection, given: Mapping[str, Any]) -> dict[str, Any]:
    """The given settings with the stored secret wherever none was given.

    Raises
    ------
    BadSetting
        The settings lead to another target than the secret was typed for; it has to be typed again, so that nobody sends it elsewhere.
    """
    connector, kept = connector_of(connection.kind), settings_of(connection)
    own = _password_apart(connection.kind, given)
    filled = [setting for setting in connector.settings if setting.is_secret and kept.get(setting.name) and not own.get(setting.name)]
    whole = own | {setting.name: kept[setting.name] for setting in filled}
    target = connector.target(settings_parsed(connector.settings, whole))
    if filled and not target:
        return own
    if filled and target != connector.target(kept):
        raise BadSetting(
            filled[0],
            zh="地址、用户或加密方式已更改；为防止已保存的密钥发往别处，请重新输入",
            en="the address, the user or the encryption has changed; type it again, so that the stored one is not sent elsewhere",
        )
    return whole


def connector_of(kind: str) -> Connector:
    """The connector of a kind."""
    found: Connector = connector_named(kind)
    return found


def settings_of(connection: Connection) -> dict[str, Any]:
    """The stored settings, secrets included."""
    opened = json.loads(vault_of(connection.workspace_id).open(connection.settings, place=SETTINGS))
    return settings_parsed(connector_of(connection.kind).settings, opened)


def ready_settings(connection: Connection) -> dict[str, Any]:
    """The settings with what the keeper hands in: the spool of what is sent to us."""
    workspace = workspace_info(connection.workspace.slug)
    return settings_held(connection.kind, settings_of(connection), workspace) | {"spool": spool_of(connection)}


def spool_of(connection: Connection) -> Spool:
    """Where messages of a connection wait."""
    workspace = workspace_info(connection.workspace.slug)
    return Spool(workspace.lake_path / "spool" / f"{connection.pk}.spool", vault_of(connection.workspace_id))


def spools_reseal(workspace_id: int, vault: Vault) -> int:
    """Put every waiting message under the newest key; how many there were."""
    found = Connection.objects.filter(workspace_id=workspace_id, kind__in=SPOOLED).select_related("workspace")
    return sum(spool_of(connection).reseal() for connection in found)


def cursor_of(connection: Connection) -> Cursor | None:
    """How far the stream was read."""
    if not connection.cursor:
        return None
    found: dict[str, Any] = json.loads(vault_of(connection.workspace_id).open(connection.cursor, place=CURSOR))
    return found


def cursor_sealed(connection: Connection, cursor: Cursor | None) -> str:
    """A cursor as it is stored."""
    return vault_of(connection.workspace_id).seal(json.dumps(cursor), place=CURSOR) if cursor else ""


def mapping_of(connection: Connection) -> ColumnsMapping | None:
    """The mapping of its rows; None before one is chosen."""
    return from_yaml(vault_of(connection.workspace_id).open(connection.mapping, place=MAPPING)) if connection.mapping else None


def mode_of(connection: Connection) -> Mode:
    """How its stream is read."""
    settings = settings_of(connection)
    if connection.kind == "database":
        return Mode.INCREMENTAL if settings["cursor_column"] else Mode.FULL
    if connection.kind == "http_json":
        return Mode.INCREMENTAL if settings["cursor_field"] and settings["cursor_param"] else Mode.FULL
    return connector_of(connection.kind).modes[-1]


def connection_check(kind: str, settings: Mapping[str, Any], workspace: WorkspaceInfo) -> Checked:
    """Try settings that are not stored yet."""
    parsed = settings_held(kind, settings_checked(kind, settings, workspace), workspace)
    return on_page(kind, lambda: connector_of(kind).check(parsed))


def on_page(kind: str, work: Callable[[], T]) -> T:
    """What a page asks of a source: of another machine within a few seconds, of a file of this one as long as it takes."""
    return within(PAGE_SECONDS, work) if kind in REMOTE else work()


def streams_of(connection: Connection) -> tuple[Stream, ...]:
    """What there is to read."""
    settings = ready_settings(connection)
    return on_page(connection.kind, lambda: connector_of(connection.kind).streams(settings))


def head_of(connection: Connection, stream: str) -> Batch | None:
    """The first rows of a stream, for a preview; None where there are none."""
    settings = ready_settings(connection) | {"most_rows": PREVIEW_ROWS}
    return on_page(connection.kind, lambda: _head(connection, settings, stream))


def _head(connection: Connection, settings: Mapping[str, Any], stream: str) -> Batch | None:
    if connection.kind == "mqtt":
        # A session of its own begins before the first pull, so that nothing sent until then is lost. Later ones are the pulls' alone:
        # a second client of the same id would push the first one out.
        if connection.state == Connection.State.DRAFT:
            MQTT.look(settings)
        batches = spooled(settings["spool"], None, "")
    else:
        batches = connector_of(connection.kind).read(settings, stream, None)
    for batch in batches:
        if batch.rows.num_rows:
            return Batch(batch.rows.slice(0, PREVIEW_ROWS))
    return None


def tables_for(connection: Connection, columns: tuple[str, ...]) -> list[tuple[str, SystemTable]]:
    """Tables of the known systems, those first of which the stream has all columns, then those of the connection's own system."""
    known = [(one.name, table) for one in systems() for table in one.tables]

    def far(pair: tuple[str, SystemTable]) -> tuple[bool, bool]:
        name, table = pair
        return (not (columns and set(table.column_names) <= set(columns)), name != connection.system)

    return sorted(known, key=far)


def mapping_guessed(workspace: WorkspaceInfo, connection: Connection, head: Batch, stream: str) -> Guess:
    """A mapping by the names and the content of the columns, in the system that was chosen, else in the one that knows its customers."""
    raw = raw_file(stream or "rows", [head])
    found = guess(raw)
    chosen = in_system(found.mapping, connection.system) if connection.system else with_known_systems(found.mapping, raw, workspace)
    return replace(found, mapping=chosen)


def in_system(mapping: ColumnsMapping, system: str) -> ColumnsMapping:
    """The mapping with the keys of every table in one system."""
    tables = tuple(
        replace(one, constants={**one.constants, "system": system}) if "system" in one.constants else one for one in mapping.tables
    )
    return replace(mapping, tables=tables)


@transaction.atomic
def connection_map(*, viewer: Viewer, connection: Connection, stream: str, mapping: ColumnsMapping) -> Connection:
    """Choose the stream and how its rows are read; from here on it is pulled by its schedule."""
    missing = [f"{table.table}.{column.name}" for table in mapping.tables for column in table.missing]
    if missing:
        raise ConnectionRefused(
            zh=f"必填列还没有来源：{'、'.join(missing)}；请在映射中补上",
            en=f"nothing fills {', '.join(missing)} yet; add it to the mapping",
        )
    if stream != connection.stream:
        connection.cursor = ""
    connection.stream, connection.state = stream, Connection.State.ACTIVE
    connection.mapping = vault_of(viewer.workspace.id).seal(to_yaml(mapping), place=MAPPING)
    connection.next_at = next_time(connection, timezone.now())
    connection.save()
    record("connection.mapped", viewer=viewer, subject=connection, tables=", ".join(table.table for table in mapping.tables))
    return connection


@transaction.atomic
def connection_pause(*, viewer: Viewer, connection: Connection, paused: bool) -> Connection:
    """Stop pulling by schedule, or go on."""
    if connection.state == Connection.State.DRAFT:
        raise ConnectionRefused(zh="请先选择数据流与映射", en="choose its stream and mapping first")
    connection.state = Connection.State.PAUSED if paused else Connection.State.ACTIVE
    connection.next_at = next_time(connection, timezone.now())
    connection.save(update_fields=["state", "next_at"])
    record("connection.paused" if paused else "connection.resumed", viewer=viewer, subject=connection)
    return connection


def connection_remove(*, viewer: Viewer, connection: Connection, workspace: WorkspaceInfo) -> None:
    """Remove a connection with all it brought; the next pass makes every table as if it had never been."""
    from xingke_web.ingest.import_tasks import pass_queue

    had_rows = connection.pulls.filter(state=Pull.State.DONE).exists()
    store = PieceStore(workspace.lake_path)
    for load_id in store.loads():
        if load_id.startswith(f"pull-{connection.pk}-"):
            store.drop(load_id)
    for directory, pattern in (("spool", f"{connection.pk}.spool*"), ("uploads", f"pull-{connection.pk}-*.held")):
        for path in (workspace.lake_path / directory).glob(pattern):
            path.unlink()
    with transaction.atomic():
        record("connection.removed", viewer=viewer, subject=connection, kind=connection.kind)
        connection.delete()
        if had_rows:
            pass_queue(workspace.slug, workspace.id)


def next_time(connection: Connection, now: datetime) -> datetime | None:
    """When it is due next; never without a schedule."""
    if connection.state != Connection.State.ACTIVE or not connection.every_minutes:
        return None
    return now + timedelta(minutes=connection.every_minutes)
