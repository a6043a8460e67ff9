"""Reads: workspaces, memberships and the organisation."""

from datetime import date
from typing import Final

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from xingke.words import Language, both
from xingke_web.accounts.contracts import Viewer, WorkspaceInfo
from xingke_web.accounts.models import Membership, OrgUnit, User, Workspace
from xingke_web.accounts.paths import ROOT, in_scope
from xingke_web.accounts.roles import ROLE_WORDS, Role, roles_with


def language_of(code: str) -> Language:
    """How data texts name the language of a Django code."""
    return "en" if code.startswith("en") else "zh"


def today_of(workspace: Workspace) -> date:
    """The business day of the workspace's clock."""
    return workspace.as_of or timezone.localdate()


def info_of(workspace: Workspace, language: Language) -> WorkspaceInfo:
    """The workspace as other apps see it."""
    english = language == "en"
    return WorkspaceInfo(
        id=workspace.pk,
        slug=workspace.slug,
        name=workspace.name_en if english else workspace.name_zh,
        pack=workspace.pack,
        currency=workspace.currency,
        as_of=today_of(workspace),
        pinned=workspace.as_of is not None,
        is_sample=workspace.is_sample,
        sample_note=workspace.sample_note_en if english else workspace.sample_note_zh,
        lake_path=settings.XINGKE.lake(workspace.slug),
    )


def viewer_of_membership(*, user: User, slug: str | None, chosen_scope: str | None, language: Language) -> Viewer | None:
    """The viewer in a workspace, in the last used one where `slug` is None; None without a membership."""
    memberships = list(Membership.objects.filter(user=user).select_related("workspace").order_by("workspace_id"))
    here = _membership_at(memberships, slug, user.last_workspace_id)
    if here is None or not user.is_active:
        return None
    infos = {each.workspace_id: info_of(each.workspace, language) for each in memberships}
    scope = chosen_scope if chosen_scope and in_scope(chosen_scope, here.org_path) else here.org_path
    return Viewer(
        user_id=user.pk,
        username=user.username,
        display_name=str(user),
        role=here.role,
        role_label=ROLE_WORDS[Role(here.role)][language],
        language=language,
        workspace=infos[here.workspace_id],
        org_path=here.org_path,
        scope_path=scope,
        scope_name=scope_name(here.workspace, scope, language),
        customer_number=here.customer_number,
        workspaces=tuple(infos.values()),
    )


def _membership_at(memberships: list[Membership], slug: str | None, last_id: int | None) -> Membership | None:
    if slug is not None:
        return next((each for each in memberships if each.workspace.slug == slug), None)
    return next((each for each in memberships if each.workspace_id == last_id), memberships[0] if memberships else None)


WHOLE: Final = both("全部组织", "Whole organisation")


def scope_name(workspace: Workspace, path: str, language: Language) -> str:
    """The name of a unit; words for the whole of it, because the workspace's own name stands beside it."""
    if path != ROOT:
        name = OrgUnit.objects.filter(workspace=workspace, path=path).values_list("name", flat=True).first()
        return name or path.rpartition("/")[2]
    return WHOLE[language]


def units_below(*, workspace_id: int, parent_path: str, org_path: str) -> QuerySet[OrgUnit]:
    """The direct children of a unit that lie within the viewer's right, each with `has_children`."""
    children = OrgUnit.objects.filter(workspace_id=OuterRef("workspace_id"), parent_path=OuterRef("path"))
    units = (
        OrgUnit.objects.filter(workspace_id=workspace_id, parent_path=parent_path)
        .annotate(has_children=Exists(children))
        .order_by("name", "path")
    )
    return units if in_scope(parent_path, org_path) else units.none()


def unit_exists(*, workspace_id: int, path: str) -> bool:
    """Whether the workspace has this unit; `/` it always has."""
    return path == ROOT or OrgUnit.objects.filter(workspace_id=workspace_id, path=path).exists()


def people_to_ask(*, workspace_id: int, capability: str) -> list[str]:
    """Names of administrators, else of those who have the capability themselves."""
    members = Membership.objects.filter(workspace_id=workspace_id, user__is_active=True).select_related("user").order_by("user__username")
    for roles in ((Role.ADMIN,), roles_with(capability)):
        names = [str(each.user) for each in members.filter(role__in=roles)[:3]]
        if names:
            return names
    return []


def people_of_whole(*, workspace_id: int) -> list[str]:
    """Names of those whose right is the whole workspace, administrators first."""
    members = Membership.objects.filter(workspace_id=workspace_id, user__is_active=True, org_path=ROOT, customer_number__isnull=True)
    ordered = sorted(members.select_related("user"), key=lambda each: (each.role != Role.ADMIN, each.user.username))
    return [str(each.user) for each in ordered[:3]]


def scope_name_of(viewer: Viewer) -> str:
    """The name of the unit where the viewer's right begins."""
    if viewer.org_path == ROOT:
        return viewer.workspace.name
    name = OrgUnit.objects.filter(workspace_id=viewer.workspace.id, path=viewer.org_path).values_list("name", flat=True).first()
    return name or viewer.org_path.rpartition("/")[2]
