"""The log under a new key: finished segments are written again in place, block by block, with the same offsets."""

from pathlib import Path

from xingke.durable import write_whole
from xingke.events.blocks import DIGEST, PLACE, headers, packed_body
from xingke.events.log import durable_end, segment_path, segments
from xingke.privacy import Vault
from xingke.privacy.files import file_key_id


def log_resealed(root: Path, vault: Vault) -> int:
    """Seal again what an older key sealed; returns how many blocks that were.

    The segment that is being written stays as it is: its turn comes when the next one has begun. A sealed form is as long as any other of
    the same content, so that the positions of readers keep their meaning.
    """
    last = durable_end(root).segment
    return sum(_segment_resealed(segment_path(root, number), vault) for number in segments(root) if number < last)


def _segment_resealed(path: Path, vault: Vault) -> int:
    content, done = bytearray(path.read_bytes()), 0
    for header in headers(path):
        start = header.start + header.events * DIGEST
        sealed = bytes(content[start : header.end])
        if file_key_id(sealed[:16]) in ("", vault.key_id):
            continue
        body = bytes(content[header.start : start]) + vault.seal_bytes(vault.open_bytes(sealed, place=PLACE), place=PLACE)
        content[header.offset : header.end] = packed_body(body, header.events, header.rejected)
        done += 1
    if done:
        write_whole(path, bytes(content))
    return done
