"""The stages that put the canonical tables together from what the sources and the loads brought."""

from typing import Final

from xingke.loop.assemble import assemble, assemble_records
from xingke.loop.load import store_empty
from xingke.words import both
from xingke_web.accounts.facade import workspace_info
from xingke_web.loop.contracts import RunContext, Stage, When
from xingke_web.loop.reading import pieces_of
from xingke_web.loop.stages import stage_register

RECORDS_ORDER: Final = 1
ASSEMBLY_ORDER: Final = 8
"""Identity comes between the two; the stages of other apps that add facts come after both."""


def register() -> None:
    """Take part in each pass of the loop; called once when the application is ready."""
    moment = When.BEFORE_DERIVING
    stage_register(
        Stage("records", both("汇总各系统的客户记录", "Gather the records of the systems"), moment, _records, order=RECORDS_ORDER)
    )
    stage_register(Stage("assembly", both("合成标准表", "Put the tables together"), moment, _assembly, order=ASSEMBLY_ORDER))


def _records(context: RunContext) -> dict[str, int]:
    store_empty(context.writer)
    return {"records": assemble_records(context.writer, pieces_of(workspace_info(context.workspace_slug)), now=context.now)}


def _assembly(context: RunContext) -> dict[str, int]:
    workspace = workspace_info(context.workspace_slug)
    return assemble(context.writer, pieces_of(workspace), now=context.now, company=workspace.name)
