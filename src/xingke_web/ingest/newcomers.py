"""Which files and pulls came since the last finished pass, and how each is taken back."""

from datetime import datetime
from typing import Any

from xingke.words import both
from xingke_web.ingest.models import Import, Pull
from xingke_web.loop.facade import Newcomer, newcomers_register


def register() -> None:
    """Tell a pass that fails what it may have stumbled over."""
    newcomers_register("ingest", _since)


def _since(workspace_id: int, since: datetime | None) -> list[Newcomer]:
    return [*_imports(workspace_id, since), *_pulls(workspace_id, since)]


def _imports(workspace_id: int, since: datetime | None) -> list[Newcomer]:
    later: dict[str, Any] = {"loaded_at__gte": since} if since else {}
    found = Import.objects.filter(workspace_id=workspace_id, state=Import.State.LOADED, **later).select_related("workspace")
    return [
        Newcomer(
            both(f"导入 {kept.pk}「{kept.file_name}」", f"import {kept.pk} '{kept.file_name}'"),
            both(
                f"撤销：xingke ingest --workspace {kept.workspace.slug} --undo {kept.pk}",
                f"take it back: xingke ingest --workspace {kept.workspace.slug} --undo {kept.pk}",
            ),
            kept.pk,
        )
        for kept in found
    ]


def _pulls(workspace_id: int, since: datetime | None) -> list[Newcomer]:
    later: dict[str, Any] = {"finished_at__gte": since} if since else {}
    found = Pull.objects.filter(connection__workspace_id=workspace_id, state=Pull.State.DONE, **later).select_related("connection")
    return [
        Newcomer(
            both(f"连接「{pull.connection.name}」的第 {pull.number} 次读取", f"pull {pull.number} of '{pull.connection.name}'"),
            both("在「数据 > 数据源」中撤销", "take it back in Data > Sources"),
            pull.number,
            pull.connection_id,
        )
        for pull in found.order_by("-finished_at")
    ]
