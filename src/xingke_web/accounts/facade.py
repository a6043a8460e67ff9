"""What other apps may ask of people, workspaces and the organisation."""

from collections.abc import Iterable
from datetime import date

from django.http import HttpRequest
from django.utils.translation import get_language

from xingke.errors import UnknownName
from xingke.words import Language, Words, both
from xingke_web.accounts import selectors, services
from xingke_web.accounts.contracts import OrgUnitRow, SyncCount, Viewer, WorkspaceInfo
from xingke_web.accounts.models import User, Workspace
from xingke_web.accounts.paths import ROOT, above, below, in_scope
from xingke_web.accounts.permissions import needs, open_to_members
from xingke_web.accounts.scope import scope_chosen

__all__ = [
    "ROOT",
    "OrgUnitRow",
    "SyncCount",
    "Viewer",
    "WorkspaceInfo",
    "above",
    "below",
    "in_scope",
    "membership_set",
    "needs",
    "open_to_members",
    "org_units_sync",
    "user_create",
    "user_exists",
    "viewer_for",
    "viewer_of_member",
    "workspace_clock_set",
    "workspace_create",
    "workspace_info",
    "workspaces_all",
]


def viewer_for(who: HttpRequest | User, workspace_slug: str | None) -> Viewer | None:
    """The viewer in a workspace, in the last used one for None; None for a stranger.

    Of a request, the scope is the one chosen in its session and the language that of the page; of a user, the whole right.
    """
    if isinstance(who, HttpRequest):
        if not isinstance(who.user, User):
            return None
        language = selectors.language_of(get_language() or who.user.language)
        viewer = selectors.viewer_of_membership(user=who.user, slug=workspace_slug, chosen_scope=None, language=language)
        return viewer and scope_chosen(who, viewer)
    return selectors.viewer_of_membership(user=who, slug=workspace_slug, chosen_scope=None, language=selectors.language_of(who.language))


def viewer_of_member(username: str, workspace_slug: str) -> Viewer | None:
    """The viewer that a person is in a workspace, for work done in their name; None where they are no member."""
    user = User.objects.filter(username=username).first()
    return viewer_for(user, workspace_slug) if user else None


def workspace_info(slug: str, *, language: Language = "zh") -> WorkspaceInfo:
    """One workspace; raises UnknownName where there is none."""
    return selectors.info_of(_workspace(slug), language)


def workspaces_all(*, language: Language = "zh") -> tuple[WorkspaceInfo, ...]:
    """Every workspace of the installation, by slug."""
    return tuple(selectors.info_of(workspace, language) for workspace in Workspace.objects.all())


def workspace_create(
    *,
    slug: str,
    name: Words,
    pack: str,
    currency: str = "CNY",
    as_of: date | None = None,
    is_sample: bool = False,
    sample_note: Words | None = None,
) -> WorkspaceInfo:
    """A new workspace. `name` and `sample_note` in both languages."""
    workspace = services.workspace_create(
        slug=slug,
        name=name,
        pack=pack,
        currency=currency,
        as_of=as_of,
        is_sample=is_sample,
        sample_note=sample_note or both("", ""),
    )
    return selectors.info_of(workspace, "zh")


def workspace_clock_set(workspace_slug: str, as_of: date | None) -> None:
    """Pin the business day of a workspace, or let it run with None."""
    services.workspace_clock_set(workspace=_workspace(workspace_slug), as_of=as_of)


def org_units_sync(workspace_slug: str, rows: Iterable[OrgUnitRow]) -> SyncCount:
    """Make the organisation of a workspace equal to `rows`."""
    return services.org_units_sync(workspace=_workspace(workspace_slug), rows=rows)


def user_exists(username: str) -> bool:
    """Whether somebody has this name."""
    return User.objects.filter(username=username).exists()


def user_create(*, username: str, display_name: str, password: str, language: str = "zh-hans", check_password: bool = True) -> int:
    """A new person; returns the id. `check_password=False` is for sample accounts."""
    return services.user_create(
        username=username, display_name=display_name, password=password, language=language, check_password=check_password
    ).pk


def membership_set(username: str, workspace_slug: str, *, role: str, org_path: str = ROOT, customer_number: int | None = None) -> None:
    """Give a person a role and a part of the organisation in a workspace."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise UnknownName(kind=both("用户", "user"), name=username, known=User.objects.values_list("username", flat=True))
    services.membership_set(user=user, workspace=_workspace(workspace_slug), role=role, org_path=org_path, customer_number=customer_number)


def _workspace(slug: str) -> Workspace:
    workspace = Workspace.objects.filter(slug=slug).first()
    if workspace is None:
        raise UnknownName(kind=both("工作区", "workspace"), name=slug, known=Workspace.objects.values_list("slug", flat=True))
    return workspace
