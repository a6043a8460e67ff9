"""The load itself, in the background: every row of the file into pieces, the others kept with their reasons, then a pass of the loop."""

from django.db import transaction
from django.utils import timezone

from xingke.errors import UserFacingError
from xingke.loop.parts import StoredParts
from xingke.sources.mapping import apply, emptied_by
from xingke.words import both
from xingke_web.accounts.facade import WorkspaceInfo, workspace_info
from xingke_web.audit.facade import record
from xingke_web.ingest.import_leftovers import import_held
from xingke_web.ingest.imports import counts_of, keyer_of, mapping_of, mapping_store, opened, pieces_drop, pieces_of
from xingke_web.ingest.kept_files import held_keep
from xingke_web.ingest.models import Import
from xingke_web.jobs.facade import progress


def load_now(import_id: int) -> Import:
    """Load an import and keep what came of it.

    Raises
    ------
    UserFacingError
        The load stopped; nothing of it stays among the pieces, and the import says why.
    """
    kept = Import.objects.select_related("workspace").get(pk=import_id)
    workspace = workspace_info(kept.workspace.slug)
    with import_held(kept, workspace):
        try:
            _load(kept, workspace)
        except BaseException as error:
            pieces_drop(kept, workspace)
            _fail(kept, error)
            raise
    return kept


def _load(kept: Import, workspace: WorkspaceInfo) -> None:
    mapping = mapping_of(kept)
    with opened(kept, workspace) as raw:

        def tell(rows: int) -> None:
            progress(0, None, both(f"已读取 {rows:,} 行", f"{rows:,} rows read"))

        store = pieces_of(workspace)
        store.begin(kept.load_id, emptied=emptied_by(mapping))
        with StoredParts(store, kept.load_id) as sink:
            applied, _ = apply(mapping, raw, as_of=timezone.localdate(), sink=sink, keyer=keyer_of(workspace), progress=tell)
    held_keep(kept, workspace, applied.quarantine)
    with transaction.atomic():
        kept.counts, kept.rows_read = counts_of(applied), applied.rows_read
        kept.parts = max(applied.parts.values(), default=0)
        kept.state, kept.loaded_at = Import.State.LOADED, timezone.now()
        kept.error_zh = kept.error_en = ""
        kept.save()
        mapping_store(kept, mapping)
        record(
            "import.loaded",
            system=True,
            workspace_id=workspace.id,
            subject=kept,
            file=kept.sha256[:12],
            rows=kept.total("rows_loaded"),
            outside=kept.total("quarantined"),
        )


def _fail(kept: Import, error: BaseException) -> None:
    words = error.words if isinstance(error, UserFacingError) else both("载入中断，没有载入任何行", "the load stopped; no row was loaded")
    kept.state, kept.error_zh, kept.error_en = Import.State.FAILED, words["zh"], words["en"]
    kept.save(update_fields=["state", "error_zh", "error_en"])
