"""From one database address to Django's settings."""

from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from xingke.errors import ConfigurationError

# WAL lets readers go on while one writes; FULL keeps what was acknowledged through a power cut.
_SQLITE_START: Final = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-32000"
)
_BUSY_SECONDS: Final = 20


class BadDatabaseAddress(ConfigurationError):
    """The address of the database cannot be used."""

    def __init__(self) -> None:
        super().__init__(
            zh="XINGKE_DATABASE_URL 应为 postgresql://用户:密码@主机:端口/库，或 sqlite:////绝对路径，或留空",
            en="XINGKE_DATABASE_URL must be postgresql://user:password@host:port/name, sqlite:////absolute/path, or empty",
        )


def database_settings(url: str, *, sqlite_path: Path) -> dict[str, Any]:
    """Django's settings for the address; SQLite at `sqlite_path` where it is empty, at another place for `sqlite:////absolute/path`."""
    if not url:
        return _sqlite(sqlite_path)
    if url.startswith("sqlite:///"):
        return _sqlite(Path(unquote(url.removeprefix("sqlite:///"))))
    return _postgresql(url)


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": _BUSY_SECONDS, "init_command": _SQLITE_START},
    }


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgres", "postgresql"} or not name:
        raise BadDatabaseAddress
    try:
        port = parts.port
    except ValueError as error:
        raise BadDatabaseAddress from error
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
    }
