"""The base of an assembled table: what the bulk sources brought, kept beside it under a name of its own.

A version that assembly made says so in its definitions. Any other current version is a base: a source or a stage has just written it.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace

from xingke.engine.lake import LakeWriter, TableDraft
from xingke.engine.snapshot import StoredFile, TableVersion

MARK = "assembled"
PREFIX = "base_"


def is_base(name: str) -> bool:
    """Whether a table of the lake is the kept base of another one."""
    return name.startswith(PREFIX)


def base_of(writer: LakeWriter, name: str) -> TableVersion | None:
    """What the bulk sources brought of a table; nothing where they brought none."""
    current = writer.tables.get(name)
    if current is not None and MARK not in current.definitions:
        return current
    return writer.tables.get(PREFIX + name)


def base_files(writer: LakeWriter, name: str) -> list[str]:
    """Absolute paths of the base's files."""
    base = base_of(writer, name)
    return [] if base is None else [str(writer.root / base.directory / file.path) for file in base.files]


def restored(writer: LakeWriter, name: str) -> None:
    """Make the base current again: nothing is left to be added to it."""
    base = base_of(writer, name)
    if MARK not in writer.tables[name].definitions:
        return
    if base is None:
        writer.forget(name)
    else:
        writer.take(replace(base, name=name))
        writer.forget(PREFIX + name)


def unchanged(writer: LakeWriter, name: str, inputs: Mapping[str, str]) -> bool:
    """Whether the current version was assembled from exactly these inputs."""
    current = writer.tables.get(name)
    return current is not None and MARK in current.definitions and dict(current.inputs) == dict(inputs)


def assembled(writer: LakeWriter, name: str, version: TableVersion) -> None:
    """Take an assembled version, and keep the base that it was made from."""
    base = base_of(writer, name)
    if base is not None:
        writer.take(replace(base, name=PREFIX + name))
    writer.take(version)


def linked(draft: TableDraft, writer: LakeWriter, base: TableVersion, file: StoredFile, place: int) -> None:
    """Make a file of the base part of a draft without copying it."""
    name = f"base-{place:03d}.parquet"
    origin = writer.root / base.directory / file.path
    try:
        os.link(origin, draft.path(name))
    except OSError:  # a file system without hard links
        shutil.copyfile(origin, draft.path(name))
    draft.add(name, buckets=file.buckets)


def numbered(base: TableVersion | None) -> Iterator[tuple[int, StoredFile]]:
    """The files of a base with their places; none where there is no base."""
    return iter(enumerate(base.files if base else ()))
