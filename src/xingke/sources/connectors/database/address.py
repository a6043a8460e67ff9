"""From an address and a password to an engine that can only read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xingke.errors import ConfigurationError, MissingExtra
from xingke.sources.connectors.errors import SourceRefused, SourceUnreachable

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Connection, Engine

DRIVERS: Mapping[str, str] = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
    "sqlite": "sqlite+pysqlite",
}
EXTRAS: Mapping[str, str] = {"postgresql": "postgres", "mysql": "mysql", "mariadb": "mysql"}
OPTIONS = frozenset({"charset", "sslmode", "host", "port"})
"""Others would let an address read files of this machine."""
CONNECT_SECONDS = 10


class BadAddress(ConfigurationError):
    """An address that names no database we can read."""


def address_of(settings: Mapping[str, Any]) -> URL:
    """The address with its driver and the password, which is kept apart from it.

    Raises
    ------
    BadAddress
        It cannot be read, or names a kind of database that is not known.
    """
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        address = make_url(settings["url"])
    except (ArgumentError, ValueError):
        raise BadAddress(
            zh="地址无法识别；应写作 postgresql://用户@主机:5432/库名、mysql://用户@主机:3306/库名 或 sqlite:////路径/文件.db",
            en="the address cannot be read; write postgresql://user@host:5432/name, mysql://user@host:3306/name or sqlite:////path/file.db",
        ) from None
    kind = address.drivername.partition("+")[0]
    if kind not in DRIVERS:
        raise BadAddress(
            zh=f"不支持数据库类型「{kind}」；可用：PostgreSQL、MariaDB、MySQL、SQLite",
            en=f"a database of kind '{kind}' is not known; known: PostgreSQL, MariaDB, MySQL, SQLite",
        )
    if kind == "sqlite":
        return _file_address(address)
    spare = sorted(set(address.query) - OPTIONS)
    if spare:
        listed = ", ".join(sorted(OPTIONS))
        raise BadAddress(
            zh=f"地址中的参数「{spare[0]}」不可用；可用：{listed}", en=f"'{spare[0]}' cannot stand in the address; known: {listed}"
        )
    password = settings.get("password") or address.password
    return address.set(drivername=DRIVERS[kind], password=password or None)


def _file_address(address: URL) -> URL:
    path = Path(address.database or "")
    if not address.database or not path.is_file():
        raise SourceUnreachable(zh=f"没有找到 SQLite 文件 {path}", en=f"there is no SQLite file at {path}")
    # The file: form opens it read-only, so that not even a journal is written beside it.
    return address.set(drivername=DRIVERS["sqlite"], database=f"file:{path}", query={"mode": "ro", "uri": "true"})


def without_password(url: str) -> tuple[str, str]:
    """The address as it may be stored in the open, and the password that stood in it."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        return url, ""
    password = str(address.password or "")
    # `URL.set` takes None for "leave it as it is".
    return (address._replace(password=None).render_as_string(hide_password=False), password) if password else (url, "")


@contextmanager
def reading(settings: Mapping[str, Any]) -> Iterator[Connection]:
    """A connection inside a read-only transaction with one view of the data; errors of the driver come out in words."""
    from sqlalchemy.exc import SQLAlchemyError

    engine = _engine(address_of(settings))
    try:
        with engine.connect() as connection:
            _only_read(connection)
            yield connection
            connection.rollback()
    except SQLAlchemyError as error:
        raise said(error, engine.url) from None
    finally:
        engine.dispose()


def _engine(address: URL) -> Engine:
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    kind = address.get_backend_name()
    arguments: dict[str, Any] = {} if kind == "sqlite" else {"connect_timeout": CONNECT_SECONDS}
    try:
        return create_engine(address, poolclass=NullPool, connect_args=arguments)
    except ImportError as error:
        raise MissingExtra(feature=kind, extra=EXTRAS.get(kind, "postgres")) from error


def _only_read(connection: Connection) -> None:
    kind = connection.dialect.name
    if kind == "postgresql":
        connection.exec_driver_sql("set transaction isolation level repeatable read, read only")
    elif kind == "sqlite":
        connection.exec_driver_sql("pragma query_only = on")
    else:
        connection.rollback()
        connection.exec_driver_sql("start transaction with consistent snapshot, read only")


def said(error: Exception, address: URL) -> Exception:
    """What a driver reports, in words of ours: its own text may repeat the address, and with it a password."""
    where = f"{address.host or address.database}{f':{address.port}' if address.port else ''}"
    code, text = _code_of(error), str(getattr(error, "orig", None) or error).lower()
    if code in {"28P01", "28000", "1045", "1698"} or "password authentication failed" in text or "access denied for user" in text:
        return SourceRefused(
            zh=f"{where} 拒绝了用户「{address.username}」的登录；请检查用户名和密码",
            en=f"{where} did not let user '{address.username}' in; check the name and the password",
            host=where,
        )
    if code in {"3D000", "1049"} or ('database "' in text and "does not exist" in text):
        return SourceRefused(
            zh=f"{where} 上没有数据库「{address.database}」", en=f"there is no database '{address.database}' at {where}", host=where
        )
    if code in {"42501", "1142", "1143", "1227"}:
        return SourceRefused(
            zh=f"用户「{address.username}」没有读取权限；请授予该表的 SELECT",
            en=f"user '{address.username}' may not read that; grant SELECT on it",
            host=where,
        )
    if code in {"25006", "1792"} or "readonly database" in text or "query_only" in text:
        return SourceRefused(zh="语句试图写入；这里只能读取", en="the statement tries to write; only reading is permitted here", host=where)
    if _never_reached(code, text):
        return SourceUnreachable(
            zh=f"无法连接 {where}；请检查主机名、端口和网络", en=f"{where} does not answer; check host, port and network", host=where
        )
    reason = _first_line(error, address)
    return SourceRefused(zh=f"数据库没有执行该查询：{reason}", en=f"the database did not run the query: {reason}", host=where)


def _code_of(error: Exception) -> str:
    original = getattr(error, "orig", None)
    state = getattr(original, "sqlstate", None)
    if state:
        return str(state)
    arguments = getattr(original, "args", ())
    return str(arguments[0]) if arguments and isinstance(arguments[0], int) else ""


def _never_reached(code: str, text: str) -> bool:
    signs = ("connection refused", "could not translate", "failed to resolve", "can't connect", "timeout", "timed out", "connection failed")
    return code in {"2002", "2003", "2005", "2013", "2006"} or any(sign in text for sign in (*signs, "unable to open", "server closed"))


def _first_line(error: Exception, address: URL) -> str:
    line = str(getattr(error, "orig", None) or error).strip().splitlines()[0][:200]
    return line.replace(str(address.password), "****") if address.password else line
