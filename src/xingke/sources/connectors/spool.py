"""What is sent to us, on disk before we say thank you: sealed, once per message, in the order in which it came.

One SQLite file a connection. A commit is an fsync; a message that was taken once is known for ever, also after its body is gone.
"""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from xingke.durable import make_folder, sync

if TYPE_CHECKING:
    from xingke.privacy import Vault

WAIT_SECONDS = 30
_MADE = """
create table if not exists message (
    number integer primary key autoincrement, id blob not null unique, received_at text not null, reason text not null, body blob
)
"""


@dataclass(frozen=True, slots=True)
class Message:
    """One message in the spool. `number` grows by arrival; `reason` says why it is no row, empty where it is."""

    number: int
    received_at: datetime
    reason: str
    body: bytes


class Spool:
    """The spool of one connection; safe to be used by several processes.

    Parameters
    ----------
    path
        The file; it is made when the first message comes.
    vault
        Seals bodies before they reach the disk.
    """

    def __init__(self, path: Path, vault: "Vault | None" = None) -> None:
        self._path, self._vault = path, vault

    def append(self, messages: Sequence[tuple[str, bytes, str]], *, now: datetime) -> int:
        """Store messages of id, body and reason; on disk when this returns. Says how many were new."""
        rows = [(_digest(name), now.isoformat(), reason, self._sealed(body)) for name, body, reason in messages]
        with self._open() as connection, connection:
            before = connection.total_changes
            connection.executemany("insert into message (id, received_at, reason, body) values (?, ?, ?, ?) on conflict do nothing", rows)
            return connection.total_changes - before

    def after(self, number: int, *, most: int) -> list[Message]:
        """The next messages behind a number, in the order in which they came."""
        if not self._path.exists():
            return []
        sql = "select number, received_at, reason, body from message where number > ? and body is not null order by number limit ?"
        with self._open() as connection:
            rows = connection.execute(sql, (number, most)).fetchall()
        return [Message(row[0], datetime.fromisoformat(row[1]), row[2], self._opened(row[3])) for row in rows]

    def waiting(self, number: int = 0) -> int:
        """How many messages lie behind a number."""
        if not self._path.exists():
            return 0
        with self._open() as connection:
            sql = "select count(*) from message where number > ? and body is not null"
            return int(connection.execute(sql, (number,)).fetchone()[0])

    def forget(self, number: int) -> None:
        """Remove the bodies up to a number, which are stored elsewhere by now; their ids stay."""
        if self._path.exists():
            with self._open() as connection, connection:
                connection.execute("update message set body = null where number <= ? and body is not null", (number,))

    def reseal(self) -> int:
        """Put bodies that an older key sealed under the one that seals now; how many there were."""
        if self._vault is None or not self._path.exists():
            return 0
        from xingke.privacy.files import file_key_id

        done = 0
        with self._open() as connection:
            for number, body in connection.execute("select number, body from message where body is not null").fetchall():
                if file_key_id(body[:16]) in ("", self._vault.key_id):
                    continue
                fresh = self._sealed(self._opened(body))
                with connection:
                    done += connection.execute("update message set body = ? where number = ? and body = ?", (fresh, number, body)).rowcount
        return done

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        fresh = not self._path.exists()
        if fresh:
            make_folder(self._path.parent)
        with closing(sqlite3.connect(self._path, timeout=WAIT_SECONDS)) as connection:
            connection.execute("pragma journal_mode = wal")
            connection.execute("pragma synchronous = full")
            connection.execute("pragma secure_delete = on")
            connection.execute(_MADE)
            if fresh:
                sync(self._path.parent)
            yield connection

    def _sealed(self, body: bytes) -> bytes:
        return self._vault.seal_bytes(body, place="spool") if self._vault else body

    def _opened(self, body: bytes) -> bytes:
        return self._vault.open_bytes(body, place="spool") if self._vault else body


def _digest(name: str) -> bytes:
    return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16).digest()
