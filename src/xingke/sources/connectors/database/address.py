"""From an address and a password to a connection that can only read, to a host that may be reached."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from xingke.errors import ConfigurationError, MissingExtra
from xingke.network import connected, destination, is_hurried, seconds_left, socket_directory, tls_context
from xingke.sources.connectors.database.said import said
from xingke.sources.connectors.database.values import mysql_decoders, postgres_lenient, session_prepare, sqlite_text
from xingke.sources.connectors.errors import SourceUnreachable

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
PORTS: Mapping[str, int] = {"postgresql": 5432, "mysql": 3306, "mariadb": 3306}
OPTIONS = frozenset({"charset", "sslmode", "host", "port"})
"""Others would let an address read files of this machine, or lead to another host: `service`, `passfile`, `hostaddr`, `unix_socket` ..."""
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
CONNECT_SECONDS = 10
NOWHERE = "/nonexistent"
"""Where libpq looks for password files and keys of the account that the service runs under: nowhere."""


class BadAddress(ConfigurationError):
    """An address that names no database we can read."""


def address_of(settings: Mapping[str, Any]) -> URL:
    """The address with its driver and the password, which is kept apart from it.

    Raises
    ------
    BadAddress
        It cannot be read, or names a kind of database that is not known.
    """
    address = _parsed(settings["url"])
    if address is None:
        raise BadAddress(
            zh="地址无法识别；应写作 postgresql://用户@主机:5432/库名、mysql://用户@主机:3306/库名 或 sqlite:////路径/文件.db",
            en="the address cannot be read; write postgresql://user@host:5432/name, mysql://user@host:3306/name or sqlite:////path/file.db",
        )
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
    return _one_host(address.set(drivername=DRIVERS[kind], password=password or None))


def _one_host(address: URL) -> URL:
    """The address with its host, port and options in their places.

    A list of hosts, a path where a host should be, and no host at all, which drivers read as a socket of this machine, are refused here or
    where the host is resolved.
    """
    query = {name: value if isinstance(value, str) else ",".join(value) for name, value in address.query.items()}
    host, port = query.pop("host", "") or address.host or "", query.pop("port", "") or str(address.port or "")
    if not host:
        raise BadAddress(
            zh="地址中没有主机，如 postgresql://用户@主机:5432/库名", en="the address has no host, as in postgresql://user@host:5432/name"
        )
    if port and not (port.isdigit() and 0 < int(port) < 65_536):
        raise BadAddress(
            zh=f"端口「{port[:40]}」应为 1 到 65535 的整数", en=f"the port must be a whole number from 1 to 65535, not '{port[:40]}'"
        )
    if query.get("sslmode", "prefer") not in SSL_MODES:
        listed = ", ".join(SSL_MODES)
        raise BadAddress(zh=f"sslmode 只能是 {listed}", en=f"sslmode must be one of {listed}")
    if "=" in (address.database or "") or "\x00" in f"{address.database}{address.username}{host}":
        raise BadAddress(zh="库名中有不可用的字符", en="the name of the database has characters that cannot be used")
    return address.set(host=host, port=int(port) if port else PORTS[address.get_backend_name()], query=query)


def _file_address(address: URL) -> URL:
    path = Path(address.database or "")
    if not address.database or not path.is_file():
        raise SourceUnreachable(zh=f"没有找到 SQLite 文件 {path}", en=f"there is no SQLite file at {path}")
    # The file: form opens it read-only, so that not even a journal is written beside it.
    return address.set(drivername=DRIVERS["sqlite"], database=f"file:{quote(str(path))}", query={"mode": "ro", "uri": "true"})


def file_of(url: str) -> str:
    """The file that an address of SQLite names; empty for another database."""
    address = _parsed(url)
    return str(address.database or "") if address is not None and address.get_backend_name() == "sqlite" else ""


def with_file(path: Path) -> str:
    """An address of SQLite with another file."""
    from sqlalchemy.engine import URL

    return URL.create("sqlite", database=str(path)).render_as_string()


def _parsed(url: str) -> URL | None:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        return None


def without_password(url: str) -> tuple[str, str]:
    """The address as it may be stored in the open, and the password that stood in it."""
    address = _parsed(url)
    if address is None:
        return url, ""
    password = str(address.password or "")
    # `URL.set` takes None for "leave it as it is".
    return (address._replace(password=None).render_as_string(hide_password=False), password) if password else (url, "")


@contextmanager
def reading(settings: Mapping[str, Any]) -> Iterator[Connection]:
    """A connection inside a read-only transaction with one view of the data; errors of the driver come out in words.

    Raises
    ------
    AddressRefused
        The host lies inside, and the administrator has not allowed it.
    """
    from sqlalchemy.exc import SQLAlchemyError

    address = address_of(settings)
    with tempfile.TemporaryDirectory(prefix="xingke-ca-") as directory:
        engine = _engine(address, settings["ca"], Path(directory))
        try:
            with engine.connect() as connection:
                _only_read(connection)
                yield connection
                connection.rollback()
        except SQLAlchemyError as error:
            raise said(error, address, settings["ca"]) from None
        finally:
            engine.dispose()


def _engine(address: URL, authority: str, directory: Path) -> Engine:
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import NullPool

    kind = address.get_backend_name()
    tls_context(authority)  # what is no certificate is refused before anybody is asked
    try:
        match kind:
            case "sqlite":
                engine = create_engine(address, poolclass=NullPool)
                event.listen(engine, "connect", lambda raw, _: setattr(raw, "text_factory", sqlite_text))
            case "postgresql":
                engine = create_engine(address, poolclass=NullPool, connect_args=_postgres(address, authority, directory))
                event.listen(engine, "connect", lambda raw, _: postgres_lenient(raw))
            case _:
                engine = create_engine(address, poolclass=NullPool, creator=lambda: _mysql(address, authority))
    except ImportError as error:
        raise MissingExtra(feature=kind, extra=EXTRAS.get(kind, "postgres")) from error
    return engine


def _postgres(address: URL, authority: str, directory: Path) -> dict[str, Any]:
    """What libpq is told beside the address: the judged addresses to connect to, and to leave files of this account alone."""
    told: dict[str, Any] = {
        "connect_timeout": max(2, round(seconds_left(CONNECT_SECONDS))),
        "passfile": f"{NOWHERE}/pgpass",
        "sslcert": f"{NOWHERE}/cert",
        "sslkey": f"{NOWHERE}/key",
        "gssencmode": "disable",
    }
    host, port = str(address.host), address.port or PORTS["postgresql"]
    if host.startswith("/"):
        return told | {"host": socket_directory(host)}
    to = destination(host, port)
    # As many names as addresses; the certificate is verified for the name, the connection goes to the address.
    several = {"hostaddr": ",".join(to.addresses), "host": ",".join([to.host] * len(to.addresses))}
    told |= several | {"port": ",".join([str(port)] * len(to.addresses))}
    if authority:
        file = directory / "ca.pem"
        file.write_text(authority, encoding="ascii", errors="ignore")
        return told | {"sslmode": "verify-full", "sslrootcert": str(file)}
    if str(address.query.get("sslmode", "")).startswith("verify") and not Path("~/.postgresql/root.crt").expanduser().exists():
        import certifi

        return told | {"sslrootcert": certifi.where()}
    return told


def _mysql(address: URL, authority: str) -> Any:
    """A connection of PyMySQL over a socket to a judged address."""
    import pymysql  # type: ignore[import-untyped]  # it has no types
    from pymysql.constants.CLIENT import FOUND_ROWS  # type: ignore[import-untyped]

    host, port = str(address.host), address.port or PORTS["mysql"]
    directory = socket_directory(str(Path(host).parent)) if host.startswith("/") else ""
    found = pymysql.connect(
        host=host,
        port=port,
        user=address.username or "",
        password=str(address.password or ""),
        database=address.database or None,
        charset=str(address.query.get("charset", "utf8mb4")),
        ssl=_mysql_tls(str(address.query.get("sslmode", "")), authority),
        unix_socket=str(Path(directory) / Path(host).name) if directory else None,
        connect_timeout=max(1, round(seconds_left(CONNECT_SECONDS))),
        conv=mysql_decoders(),
        client_flag=FOUND_ROWS,
        local_infile=False,
        defer_connect=True,
    )
    sock = None if directory else connected(host, port, most=CONNECT_SECONDS)
    if sock is not None:
        # The greeting and the log-in have to come soon; a long reading may then wait for its rows.
        found._read_timeout = max(1, round(seconds_left(CONNECT_SECONDS)))
    found.connect(sock)
    found._read_timeout = None if not is_hurried() else found._read_timeout
    return found


def _mysql_tls(mode: str, authority: str) -> Any:
    import ssl

    if authority or mode == "verify-full":
        return tls_context(authority)
    if mode not in {"require", "verify-ca"}:
        return None
    context = ssl.create_default_context()
    context.check_hostname = False
    if mode == "require":
        context.verify_mode = ssl.CERT_NONE
    return context


def _only_read(connection: Connection) -> None:
    kind = connection.dialect.name
    if kind == "postgresql":
        connection.exec_driver_sql("set transaction isolation level repeatable read, read only")
    elif kind == "sqlite":
        connection.exec_driver_sql("pragma query_only = on")
    session_prepare(connection)
    if kind not in {"postgresql", "sqlite"}:
        connection.rollback()
        connection.exec_driver_sql("start transaction with consistent snapshot, read only")
    if is_hurried() and kind == "postgresql":
        connection.exec_driver_sql(f"set local statement_timeout = {round(seconds_left(CONNECT_SECONDS) * 1000)}")
