"""Folders that no source may read: the truth of a synthetic world, which would tell every answer beforehand."""

from pathlib import Path

from xingke.errors import UserFacingError

TRUTH_MARK = "TRUTH"
"""A file of this name closes the folder that it lies in, and everything below."""


class TruthIsClosed(UserFacingError):
    """A folder of truth was offered as data."""

    def __init__(self, *, path: Path) -> None:
        super().__init__(
            zh=f"{path} 是星城的真相目录，只有评分程序可以读取；要导入的数据在旁边的 observed 目录",
            en=f"{path} is the truth of a synthetic world and open to the scorer alone; the data to load lie in `observed` beside it",
            path=path,
        )


def refuse_truth(location: Path) -> None:
    """Raise `TruthIsClosed` where the location is a folder of truth or lies in one."""
    whole = location.resolve()
    if any((folder / TRUTH_MARK).is_file() for folder in (whole, *whole.parents)):
        raise TruthIsClosed(path=location)
