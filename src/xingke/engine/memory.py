"""The memory in which Arrow works while much passes through."""

from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa


@contextmanager
def passing_through() -> Iterator[None]:
    """Take Arrow's memory from the system while batch after batch is made and given up again.

    Arrow's own allocator hands every block back to the system soon after it is free and asks for it anew, which takes a tenth of all
    processor time of a large load; the system's keeps free blocks at hand. Arrays know where their memory is from, and outlive this.
    """
    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)
