"""Which encoding a text file is in, decided by trying to decode it."""

import codecs
import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

SAMPLE = 4 << 20
TAIL = 256 << 10
CHUNK = 1 << 20
CHANCE = 0.05
"""A Chinese word of two characters is now and then good UTF-8 as well; more than that is no chance."""
FREQUENT = {"cp950": range(0xA4, 0xC7), "gb18030": range(0xB0, 0xD8)}
"""First bytes of the characters that each standard counts as frequent."""

COMMON_SIGNS = frozenset("，。：；（）、！？“”《》—￥％　")
MARGIN = 0.2
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 BOM"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec of Python with the name to show; `mixed` where some lines are written in another one, `doubtful` where its text is none."""

    codec: str
    label: str
    mixed: bool = False
    doubtful: bool = False

    @property
    def is_utf8(self) -> bool:
        """Whether the bytes can be read as they are."""
        return self.codec in ("utf-8", "utf-8-sig")


def encoding_of(path: Path) -> Encoding:
    """Try the beginning and the end of the file: the mark, UTF-8, then GBK and GB18030; of two in one file, the one of most lines."""
    sample = _sample(path)
    for mark, codec, label in MARKS:
        if sample.startswith(mark):
            return Encoding(codec, label)
    wide = _wide(sample)
    if wide:
        return Encoding(wide, "UTF-16")
    if _decodes(sample, "utf-8"):
        return Encoding("utf-8", "UTF-8")
    lines = [line for line in sample.split(b"\n") if not line.isascii()]
    share = sum(_decodes(line, "utf-8") for line in lines) / len(lines)
    if share > 0.5:
        return Encoding("utf-8", "UTF-8", mixed=True)
    if _reads_better(sample):
        return Encoding("cp950", "Big5")
    label = "GBK" if _decodes(sample, "gbk") else "GB18030"
    doubtful = _private(sample.decode("gb18030", "replace")) > CHANCE
    return Encoding("gb18030", label, mixed=share > CHANCE or not _decodes(sample, "gb18030"), doubtful=doubtful)


def _reads_better(sample: bytes) -> bool:
    """Whether the text is more likely Big5 than GB18030: nearly any bytes are characters in both, but frequent ones in one of them alone.

    Both standards put the frequent characters first, so the share of those among all Chinese characters tells.
    """
    if not _decodes(sample, "cp950"):
        return False
    big5, gb = (_frequent(sample.decode(codec, "replace"), codec, FREQUENT[codec]) for codec in ("cp950", "gb18030"))
    return big5 > gb + MARGIN


def _frequent(text: str, codec: str, leads: range) -> float:
    """Share of the characters beyond ASCII that are frequent ones, or common punctuation."""
    beyond = [letter for letter in text if not letter.isascii()]
    if not beyond:
        return 0.0
    return sum(letter.encode(codec, "replace")[0] in leads or letter in COMMON_SIGNS for letter in beyond) / len(beyond)


def _private(text: str) -> float:
    """Share of the characters beyond ASCII that no standard gives a meaning."""
    beyond = [letter for letter in text if not letter.isascii()]
    return sum("\ue000" <= letter <= "\uf8ff" for letter in beyond) / (len(beyond) or 1)


def _sample(path: Path) -> bytes:
    with path.open("rb") as file:
        head = file.read(SAMPLE)
        size = file.seek(0, io.SEEK_END)
        if size <= SAMPLE + TAIL:
            file.seek(len(head))
            return head + file.read()
        file.seek(size - TAIL)
        tail = file.read()
    return head[: head.rfind(b"\n") + 1] + tail[tail.find(b"\n") + 1 :]


def _wide(sample: bytes) -> str:
    """UTF-16 without its mark: every other byte of plain letters is zero."""
    part = sample[:4096]
    if len(part) < 4 or part.count(0) < len(part) // 5:
        return ""
    return "utf-16-le" if part[1::2].count(0) > part[::2].count(0) else "utf-16-be"


def _decodes(sample: bytes, codec: str) -> bool:
    try:
        codecs.getincrementaldecoder(codec)().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


class AsUtf8(io.RawIOBase):
    """A file read as UTF-8, whatever it is written in; what cannot be decoded becomes U+FFFD, which keeps its row outside."""

    def __init__(self, file: BinaryIO, codec: str) -> None:
        super().__init__()
        self._file, self._decoder, self._ready = file, codecs.getincrementaldecoder(codec)(errors="replace"), b""

    def readable(self) -> bool:
        """Reading is all it does."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, fewer than asked for at the end alone."""
        parts, got = [self._ready], len(self._ready)
        while size < 0 or got < size:
            chunk = self._file.read(CHUNK)
            text = self._decoder.decode(chunk, final=not chunk).encode("utf-8")
            parts.append(text)
            got += len(text)
            if not chunk:
                break
        whole = b"".join(parts)
        cut = len(whole) if size < 0 else min(size, len(whole))
        self._ready = whole[cut:]
        return whole[:cut]

    def close(self) -> None:
        """Close the file below as well."""
        self._file.close()
        super().close()
