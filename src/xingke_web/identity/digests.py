"""Whether anything that identification reads has changed, told by a keyed digest that says nothing to whoever reads the lake."""

import hashlib
from collections.abc import Sequence
from typing import Final

import pyarrow as pa

from xingke.privacy import Vault

VERSION: Final = "2"
"""Raised where the same input would give other tables."""


def table_digest(records: pa.Table, decisions: pa.Table, models: Sequence[str], *, key: Vault) -> str:
    """A digest of the records in the clear, the decisions in force and the weights; equal inputs give equal digests."""
    digest = hashlib.sha256(VERSION.encode())
    for table in (records, decisions):
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as stream:
            stream.write_table(table.combine_chunks())
        digest.update(sink.getvalue())
    for text in models:
        digest.update(text.encode())
    return key.blind(digest.hexdigest(), "identity digest")
