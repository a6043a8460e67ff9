"""A pass of the loop as background work."""

from xingke.extensions import source as source_named
from xingke_web.jobs.facade import progress, task
from xingke_web.loop.facade import Progress, run_loop


@task
def loop_run(workspace_slug: str, source: str) -> None:
    """Load the source, if one is named, and derive everything again."""

    def tell(step: Progress) -> None:
        progress(step.done, step.total, step.stage)

    run_loop(workspace_slug, source=source_named(source) if source else None, progress=tell)
