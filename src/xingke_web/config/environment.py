"""Every `XINGKE_*` environment variable, declared once and read by typed readers.

The declarations are data: `.env.example` and `docs/reference/settings.md` are held equal to them by a test.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from xingke.errors import ConfigurationError
from xingke.network.addresses import AllowList
from xingke.words import Words, both

T = TypeVar("T")

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


class BadVariable(ConfigurationError):
    """An environment variable holds something its reader cannot use."""

    def __init__(self, *, name: str, wanted: Words) -> None:
        super().__init__(
            zh=f"环境变量 {name} 的值无效，应为{wanted['zh']}", en=f"{name} is not valid; it must be {wanted['en']}", name=name
        )


@dataclass(frozen=True)
class Reader(Generic[T]):
    """How a text becomes a value; `parse` raises ValueError on what it cannot read."""

    parse: Callable[[str], T]
    wanted: Words


def _flag(text: str) -> bool:
    word = text.strip().lower()
    if word not in _TRUE | _FALSE:
        raise ValueError(text)
    return word in _TRUE


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _path(text: str) -> Path:
    return Path(text).expanduser().absolute()


def _at_least(low: int) -> Reader[int]:
    def parse(text: str) -> int:
        value = int(text)
        if value < low:
            raise ValueError(text)
        return value

    return Reader(parse, both(f"不小于 {low} 的整数", f"a whole number, {low} or more"))


def _one_of(*choices: str) -> Reader[str]:
    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError(text)
        return text

    listed = ", ".join(choices)
    return Reader(parse, both(f"以下之一：{listed}", f"one of: {listed}"))


TEXT: Reader[str] = Reader(str, both("文本", "text"))
FLAG: Reader[bool] = Reader(_flag, both("true 或 false", "true or false"))
NAMES: Reader[tuple[str, ...]] = Reader(_names, both("以逗号分隔的名称", "names separated by commas"))
PATH: Reader[Path] = Reader(_path, both("路径", "a path"))


@dataclass(frozen=True)
class Variable(Generic[T]):
    """One variable: its name, default text, reader and what it is for."""

    name: str
    default: str
    reader: Reader[T]
    meaning: Words

    def read(self, environ: Mapping[str, str] | None = None) -> T:
        """The typed value; an unset or blank variable reads as its default."""
        text = (os.environ if environ is None else environ).get(self.name, "").strip() or self.default
        try:
            return self.reader.parse(text)
        except ValueError as error:
            raise BadVariable(name=self.name, wanted=self.reader.wanted) from error


HOME = Variable(
    "XINGKE_HOME", "~/.xingke", PATH, both("安装目录，存放数据库、密钥与数据湖", "directory of the installation: database, keys and lakes")
)
KEYS = Variable(
    "XINGKE_KEYS", "", TEXT, both("密钥目录，默认为安装目录下的 keys/", "directory of the keys; keys/ in the installation when empty")
)
DATA_KEYS = Variable(
    "XINGKE_DATA_KEYS",
    "",
    TEXT,
    both(
        "密钥环，以空格分隔，第一把用于加密；留空则读密钥目录中的 data.key",
        "the key ring, separated by spaces, the first one encrypts; data.key in the directory of the keys when empty",
    ),
)
DATABASE_URL = Variable(
    "XINGKE_DATABASE_URL",
    "",
    TEXT,
    both("postgresql://用户:密码@主机:端口/库；留空则用 SQLite", "postgresql://user:password@host:port/name; SQLite when empty"),
)
LANGUAGE = Variable(
    "XINGKE_LANGUAGE",
    "zh-hans",
    _one_of("zh-hans", "en"),
    both("默认语言；未设置时命令行看 LANG", "default language; where it is unset, the command line looks at LANG"),
)
DEBUG = Variable("XINGKE_DEBUG", "false", FLAG, both("仅供开发：出错时显示内部信息", "development only: errors show internals"))
ALLOWED_HOSTS = Variable(
    "XINGKE_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]", NAMES, both("可用于访问本站的主机名", "host names the site answers to")
)
TRUSTED_ORIGINS = Variable(
    "XINGKE_TRUSTED_ORIGINS",
    "",
    NAMES,
    both("反向代理后的站点来源，如 https://crm.example.com", "origins behind a proxy, such as https://crm.example.com"),
)
HTTPS = Variable(
    "XINGKE_HTTPS",
    "false",
    FLAG,
    both("站点经 HTTPS 访问：安全 Cookie、HSTS 与跳转", "the site is reached by HTTPS: secure cookies, HSTS, redirect"),
)
BEHIND_PROXY = Variable(
    "XINGKE_BEHIND_PROXY",
    "false",
    FLAG,
    both("信任反向代理写入的 X-Forwarded-Proto 与 X-Forwarded-For", "trust X-Forwarded-Proto and X-Forwarded-For of the proxy"),
)
ALLOWED_PRIVATE_HOSTS = Variable(
    "XINGKE_ALLOWED_PRIVATE_HOSTS",
    "",
    Reader(
        lambda text: AllowList.parse(text.split(",")),
        both(
            "以逗号分隔的主机、网段或套接字目录，可带端口，如 127.0.0.1:5432, 10.0.0.0/8, db.inside, /run/postgresql",
            "hosts, networks or socket directories separated by commas, with a port if need be, such as 127.0.0.1:5432, 10.0.0.0/8, "
            "db.inside, /run/postgresql",
        ),
    ),
    both(
        "数据连接除公网外还可访问的本机与内网地址；留空则一律拒绝",
        "addresses of this machine and of private networks that connections may reach beside public ones; empty refuses all",
    ),
)
SESSION_HOURS = Variable("XINGKE_SESSION_HOURS", "12", _at_least(1), both("登录有效时长（小时）", "hours a log-in lasts"))
LOGIN_ATTEMPTS = Variable(
    "XINGKE_LOGIN_ATTEMPTS",
    "5",
    _at_least(1),
    both("同一账号与网络地址在锁定前允许的登录失败次数", "failed log-ins of one name and address before a pause"),
)
LOGIN_LOCK_MINUTES = Variable("XINGKE_LOGIN_LOCK_MINUTES", "15", _at_least(1), both("登录锁定时长（分钟）", "minutes that pause lasts"))
LOG_LEVEL = Variable(
    "XINGKE_LOG_LEVEL",
    "INFO",
    _one_of("DEBUG", "INFO", "WARNING", "ERROR"),
    both("日志级别，写到标准错误", "level of the log on standard error"),
)
MAIL_URL = Variable(
    "XINGKE_MAIL_URL",
    "",
    TEXT,
    both(
        "smtp://、smtp+starttls:// 或 smtps://用户:密码@主机:端口；留空则写入 mail/",
        "smtp://, smtp+starttls:// or smtps://user:password@host:port; files in mail/ when empty",
    ),
)
MAIL_FROM = Variable("XINGKE_MAIL_FROM", "xingke@localhost", TEXT, both("发件人地址", "sender of e-mail"))
WORKER_LEASE_SECONDS = Variable(
    "XINGKE_WORKER_LEASE_SECONDS",
    "60",
    _at_least(1),
    both("任务租约秒数，超时后由其他进程接手", "seconds until the task of a silent worker is taken over"),
)
WORKER_ATTEMPTS = Variable("XINGKE_WORKER_ATTEMPTS", "5", _at_least(1), both("任务失败多少次后放弃", "tries before a task is given up"))
WORKER_BATCH = Variable("XINGKE_WORKER_BATCH", "4", _at_least(1), both("一次领取的任务数", "tasks a worker claims at once"))

VARIABLES: tuple[Variable[object], ...] = tuple(value for value in list(globals().values()) if isinstance(value, Variable))
