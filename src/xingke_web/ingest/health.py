"""How the data of a workspace are, for `xingke doctor`: the lake's files, freshness, checks, quarantine, and the keys."""

from collections.abc import Iterator
from typing import Final

from xingke.engine.lake import LakeEmpty
from xingke.errors import UserFacingError
from xingke.words import Words, both
from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.config.vault import vault_of
from xingke_web.ingest.holding import loads_held
from xingke_web.ingest.quality import failing_first, tables_quality
from xingke_web.loop.facade import lake_of

NAMED: Final = 3
State = tuple[str, bool, Words]


def data_state(workspace: WorkspaceInfo) -> Iterator[State]:
    """What there is to say: the topic, whether something is wrong, and the words."""
    whole = list(_lake(workspace))
    yield from whole
    if any(is_bad for _topic, is_bad, _words in whole):
        return  # what follows reads these files
    yield _keys(workspace)
    yield from _quality(workspace)
    yield _waiting(workspace)


def _lake(workspace: WorkspaceInfo) -> Iterator[State]:
    """Every file that the live snapshot names is there, of its size."""
    try:
        snapshot = lake_of(workspace).current()
    except LakeEmpty:
        return
    except (OSError, ValueError, KeyError, UserFacingError):
        yield (
            "lake",
            True,
            both("数据湖的快照或清单读不出来，请从备份恢复", "the snapshot or a manifest cannot be read; restore it from a backup"),
        )
        return
    gone = []
    for version in snapshot.tables.values():
        for file in version.files:
            path = snapshot.root / version.directory / file.path
            if not path.is_file() or path.stat().st_size != file.bytes:
                gone.append(f"{version.directory}/{file.path}")
    if gone:
        named = ", ".join(gone[:NAMED])
        yield (
            "lake",
            True,
            both(
                f"快照的 {len(gone)} 个文件缺失或大小不符：{named}；请从备份恢复",
                f"{len(gone)} files of the snapshot are gone or of another size: {named}; restore them",
            ),
        )
    else:
        files = sum(len(version.files) for version in snapshot.tables.values())
        yield (
            "lake",
            False,
            both(f"快照 {snapshot.sequence} 的 {files} 个文件完整", f"the {files} files of snapshot {snapshot.sequence} are whole"),
        )


def _keys(workspace: WorkspaceInfo) -> State:
    try:
        vault = vault_of(workspace.id)
        fits = vault.open(vault.seal("x", place="doctor"), place="doctor") == "x"
    except UserFacingError as error:
        return "keys", True, error.words
    return "keys", not fits, both("数据密钥可用", "the data keys open what they seal")


def _quality(workspace: WorkspaceInfo) -> Iterator[State]:
    tables = tables_quality(workspace)
    if not tables:
        return
    late = [table.name for table in tables if table.is_stale]
    if late:
        named = ", ".join(late[:NAMED])
        yield "freshness", True, both(f"{len(late)} 张表迟到：{named}", f"{len(late)} tables are late: {named}")
    failing = failing_first(tables)
    if failing:
        named = ", ".join(f"{one.table} {one.code}" for one in failing[:NAMED])
        yield "quality", True, both(f"{len(failing)} 项检查未通过：{named}", f"{len(failing)} checks fail: {named}")
    else:
        yield "quality", False, both(f"{len(tables)} 张表的检查全部通过", f"every check of {len(tables)} tables passes")


def _waiting(workspace: WorkspaceInfo) -> State:
    rows = sum(load.rows for load in loads_held(workspace))
    if not rows:
        return "quarantine", False, both("没有待处理的隔离行", "no row waits in quarantine")
    return "quarantine", True, both(f"{rows:,} 行在隔离区等待处理", f"{rows:,} rows wait in quarantine")
