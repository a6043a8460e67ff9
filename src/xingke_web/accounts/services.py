"""Writes: people, workspaces, memberships and the organisation."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from xingke.errors import UserFacingError
from xingke.words import Words, both
from xingke_web.accounts.contracts import OrgUnitRow, SyncCount
from xingke_web.accounts.models import Membership, OrgUnit, User, Workspace
from xingke_web.accounts.paths import ROOT, parent_of, path_check
from xingke_web.accounts.signals import account_changed
from xingke_web.config.vault import workspace_keys_make

_NOTHING: Final = both("", "")


class Refused(UserFacingError):
    """A value that cannot be stored; names the field."""


def _checked(instance: Workspace | User | Membership) -> None:
    try:
        instance.full_clean(exclude=["password"])
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise Refused(zh=f"{field}：{messages[0]}", en=f"{field}: {messages[0]}", field=field) from error


@transaction.atomic
def workspace_create(
    *,
    slug: str,
    name: Words,
    pack: str,
    currency: str = Workspace.Currency.CNY,
    as_of: date | None = None,
    is_sample: bool = False,
    sample_note: Words = _NOTHING,
) -> Workspace:
    """A new workspace; its lake lies in the installation below its slug."""
    workspace = Workspace(
        slug=slug,
        name_zh=name["zh"],
        name_en=name["en"],
        pack=pack,
        currency=currency,
        as_of=as_of,
        is_sample=is_sample,
        sample_note_zh=sample_note["zh"],
        sample_note_en=sample_note["en"],
    )
    _checked(workspace)
    workspace.save()
    workspace_keys_make(workspace.pk)
    account_changed.send(Workspace, name="workspace.created", user=None, workspace=workspace, facts={"pack": pack})
    return workspace


@transaction.atomic
def workspace_clock_set(*, workspace: Workspace, as_of: date | None) -> None:
    """Pin the clock to a day, or let it run with None."""
    workspace.as_of = as_of
    workspace.save(update_fields=["as_of"])
    account_changed.send(Workspace, name="workspace.clock_set", user=None, workspace=workspace, facts={"as_of": as_of})


@transaction.atomic
def user_create(
    *, username: str, display_name: str, password: str, language: str = User.Language.CHINESE, check_password: bool = True
) -> User:
    """A new person; the password is held to the rules unless a sample account sets `check_password=False`."""
    user = User(username=username, display_name=display_name, language=language)
    if check_password:
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise Refused(zh=f"密码：{error.messages[0]}", en=f"password: {error.messages[0]}", field="password") from error
    user.set_password(password)
    _checked(user)
    user.save()
    account_changed.send(User, name="user.created", user=user, workspace=None, facts={})
    return user


@transaction.atomic
def membership_set(*, user: User, workspace: Workspace, role: str, org_path: str = ROOT, customer_number: int | None = None) -> Membership:
    """Give a person a role in a workspace, in place of the one they had."""
    path_check(org_path)
    membership = Membership.objects.filter(user=user, workspace=workspace).first() or Membership(user=user, workspace=workspace)
    membership.role, membership.org_path, membership.customer_number = role, org_path, customer_number
    _checked(membership)
    membership.save()
    account_changed.send(Membership, name="membership.set", user=user, workspace=workspace, facts={"role": role, "org_path": org_path})
    return membership


@transaction.atomic
def org_units_sync(*, workspace: Workspace, rows: Iterable[OrgUnitRow]) -> SyncCount:
    """Make the organisation equal to `rows`: missing units are added, changed ones updated, others removed."""
    wanted = {path_check(row.path): row for row in rows if row.path != ROOT}
    known = {unit.path: unit for unit in OrgUnit.objects.filter(workspace=workspace)}
    added = [_unit(workspace, row) for path, row in wanted.items() if path not in known]
    changed = [unit for path, unit in known.items() if path in wanted and _differs(unit, wanted[path])]
    for unit in changed:
        unit.name, unit.level = wanted[unit.path].name, wanted[unit.path].level
    removed = [unit.pk for path, unit in known.items() if path not in wanted]
    OrgUnit.objects.bulk_create(added, batch_size=1000)
    OrgUnit.objects.bulk_update(changed, ["name", "level"], batch_size=500)
    for start in range(0, len(removed), 500):
        OrgUnit.objects.filter(pk__in=removed[start : start + 500]).delete()
    count = SyncCount(added=len(added), changed=len(changed), removed=len(removed))
    if added or changed or removed:
        facts = {"added": count.added, "changed": count.changed, "removed": count.removed}
        account_changed.send(OrgUnit, name="org_units.synced", user=None, workspace=workspace, facts=facts)
    return count


def _unit(workspace: Workspace, row: OrgUnitRow) -> OrgUnit:
    return OrgUnit(workspace=workspace, path=row.path, parent_path=parent_of(row.path), name=row.name, level=row.level)


def _differs(unit: OrgUnit, row: OrgUnitRow) -> bool:
    return (unit.name, unit.level) != (row.name, row.level)
