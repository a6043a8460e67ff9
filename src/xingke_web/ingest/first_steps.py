"""What to do first in a workspace that holds no data yet."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

from xingke_web.accounts.facade import Viewer, WorkspaceInfo
from xingke_web.ingest.models import Import

Count = Callable[[WorkspaceInfo], int]
_counts: dict[str, Count] = {}


@dataclass(frozen=True)
class FirstStep:
    """One step with where it is taken; without a right to take it there is no address."""

    label: str
    text: str
    button: str
    url: str
    done: bool
    is_next: bool = False


def step_count_register(step: str, count: Count) -> None:
    """Let a higher app say how many of its things there are, so that a step counts as done: `customers`, `segments`."""
    _counts[step] = count


def first_steps(viewer: Viewer) -> list[FirstStep]:
    """The steps in order; the first that is not done is next."""
    slug, workspace = viewer.workspace.slug, viewer.workspace
    imports = Import.objects.filter(workspace_id=workspace.id).exclude(state__in=(Import.State.DISCARDED, Import.State.UNDONE))
    waiting = imports.filter(state__in=(Import.State.MAPPING, Import.State.FAILED)).first()
    loaded, may = imports.filter(state=Import.State.LOADED).exists(), viewer.can("data.run")
    steps = [
        FirstStep(
            gettext("Bring in a file"),
            gettext("A customer list, order lines or any other table; or try a sample book."),
            gettext("Import a file"),
            reverse("ingest:import_new", args=(slug,)) if may else "",
            imports.exists(),
        ),
        FirstStep(
            gettext("Look at the columns and load"),
            gettext("Most are recognised; wrong rows are shown in red and wait outside."),
            gettext("Go on with the columns"),
            reverse("ingest:import_columns", args=(slug, waiting.pk)) if waiting and may else "",
            loaded,
        ),
        FirstStep(
            gettext("See your customers"),
            gettext("Records of one customer are joined; each has a page with what is known."),
            gettext("See the customers"),
            address("customers:list", slug) if loaded else "",
            _has("customers", workspace),
        ),
        FirstStep(
            gettext("Make a first segment"),
            gettext("A rule over tags and orders, counted while you choose."),
            gettext("Make a segment"),
            address("audiences:segment_new", slug) if loaded and viewer.can("segments.edit") else "",
            _has("segments", workspace),
        ),
    ]
    at = next((place for place, step in enumerate(steps) if not step.done), -1)
    return [replace(one, is_next=place == at) for place, one in enumerate(steps)]


def address(name: str, workspace: str) -> str:
    """An address of a higher app by its name; nothing where that app has none."""
    try:
        return reverse(name, args=(workspace,))
    except NoReverseMatch:
        return ""


def _has(step: str, workspace: WorkspaceInfo) -> bool:
    return step in _counts and _counts[step](workspace) > 0
