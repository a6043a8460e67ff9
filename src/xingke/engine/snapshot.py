"""What a lake holds at one moment: every table's version, pinned together."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

MANIFEST = "_manifest.json"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One Parquet file of a table version; `buckets` are the customer buckets in it, empty where it holds all."""

    path: str
    bytes: int
    rows: int
    buckets: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class TableVersion:
    """One immutable version of one table, with its lineage.

    Parameters
    ----------
    directory
        Relative to the lake.
    inputs
        Version directories of the tables it was made from.
    definitions
        Name and fingerprint of whatever declared it (steps, tag library, source).
    """

    name: str
    directory: str
    files: tuple[StoredFile, ...]
    rows: int
    schema_fingerprint: str
    created_at: datetime
    seconds: float
    engine: str
    as_of: date | None = None
    inputs: Mapping[str, str] = field(default_factory=dict)
    definitions: Mapping[str, str] = field(default_factory=dict)

    @property
    def bytes(self) -> int:
        """Stored size."""
        return sum(file.bytes for file in self.files)

    def to_json(self) -> dict[str, Any]:
        """Plain data for the manifest."""
        return {**asdict(self), "created_at": self.created_at.isoformat(), "as_of": self.as_of.isoformat() if self.as_of else None}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Read a manifest."""
        files = tuple(StoredFile(file["path"], file["bytes"], file["rows"], tuple(file["buckets"])) for file in value["files"])
        as_of = date.fromisoformat(value["as_of"]) if value["as_of"] else None
        return cls(**{**value, "files": files, "as_of": as_of, "created_at": datetime.fromisoformat(value["created_at"])})


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All tables of a lake at one moment; files of a pinned snapshot stay until its retention has passed."""

    root: Path
    sequence: int
    created_at: datetime
    tables: Mapping[str, TableVersion]

    def files(self, name: str) -> list[str]:
        """Absolute paths of a table's files, in stored order."""
        version = self.tables[name]
        return [str(self.root / version.directory / file.path) for file in version.files]

    def files_in_buckets(self, name: str, buckets: frozenset[int]) -> list[str]:
        """Paths of those files of a table that hold any of these customer buckets."""
        version = self.tables[name]
        return [
            str(self.root / version.directory / file.path)
            for file in version.files
            if not file.buckets or buckets.intersection(file.buckets)
        ]


def read_snapshot(root: Path, name: str) -> Snapshot:
    """Read one stored snapshot file."""
    value = json.loads((root / "snapshots" / name).read_text(encoding="utf-8"))
    tables = {
        table: TableVersion.from_json(json.loads((root / directory / MANIFEST).read_text(encoding="utf-8")))
        for table, directory in value["tables"].items()
    }
    return Snapshot(root, value["sequence"], datetime.fromisoformat(value["created_at"]), tables)
