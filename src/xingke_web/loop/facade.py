"""What other apps may ask of the loop and of the lake."""

from xingke.schema.business_day import BUSINESS_ZONE
from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.loop.clock import business_now
from xingke_web.loop.contracts import Progress, RunContext, Stage, When
from xingke_web.loop.models import LoopRun
from xingke_web.loop.moves import TagMove, tag_moves_add, tag_moves_of
from xingke_web.loop.newcomers import Newcomer, StageFailed, newcomers, newcomers_register
from xingke_web.loop.reading import catalogue_of, lake_of, lake_reader, pieces_of, tag_library, tier_scheme
from xingke_web.loop.services import run_loop
from xingke_web.loop.stages import stage_register

__all__ = [
    "BUSINESS_ZONE",
    "LoopRun",
    "Newcomer",
    "Progress",
    "RunContext",
    "Stage",
    "StageFailed",
    "TagMove",
    "When",
    "business_now",
    "catalogue_of",
    "lake_of",
    "lake_reader",
    "last_run",
    "newcomers",
    "newcomers_register",
    "pieces_of",
    "run_loop",
    "runs_of",
    "stage_register",
    "tag_library",
    "tag_moves_add",
    "tag_moves_of",
    "tier_scheme",
]


def last_run(workspace: WorkspaceInfo) -> LoopRun | None:
    """The latest finished pass."""
    return LoopRun.objects.filter(workspace_id=workspace.id, state=LoopRun.State.DONE).first()


def runs_of(workspace: WorkspaceInfo, *, most: int = 20) -> list[LoopRun]:
    """The latest passes, newest first."""
    return list(LoopRun.objects.filter(workspace_id=workspace.id)[:most])
