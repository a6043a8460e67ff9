"""Drafting: new, changed, copied, deleted."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from xingke_web.accounts.facade import Viewer
from xingke_web.audit.facade import record
from xingke_web.campaigns.acts import act_add, author_add
from xingke_web.campaigns.errors import EditConflict, WrongState
from xingke_web.campaigns.models import Campaign, CampaignAct

COPIED = (
    "goal", "goal_metric", "outcome_days", "before_days", "segment_key", "purpose", "channel", "language", "subject", "body",
    "cost_per_message_yuan", "fixed_cost_yuan", "control_share", "no_control_reason", "second_estimate",
)  # fmt: skip


@transaction.atomic
def campaign_create(*, viewer: Viewer, name: str, values: Mapping[str, Any] | None = None, salt: str = "") -> Campaign:
    """A new draft for the part of the organisation that the viewer looks at. `values` may set any field that a copy would take over.

    `salt` decides the lots; a new random one is right for every real campaign, a given one makes a replay repeat.
    """
    campaign = Campaign(
        workspace_id=viewer.workspace.id,
        key=f"draft-{secrets.token_hex(8)}",
        name=name,
        org_path=viewer.scope_path,
        language=viewer.language,
        salt=salt or secrets.token_hex(16),
        created_by_id=viewer.user_id,
    )
    for field, value in (values or {}).items():
        if field not in COPIED:
            raise KeyError(field)
        setattr(campaign, field, value)
    campaign.save()
    campaign.key = f"xk-c{campaign.pk}"
    campaign.save(update_fields=["key"])
    act_add(campaign, CampaignAct.Name.CREATED, viewer=viewer)
    record("campaign.created", viewer=viewer, subject=campaign, key=campaign.key)
    return campaign


@transaction.atomic
def campaign_update(*, viewer: Viewer, campaign: Campaign, values: Mapping[str, Any], seen_version: int) -> Campaign:
    """Save fields of a draft. Refused where somebody else saved it since `seen_version`, or where it is no draft any more.

    Whoever changed anything is one of its authors from then on, and cannot be the second person who launches it.
    """
    before = Campaign.objects.get(pk=campaign.pk)
    kept = {**values, "version": F("version") + 1, "edited_at": timezone.now()}
    drafts = Campaign.objects.filter(pk=campaign.pk, state=Campaign.State.DRAFT)
    if not drafts.filter(version=seen_version).update(**kept):
        current = Campaign.objects.get(pk=campaign.pk)
        raise EditConflict if current.state == Campaign.State.DRAFT else WrongState(state=current.state)
    if any(getattr(before, field) != value for field, value in values.items()):
        author_add(before, viewer=viewer)
    return Campaign.objects.get(pk=campaign.pk)


def campaign_duplicate(*, viewer: Viewer, campaign: Campaign, name: str) -> Campaign:
    """A new draft with the same plan; lots are drawn anew."""
    return campaign_create(viewer=viewer, name=name, values={field: getattr(campaign, field) for field in COPIED})


@transaction.atomic
def campaign_delete(*, viewer: Viewer, campaign: Campaign) -> None:
    """Remove a draft that was never launched."""
    if campaign.state != Campaign.State.DRAFT:
        raise WrongState(state=campaign.state)
    record("campaign.deleted", viewer=viewer, subject=campaign, key=campaign.key)
    campaign.delete()
