"""What the exit code of a command means; scripts may rely on it."""

from enum import IntEnum

from xingke.errors import ConfigurationError, UserFacingError


class Exit(IntEnum):
    """Exit codes."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    CONFIGURATION = 3
    DATA = 4
    BUSY = 5
    UNHEALTHY = 6
    QUESTION = 7
    INTERRUPTED = 130


MEANINGS = {
    Exit.OK: ("成功", "done"),
    Exit.UNEXPECTED: ("内部错误", "an internal error"),
    Exit.USAGE: ("命令行写法有误", "the command line is not right"),
    Exit.CONFIGURATION: ("设置、路径或权限有问题", "a setting, a path or a permission is wrong"),
    Exit.DATA: ("数据有问题", "the data are not right"),
    Exit.BUSY: ("被占用：端口、锁或数据库", "something is in use: a port, a lock or the database"),
    Exit.UNHEALTHY: ("doctor 或世界的自检发现问题", "doctor or the self-check of a world found a problem"),
    Exit.QUESTION: (
        "有问题需要回答：用 --answer 回答，或用 --yes 采用识别结果",
        "a question is open: --answer answers it, --yes takes the guess",
    ),
    Exit.INTERRUPTED: ("被中断", "interrupted"),
}


class Busy(UserFacingError):
    """Something that the command needs is in use by somebody else."""

    exit_code = Exit.BUSY


def exit_of(error: UserFacingError) -> int:
    """The exit code of an error: its own `exit_code`, else by its kind."""
    own = getattr(error, "exit_code", None)
    if own is not None:
        return int(own)
    return Exit.CONFIGURATION if isinstance(error, ConfigurationError) else Exit.DATA
