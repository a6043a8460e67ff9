"""What can go wrong between a world and whoever asks something of it."""

from collections.abc import Sequence
from pathlib import Path

from xingke.errors import ConfigurationError, UserFacingError
from xingke.words import Words


class WeekOutOfOrder(UserFacingError):
    """A step for a week that is not the next one."""

    def __init__(self, *, asked: int, expected: int) -> None:
        super().__init__(
            zh=f"星城按周推进：下一周是第 {expected} 周，收到的是第 {asked} 周",
            en=f"the world advances week by week: the next is week {expected}, week {asked} was asked for",
            asked=asked,
            expected=expected,
        )


class WorldExists(ConfigurationError):
    """The directory to write to has something in it."""

    def __init__(self, *, path: Path) -> None:
        super().__init__(
            zh=f"目录 {path} 不是空的；请换一个目录，或先删除其中的内容",
            en=f"{path} is not empty; name another directory, or empty this one first",
            path=path,
        )


class WorldInTheMaking(UserFacingError):
    """Another run makes a world at the same place."""

    exit_code = 5

    def __init__(self, *, path: Path) -> None:
        super().__init__(
            zh=f"另一个进程正在生成 {path}；请等它结束，或换一个目录",
            en=f"another run is making {path}; wait for it, or name another directory",
            path=path,
        )


class NotAWorld(ConfigurationError):
    """A directory without a world in it, or with one of another version."""

    def __init__(self, *, path: Path, reason: Words | None = None) -> None:
        zh, en = (f"（{reason['zh']}）", f" ({reason['en']})") if reason else ("", "")
        super().__init__(
            zh=f"{path} 里没有可用的星城{zh}；请用 `xingke world make --out {path}` 生成",
            en=f"there is no usable world at {path}{en}; make one by `xingke world make --out {path}`",
            path=path,
        )


class NotACity(ConfigurationError):
    """A world of another kind where only a city will do."""

    def __init__(self, *, path: Path, kind: str) -> None:
        super().__init__(
            zh=f"{path} 是「{kind}」类的世界；这里需要星城（`xingke world make --kind city`）",
            en=f"{path} is a world of kind '{kind}'; a city is needed here (`xingke world make --kind city`)",
            path=path,
            kind=kind,
        )


class WorldNotWritten(ConfigurationError):
    """The operating system does not let a world or a week of it be written."""

    def __init__(self, *, path: Path, reason: str) -> None:
        super().__init__(
            zh=f"无法写入 {path}：{reason}；请检查权限和磁盘空间，然后再运行同一条命令",
            en=f"{path} cannot be written: {reason}; check permissions and disk space, then run the same command again",
            path=path,
            reason=reason,
        )


class BadActions(UserFacingError):
    """A list of actions that cannot be read."""

    def __init__(self, *, zh: str, en: str) -> None:
        super().__init__(zh=f"动作清单：{zh}；整周未执行", en=f"list of actions: {en}; the week was not run")


class NotAState(UserFacingError):
    """A file that is not the state of this world after a week."""

    def __init__(self, *, path: Path, zh: str, en: str) -> None:
        super().__init__(
            zh=f"{path} 不能用作状态：{zh}；请给出上一次 `xingke world step` 写出的 .state 文件",
            en=f"{path} is no state to go on from: {en}; name the .state file that the last `xingke world step` wrote",
            path=path,
        )


class NoSuchOutlet(UserFacingError):
    """An action on outlets that do not exist."""

    def __init__(self, *, action: str, outlets: Sequence[int]) -> None:
        some = ", ".join(str(outlet) for outlet in outlets[:5])
        super().__init__(
            zh=f"动作「{action}」指向不存在的零售户：{some}{'……' if len(outlets) > 5 else ''}，共 {len(outlets)} 户；整周未执行",
            en=f"action '{action}' names outlets that do not exist: {some}{' ...' if len(outlets) > 5 else ''} "
            f"({len(outlets)} in all); the week was not run",
            action=action,
            outlets=tuple(outlets),
        )


class OutletClosed(UserFacingError):
    """An action on outlets that have not opened yet or are closed."""

    def __init__(self, *, action: str, outlets: Sequence[int]) -> None:
        some = ", ".join(str(outlet) for outlet in outlets[:5])
        super().__init__(
            zh=f"动作「{action}」指向未开户或已歇业的零售户：{some}{'……' if len(outlets) > 5 else ''}，共 {len(outlets)} 户；"
            "请从名单中去掉，整周未执行",
            en=f"action '{action}' names outlets that are not open: {some}{' ...' if len(outlets) > 5 else ''} "
            f"({len(outlets)} in all); take them off the list, the week was not run",
            action=action,
            outlets=tuple(outlets),
        )


class BadAnswers(UserFacingError):
    """An answer table that does not keep its schema."""

    def __init__(self, *, table: str, zh: str, en: str) -> None:
        super().__init__(zh=f"答案表 {table}：{zh}", en=f"answer table {table}: {en}", table=table)
