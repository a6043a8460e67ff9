"""What may happen at a door: an answer in words or rows accounted for, within bounds of memory and time."""

import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

from xingke.errors import UserFacingError

MOST_MEGABYTES = 200
MOST_CPU_SECONDS = 20


@contextmanager
def within_bounds(megabytes: int = MOST_MEGABYTES) -> Iterator[None]:
    """No more memory (Python's and Arrow's) and no more processor time than a broken input is worth."""
    tracemalloc.start()
    arrow, started = pa.total_allocated_bytes(), time.process_time()
    try:
        yield
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        kept = pa.total_allocated_bytes() - arrow
    assert peak < megabytes << 20, f"{peak >> 20} MB were taken"
    assert kept < megabytes << 20
    assert time.process_time() - started < MOST_CPU_SECONDS


def is_told(error: UserFacingError, *names: str) -> bool:
    """Whether an error speaks both languages and names what it is about, without the words of a program."""
    texts = (error.words["zh"], error.words["en"])
    for text in texts:
        assert len(text) > 8
        assert "Traceback" not in text
        assert "object at 0x" not in text
        for name in names:
            assert name in text, f"'{name}' is not named in: {text}"
    return any("\u4e00" <= letter <= "\u9fff" for letter in texts[0])
