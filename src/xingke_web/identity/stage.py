"""The parts of identity in a pass of the loop: identify before the tables are put together, and keep the queue after publishing."""

from xingke.words import both
from xingke_web.accounts.facade import workspace_info
from xingke_web.identity.running import identify_pass
from xingke_web.identity.syncing import pairs_sync, redirects_sync, tasks_sync
from xingke_web.loop.facade import RunContext, Stage, When, lake_reader, stage_register

IDENTITY_ORDER = 4
"""Behind the records of the systems, before the tables that are put together from their links."""


def register() -> None:
    """Take part in each pass of the loop; called once when the application is ready."""
    stage_register(Stage("identity", both("识别客户身份", "Find who is who"), When.BEFORE_DERIVING, identify_pass, order=IDENTITY_ORDER))
    stage_register(
        Stage("identity_queue", both("更新身份待判队列", "Keep the queue of identity"), When.AFTER_PUBLISHING, _queue_stage, order=15)
    )


def _queue_stage(context: RunContext) -> dict[str, int]:
    workspace = workspace_info(context.workspace_slug)
    reader = lake_reader(workspace)
    return {
        **pairs_sync(workspace, reader, now=context.now),
        **redirects_sync(workspace, reader, now=context.now),
        **tasks_sync(workspace, reader, now=context.now),
    }
