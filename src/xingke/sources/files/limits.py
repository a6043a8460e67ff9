"""How much of a file is read at most, and what is said about one that goes beyond."""

from dataclasses import dataclass
from pathlib import Path

from xingke.errors import UserFacingError

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one file.

    Parameters
    ----------
    file_bytes, expanded_bytes
        Of the file as it lies there, and of what a compressed one unfolds into.
    columns
        Of one header.
    workbook_cells
        Rows times columns of one sheet, blank cells included.
    json_bytes
        Of a JSON array, which is read whole; JSON lines have no bound but `file_bytes`.
    json_depth
        Nested objects.
    """

    file_bytes: int = 4096 * MEGABYTE
    expanded_bytes: int = 512 * MEGABYTE
    columns: int = 2_000
    workbook_cells: int = 20_000_000
    json_bytes: int = 256 * MEGABYTE
    json_depth: int = 8


class FileRefused(UserFacingError):
    """A file of which nothing can be read; says why and what would do."""


def too_many_columns(path: Path, found: str, limits: Limits) -> FileRefused:
    """The header is wider than any table of facts."""
    return FileRefused(
        zh=f"文件 {path.name} 的表头有 {found} 列，最多 {limits.columns:,} 列；请删去多余的列，或检查分隔符",
        en=f"{path.name} has {found} columns in its header, {limits.columns:,} at most; remove the spare ones or check the delimiter",
        path=path,
    )


def too_large(path: Path, found: int, most: int) -> FileRefused:
    """More bytes than are read."""
    return FileRefused(
        zh=f"文件 {path.name} 有 {found / MEGABYTE:,.0f} MB，最多 {most / MEGABYTE:,.0f} MB；请拆成几个文件，或存为 CSV 后导入",
        en=f"{path.name} has {found / MEGABYTE:,.0f} MB, {most / MEGABYTE:,.0f} MB at most; split it, or save it as CSV",
        path=path,
    )


def expands_too_far(path: Path, limits: Limits) -> FileRefused:
    """A compressed file that would unfold beyond the bound."""
    most = limits.expanded_bytes / MEGABYTE
    return FileRefused(
        zh=f"文件 {path.name} 解压后超过 {most:,.0f} MB，没有打开；请存为 CSV 后导入",
        en=f"{path.name} would unfold to more than {most:,.0f} MB and was not opened; save it as CSV",
        path=path,
    )


def nothing_in(path: Path) -> FileRefused:
    """No header, or nothing below it."""
    return FileRefused(
        zh=f"文件 {path.name} 没有数据；应有一行列名，其下每行一条记录",
        en=f"{path.name} holds no data; it needs a row of column names with one record a row below it",
        path=path,
    )
