"""Corrections that a person asked for: fields of the golden record with where they come from; the app that keeps it registers itself."""

from collections.abc import Callable
from typing import Any, Final

from django.utils import timezone

from xingke.errors import UserFacingError
from xingke.privacy.masks import MASKS
from xingke.schema.golden import GOLDEN_RECORD
from xingke_web.accounts.contracts import WorkspaceInfo
from xingke_web.config.vault import vault_of

Correct = Callable[[WorkspaceInfo, int, dict[str, str], str], int]
"""Of a workspace, a customer's number, values by field and the request's reference: stores them, returns how many fields changed."""

_correctors: Final[dict[str, Correct]] = {}


class CorrectionUnclear(UserFacingError):
    """The correction names no field."""


def corrector_register(name: str, correct: Correct) -> None:
    """Take part in corrections; the same name again replaces the earlier one."""
    _correctors[name] = correct


def correction_apply(workspace: WorkspaceInfo, number: int, wish: str, *, reference: str) -> dict[str, Any]:
    """Hand the corrected fields to whoever keeps them; returns how many fields each changed.

    The wish has a line a field: `phone: 13800000000`.
    """
    fields = fields_in(wish)
    return {name: correct(workspace, number, fields, reference) for name, correct in sorted(_correctors.items())}


def fields_in(wish: str) -> dict[str, str]:
    """Values by field, from lines of `field: value`.

    Raises
    ------
    CorrectionUnclear
        No line names a field that can be corrected.
    """
    found = {}
    for line in wish.splitlines():
        name, mark, value = line.replace("：", ":").partition(":")
        if mark and name.strip() in MASKS and value.strip():
            found[name.strip()] = value.strip()
    if not found:
        known = ", ".join(sorted(MASKS))
        raise CorrectionUnclear(
            zh=f"请每行写一个字段与新值，如「phone: 13800000000」；可用字段：{known}",
            en=f"write a field and its new value on each line, such as 'phone: 13800000000'; known fields: {known}",
            field="wish",
        )
    return found


def register() -> None:
    """Corrections become decisions of identity, which win over what the systems say; called once when the application is ready."""
    corrector_register("golden_record", _decide)


def _decide(workspace: WorkspaceInfo, number: int, fields: dict[str, str], reference: str) -> int:
    from xingke_web.identity.corrections import place_of
    from xingke_web.identity.models import Decision

    vault, known = vault_of(workspace.id), set(GOLDEN_RECORD.column_names)
    given = {field: value for field, value in fields.items() if field in known}
    for field, value in given.items():
        Decision.objects.create(
            workspace_id=workspace.id,
            kind=Decision.Kind.CORRECT,
            number=number,
            field=field,
            value=vault.seal(value, place=place_of(field)),
            reason=reference,
            at=timezone.now(),
        )
    return len(given)
