"""Waiting rows of connections."""

from typing import Any

import pyarrow as pa
from django.utils.translation import gettext as _

from xingke.schema.findings import quarantine_joined
from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.ingest import connections, pulls
from xingke_web.ingest.connection_models import Pull
from xingke_web.ingest.held_again import mapped_again, sources_of
from xingke_web.ingest.holder import Again, Held


class PullHolder:
    """Rows of connections."""

    def loads(self, workspace: WorkspaceInfo) -> list[Held]:
        """Pulls of which rows wait."""
        found = []
        for pull in self._pulls(workspace).filter(rows_held__gt=0):
            rows = pulls.held_of(pull, workspace).num_rows
            if rows:
                label = _("%(name)s, pull %(number)s") % {"name": pull.connection.name, "number": pull.number}
                found.append(Held(self._id(pull), label, rows))
        return found

    def read(self, workspace: WorkspaceInfo, load_id: str) -> pa.Table | None:
        """The waiting rows of a pull."""
        pull = self._pull(workspace, load_id)
        return quarantine_joined([pulls.held_of(pull, workspace)]) if pull else None

    def again(self, workspace: WorkspaceInfo, load_id: str, rows: pa.Table) -> Again:
        """By the mapping of the connection."""
        pull = self._pull(workspace, load_id)
        assert pull is not None  # noqa: S101 - the rows were read from it
        mapping = connections.mapping_of(pull.connection)
        return mapped_again(mapping, rows, workspace) if mapping else Again({}, 0, rows)

    def keep(self, workspace: WorkspaceInfo, load_id: str, waiting: pa.Table, gone: pa.Table) -> None:
        """Sealed beside the other rows of pulls."""
        pull = self._pull(workspace, load_id)
        if pull:
            pulls.held_keep(pull, workspace, waiting)

    def piece_id(self, load_id: str) -> str:
        """Begins as the pieces of the pull do."""
        pull = Pull.objects.get(pk=int(load_id.removeprefix("pull-")))
        return f"{pull.load_id(0).rpartition('-')[0]}-r"

    def fields(self, workspace: WorkspaceInfo, load_id: str, table: str, column: str) -> tuple[str, ...]:
        """By the mapping of the connection."""
        pull = self._pull(workspace, load_id)
        mapping = connections.mapping_of(pull.connection) if pull else None
        return sources_of(mapping, table, column) if mapping else ()

    def _pulls(self, workspace: WorkspaceInfo) -> Any:  # a query set of a model of another module
        return Pull.objects.filter(connection__workspace_id=workspace.id, state=Pull.State.DONE).select_related("connection")

    def _id(self, pull: Pull) -> str:
        return f"pull-{pull.pk}"

    def _pull(self, workspace: WorkspaceInfo, load_id: str) -> Pull | None:
        number = load_id.removeprefix("pull-")
        found: Pull | None = self._pulls(workspace).filter(pk=int(number)).first() if number.isdecimal() else None
        return found
