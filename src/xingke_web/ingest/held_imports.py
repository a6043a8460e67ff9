"""Waiting rows of files that somebody brought."""

import pyarrow as pa

from xingke.schema.findings import quarantine_joined
from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.ingest import kept_files
from xingke_web.ingest.held_again import mapped_again, sources_of
from xingke_web.ingest.holder import Again, Held
from xingke_web.ingest.imports import mapping_of
from xingke_web.ingest.models import Import


class ImportHolder:
    """Rows of files that somebody brought."""

    def loads(self, workspace: WorkspaceInfo) -> list[Held]:
        """Loaded files of which rows wait."""
        found = []
        for kept in Import.objects.filter(workspace_id=workspace.id, state=Import.State.LOADED):
            rows = kept_files.held_of(kept, workspace).num_rows
            if rows:
                found.append(Held(kept.load_id, kept.file_name, rows))
        return found

    def read(self, workspace: WorkspaceInfo, load_id: str) -> pa.Table | None:
        """The waiting rows of a file."""
        kept = self._import(workspace, load_id)
        return quarantine_joined([kept_files.held_of(kept, workspace)]) if kept else None

    def again(self, workspace: WorkspaceInfo, load_id: str, rows: pa.Table) -> Again:
        """By the mapping of the file."""
        kept = self._import(workspace, load_id)
        assert kept is not None  # noqa: S101 - the rows were read from it
        return mapped_again(mapping_of(kept), rows, workspace)

    def keep(self, workspace: WorkspaceInfo, load_id: str, waiting: pa.Table, gone: pa.Table) -> None:
        """Sealed beside the upload."""
        kept = self._import(workspace, load_id)
        if kept:
            kept_files.held_keep(kept, workspace, waiting)

    def piece_id(self, load_id: str) -> str:
        """`import-5-r`."""
        return f"{load_id}-r"

    def fields(self, workspace: WorkspaceInfo, load_id: str, table: str, column: str) -> tuple[str, ...]:
        """By the mapping of the file."""
        kept = self._import(workspace, load_id)
        return sources_of(mapping_of(kept), table, column) if kept else ()

    def _import(self, workspace: WorkspaceInfo, load_id: str) -> Import | None:
        number = load_id.removeprefix("import-")
        if not number.isdecimal():
            return None
        return Import.objects.filter(workspace_id=workspace.id, pk=int(number), state=Import.State.LOADED).first()
