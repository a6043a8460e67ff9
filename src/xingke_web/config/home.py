"""The directory of an installation: what lies where, how it is made, and which versions of it can be opened."""

import os
import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from xingke.durable import sync, write_whole
from xingke.errors import ConfigurationError
from xingke_web.config import environment

HOME_FORMAT: Final = 1
KEY_NAMES: Final = ("secret", "data", "audit")


class HomeMissing(ConfigurationError):
    """There is no installation at this path."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            zh=f"{path} 还不是星客安装目录，请先运行 `xingke init`，或用 XINGKE_HOME 指定目录",
            en=f"{path} holds no installation; run `xingke init` first, or name another directory by XINGKE_HOME",
            path=str(path),
        )


class HomeTooNew(ConfigurationError):
    """The installation was made by a newer version than the one that runs."""

    def __init__(self, path: Path, *, found: int) -> None:
        super().__init__(
            zh=f"{path} 由更新的版本创建（格式 {found}，本版本支持到 {HOME_FORMAT}），请升级星客后再打开；目录未作任何改动",
            en=f"{path} was made by a newer version (format {found}, this one reads up to {HOME_FORMAT}); "
            "upgrade Xingke to open it. Nothing was changed",
            path=str(path),
            found=found,
            supported=HOME_FORMAT,
        )


class HomeUnreadable(ConfigurationError):
    """The installation is there and cannot be used."""

    def __init__(self, path: Path, *, zh: str, en: str) -> None:
        super().__init__(zh=f"{path}：{zh}", en=f"{path}: {en}", path=str(path))


@dataclass(frozen=True)
class Home:
    """The places of one installation."""

    path: Path
    keys: Path

    @property
    def marker(self) -> Path:
        """The file that makes a directory an installation and states its format."""
        return self.path / "xingke.toml"

    @property
    def database(self) -> Path:
        """The SQLite database; unused where XINGKE_DATABASE_URL names a server."""
        return self.path / "xingke.sqlite3"

    @property
    def static(self) -> Path:
        """Hashed and compressed files for the browser."""
        return self.path / "static"

    @property
    def mail(self) -> Path:
        """E-mail written as files while no mail server is configured."""
        return self.path / "mail"

    @property
    def lakes(self) -> Path:
        """One lake a workspace."""
        return self.path / "lakes"

    def lake(self, workspace_slug: str) -> Path:
        """The lake of one workspace."""
        return self.lakes / workspace_slug

    def key_file(self, name: str) -> Path:
        """Where a key lies."""
        return self.keys / f"{name}.key"


def home_here() -> Home:
    """The installation that the environment names, made or not."""
    path = environment.HOME.read()
    keys = environment.KEYS.read()
    return Home(path=path, keys=Path(keys).expanduser().absolute() if keys else path / "keys")


def home_make(home: Home) -> bool:
    """Make the installation where there is none; an existing one keeps its keys. Returns whether it is new."""
    if home.marker.exists():
        home_check(home)
    try:
        # Closed to other users of the machine: the database and the lakes hold what customers did.
        home.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        for directory in (home.static, home.mail, home.lakes):
            directory.mkdir(exist_ok=True)
        home.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in KEY_NAMES:
            _key_make(home.key_file(name))
        if home.marker.exists():
            return False
        marker = f"# An installation of Xingke; the format tells which versions can open it.\nformat = {HOME_FORMAT}\n"
        write_whole(home.marker, marker.encode("utf-8"))
    except OSError as error:
        raise _no_access(home.path, error) from error
    return True


def home_check(home: Home) -> None:
    """Refuse a directory that is no installation, is damaged, or is newer than this version."""
    try:
        text = home.marker.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise HomeMissing(home.path) from error
    except OSError as error:
        raise _no_access(home.path, error) from error
    found = _format_of(home, text)
    if found > HOME_FORMAT:
        raise HomeTooNew(home.path, found=found)
    missing = [name for name in KEY_NAMES if not home.key_file(name).is_file()]
    if missing:
        listed = ", ".join(str(home.key_file(name)) for name in missing)
        raise HomeUnreadable(
            home.keys, zh=f"缺少密钥文件 {listed}，请从备份恢复", en=f"the key files {listed} are missing; restore them from a backup"
        )


def key_read(home: Home, name: str) -> str | None:
    """The text of a key file, or None where it is missing or closed to this user."""
    try:
        return home.key_file(name).read_text(encoding="ascii").strip()
    except OSError:
        return None


def _format_of(home: Home, text: str) -> int:
    try:
        found = tomllib.loads(text)["format"]
    except (tomllib.TOMLDecodeError, KeyError):
        found = None
    if not isinstance(found, int):
        raise HomeUnreadable(home.marker, zh="文件损坏，缺少 format", en="the file is damaged; it states no format")
    return found


def _key_make(path: Path) -> None:
    if path.exists():
        return
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(secrets.token_urlsafe(48) if path.stem == "secret" else _fernet_key())
        stream.write("\n")
        stream.flush()
        os.fsync(stream.fileno())
    sync(path.parent)


def _fernet_key() -> str:
    import base64

    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode("ascii")


def _no_access(path: Path, error: OSError) -> HomeUnreadable:
    return HomeUnreadable(
        path,
        zh=f"无法读写（{error.strerror}），请检查权限与磁盘空间",
        en=f"cannot be read or written ({error.strerror}); check permissions and disk space",
    )
