"""New uses of personal data: proposed with an impact assessment and approved by another person before anything is exported for them."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from xingke.errors import UserFacingError
from xingke_web.accounts.contracts import Viewer
from xingke_web.audit.facade import record
from xingke_web.privacy.models import DataUse

BASES = ("consent", "contract", "legal_duty", "pseudonymised")


class UseRefused(UserFacingError):
    """A use that cannot be stored or decided so."""


@transaction.atomic
def use_propose(
    *,
    viewer: Viewer,
    name: str,
    purpose: str,
    fields: Sequence[str],
    basis: str,
    recipients: str,
    assessment: str,
    measures: str,
    is_sensitive: bool = False,
    is_automated: bool = False,
) -> DataUse:
    """Propose a use with its assessment: what it is for, what could happen to people, and what keeps it from happening."""
    given = {"name": name, "purpose": purpose, "assessment": assessment, "measures": measures, "fields": ",".join(fields)}
    missing = next((field for field, text in given.items() if not text.strip()), None)
    if missing or basis not in BASES:
        raise UseRefused(
            zh="请填写完整：用途、字段、依据与影响评估",
            en="fill in everything: purpose, fields, basis and assessment",
            field=missing or "basis",
        )
    use = DataUse.objects.create(
        workspace_id=viewer.workspace.id,
        name=name.strip()[:80],
        purpose=purpose.strip()[:300],
        fields=sorted({field.strip() for field in fields if field.strip()}),
        basis=basis,
        recipients=recipients.strip()[:200],
        is_sensitive=is_sensitive,
        is_automated=is_automated,
        assessment=assessment.strip(),
        measures=measures.strip(),
        proposed_by_id=viewer.user_id,
        proposed_at=timezone.now(),
    )
    record("use.proposed", viewer=viewer, subject=use, use=use.pk)
    return use


@transaction.atomic
def use_decide(*, viewer: Viewer, use: DataUse, approved: bool) -> None:
    """Approve or refuse it, as another person than the one who proposed it."""
    if use.state != DataUse.State.PROPOSED:
        raise UseRefused(zh="该用途已有结论", en="this use is decided already", field="state")
    if use.proposed_by_id == viewer.user_id:
        raise UseRefused(zh="须由提出人以外的人审批", en="another person than the one who proposed it decides", field="second")
    use.state = DataUse.State.APPROVED if approved else DataUse.State.REFUSED
    use.decided_by_id, use.decided_at = viewer.user_id, timezone.now()
    use.save(update_fields=["state", "decided_by", "decided_at"])
    record("use.decided", viewer=viewer, subject=use, use=use.pk, state=use.state)


def use_permits(use: DataUse, fields: Sequence[str]) -> None:
    """Refuse a use that is not approved, or that asks for more fields than were approved.

    Raises
    ------
    UseRefused
        Says which.
    """
    if use.state != DataUse.State.APPROVED:
        raise UseRefused(zh=f"用途「{use.name}」尚未获批", en=f"the use '{use.name}' is not approved", field="use")
    beyond = sorted(set(fields) - set(use.fields))
    if beyond:
        raise UseRefused(
            zh=f"用途「{use.name}」未批准字段：{'、'.join(beyond)}",
            en=f"the use '{use.name}' was not approved for: {', '.join(beyond)}",
            field="fields",
        )
