"""A database with all migrations applied, made once and copied: migrating costs once a machine and not once a test process.

The copy is found by the hash of every migration and of what migrations call, so a change of any of them makes a new one.
"""

import hashlib
import os
import sqlite3
import tempfile
from importlib.metadata import version
from pathlib import Path

import xingke_web

ROOM = Path(xingke_web.__file__).parent


def ready_database() -> Path:
    """Where the migrated database of this state of the source lies, or will lie."""
    seen = hashlib.sha256(version("django").encode() + version("django-tasks").encode())
    for source in sorted(ROOM.glob("*/migrations/*.py")) + sorted(ROOM.glob("*/models.py")) + sorted(ROOM.glob("*/models/*.py")):
        seen.update(str(source.relative_to(ROOM)).encode() + source.read_bytes())
    for source in sorted(ROOM.glob("*/guard.py")) + sorted(ROOM.glob("*/signals.py")) + sorted(ROOM.glob("*/apps.py")):
        seen.update(source.read_bytes())
    return Path(tempfile.gettempdir()) / f"xingke-test-database-{seen.hexdigest()[:16]}.sqlite3"


def copy_database(source: Path, target: Path) -> None:
    """A consistent copy, whole or not there: two test processes may make the same one."""
    making = target.with_name(f"{target.name}.{os.getpid()}")
    read, written = sqlite3.connect(source), sqlite3.connect(making)
    try:
        read.backup(written)
    finally:
        read.close()
        written.close()
    making.replace(target)
