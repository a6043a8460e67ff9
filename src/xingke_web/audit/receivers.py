"""Entries for what `accounts` does: it lies below this room and cannot call it."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

from xingke_web.accounts.models import User, Workspace
from xingke_web.accounts.signals import account_changed
from xingke_web.audit.services import entry_add


def connect() -> None:
    """Listen."""
    user_logged_in.connect(_logged_in, dispatch_uid="audit")
    user_logged_out.connect(_logged_out, dispatch_uid="audit")
    user_login_failed.connect(_login_failed, dispatch_uid="audit")
    account_changed.connect(_changed, dispatch_uid="audit")


def _logged_in(sender: Any, user: User, **_: Any) -> None:
    entry_add(name="user.logged_in", workspace_id=None, actor_id=user.pk, subject=user, facts={})


def _logged_out(sender: Any, user: User | None, **_: Any) -> None:
    if user is not None:
        entry_add(name="user.logged_out", workspace_id=None, actor_id=user.pk, subject=user, facts={})


def _login_failed(sender: Any, credentials: dict[str, Any], **_: Any) -> None:
    user = User.objects.filter(username=credentials.get("username") or "").first()
    entry_add(name="user.login_failed", workspace_id=None, actor_id=None, subject=user, facts={})


def _changed(sender: Any, name: str, user: User | None, workspace: Workspace | None, facts: dict[str, Any], **_: Any) -> None:
    actor_id = user.pk if user is not None and name == "user.password_changed" else None
    entry_add(name=name, workspace_id=workspace.pk if workspace else None, actor_id=actor_id, subject=user or workspace, facts=facts)
