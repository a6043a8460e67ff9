"""Who can be reached: an app that sends says so; here it is only shown, so that there is one definition."""

from collections.abc import Callable, Sequence

from xingke.compliance import ReachStep
from xingke_web.accounts.facade import WorkspaceInfo

ReachSource = Callable[[WorkspaceInfo, Sequence[int], str], Sequence[ReachStep]]
"""Of a workspace: the funnel of these customers over a channel."""

_source: list[ReachSource] = []


def reach_register(source: ReachSource) -> None:
    """Name who knows; the last one named does."""
    _source[:] = [source]


def reach_steps(workspace: WorkspaceInfo, numbers: Sequence[int], channel: str) -> Sequence[ReachStep]:
    """The funnel; nothing where nobody sends."""
    return _source[0](workspace, numbers, channel) if _source else ()
