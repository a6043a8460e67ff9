"""What the reader of a file found worth telling, in words."""

from collections.abc import Sequence
from typing import Final

from xingke.words import Words, both

WORDS: Final = {
    "mixed_encoding": both(
        "文件混用两种编码，另一种编码的行单独存放", "The file mixes two encodings; lines in the other one are kept apart."
    ),
    "doubtful_encoding": both(
        "文件的编码不确定，部分文字可能是乱码；请另存为 UTF-8 后再试",
        "The encoding of the file is in doubt and some of its text may be garbled; save it as UTF-8 and try again.",
    ),
    "hidden_sheet": both("隐藏的工作表「{name}」不导入", "The hidden sheet “{name}” is left out."),
    "empty_sheet": both("工作表「{name}」没有数据", "The sheet “{name}” is empty."),
    "left_out_sheet": both(
        "工作表「{name}」是汇总或没有可载入的列，不导入", "The sheet “{name}” is a summary or has nothing to load; it is left out."
    ),
}


def notes_shown(notes: Sequence[str]) -> list[Words]:
    """Notes in both languages; codes that nobody knows any more are left out."""
    found = []
    for note in notes:
        kind, _, name = note.partition(":")
        words = WORDS.get(kind)
        if words is not None:
            found.append(both(words["zh"].format(name=name), words["en"].format(name=name)))
    return found


def notes_told(notes: Sequence[str]) -> list[tuple[str, str]]:
    """Notes for the command line."""
    return [(one["zh"], one["en"]) for one in notes_shown(notes)]
