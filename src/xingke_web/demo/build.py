"""Building the demo, step by step; a step that was done is not done again, so an interrupted build goes on where it stopped."""

import json
from collections.abc import Callable
from pathlib import Path

from xingke.errors import UserFacingError
from xingke.words import both
from xingke_web.accounts.facade import workspace_clock_set, workspace_create, workspace_info, workspaces_all
from xingke_web.demo.contacts import contacts_make
from xingke_web.demo.contracts import Tell
from xingke_web.demo.living import city_lives_on
from xingke_web.demo.people import customer_account_make, people_make
from xingke_web.demo.replay import campaign_launch_in_history, recipient_with_message
from xingke_web.demo.samples import SAMPLES, Sample
from xingke_web.demo.world import location_of, world_ready
from xingke_web.loop.facade import Progress, run_loop


class DemoState:
    """Which steps are done, kept in the installation."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._done: list[str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []

    def is_done(self, step: str) -> bool:
        """Whether a step was done."""
        return step in self._done

    def once(self, step: str, work: Callable[[], object]) -> None:
        """Do a step unless it was done before."""
        if self.is_done(step):
            return
        work()
        self._done.append(step)
        self._path.write_text(json.dumps(self._done, indent=1), encoding="utf-8")


def samples_here(only: str | None = None) -> list[Sample]:
    """The samples whose data are on this machine."""
    chosen = [sample for sample in SAMPLES if only in (None, sample.slug)]
    found = [sample for sample in chosen if _has_data(sample)]
    if not found:
        raise UserFacingError(
            zh="没有找到演示数据：请先运行 `make demo`，或 `pip install xingke[demo]`",
            en="no data for the demo were found; run `make demo`, or `pip install xingke[demo]`",
        )
    return found


def _has_data(sample: Sample) -> bool:
    if sample.world is not None:
        return True
    try:
        location = location_of(sample)
    except UserFacingError:
        return False
    return location is not None and location.exists()


def demo_build(state: DemoState, sample: Sample, tell: Tell) -> None:
    """Build one workspace: its world where it has one, facts, people, contacts, and the campaign from launch to result."""

    def progress(step: Progress) -> None:
        tell(step.stage, step.done, step.total)

    slug, world, place = sample.slug, sample.world, location_of(sample)
    if state.is_done(f"{slug}: result"):
        return
    if world is not None and place is not None:
        world_ready(world, place, tell)
    state.once(f"{slug}: workspace", lambda: _workspace(sample))
    # The campaign is launched on its day, then the clock moves to the end of the data.
    workspace_clock_set(slug, sample.campaign.launched_on)
    try:
        state.once(f"{slug}: facts", lambda: run_loop(slug, source=sample.source_here(), location=place, progress=progress))
        state.once(f"{slug}: people", lambda: people_make(sample))
        tell(both("生成演示联系方式与同意记录", "Make contact points and consents for the demo"), 0, 1)
        state.once(f"{slug}: contacts", lambda: contacts_make(sample))
        tell(both("活动：提交、启动、投递", "The campaign: submit, launch, deliver"), 0, 1)
        state.once(f"{slug}: campaign", lambda: campaign_launch_in_history(sample))
        if world is not None:
            state.once(f"{slug}: who was reached", lambda: run_loop(slug, progress=progress))
            state.once(f"{slug}: living on", lambda: city_lives_on(sample, world, tell))
    finally:
        workspace_clock_set(slug, sample.as_of)
    grown = sample.source_here() if world is not None else None
    state.once(f"{slug}: customer account", lambda: customer_account_make(sample, recipient_with_message(workspace_info(slug), sample)))
    state.once(f"{slug}: result", lambda: run_loop(slug, source=grown, location=place if grown else None, progress=progress))


def _workspace(sample: Sample) -> None:
    if any(workspace.slug == sample.slug for workspace in workspaces_all()):
        return
    workspace_create(
        slug=sample.slug,
        name=sample.name,
        pack=sample.pack,
        currency=sample.currency,
        as_of=sample.as_of,
        is_sample=True,
        sample_note=sample.note,
    )
