"""Campaigns on the customer's page: the card, and the timeline."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from xingke_web.accounts.facade import Viewer, in_scope
from xingke_web.accounts.permissions import ViewerRequest
from xingke_web.campaigns.models import CampaignMember
from xingke_web.campaigns.reach import HOLDOUT
from xingke_web.campaigns.selectors import memberships_of
from xingke_web.channels.facade import reason_words
from xingke_web.compliance.facade import RuleWords, words_of
from xingke_web.customers.facade import CustomerInfo, TimelineEntry

TONES = {"treated": "brand", "control": "neutral", "excluded": "warn"}
MOST = 6


def customer_campaigns(request: HttpRequest, customer: CustomerInfo) -> Mapping[str, Any] | None:
    """The campaigns this customer was in, with the arm or the reason for being left out; nothing to show for most."""
    viewer = cast("ViewerRequest", request).viewer
    members = memberships_of(viewer, customer.number, most=MOST)
    if not members:
        return None
    reasons = reasons_of(viewer, [each.reason for each in members if each.reason])
    rows = [
        {
            "name": each.campaign.name,
            "url": _address(viewer, each),
            "at": each.campaign.launched_at,
            "state": each.campaign.get_state_display(),
            "arm": _("Touched") if each.campaign.state == "imported" else each.get_arm_display(),
            "tone": TONES[each.arm],
            "reason": reasons.get(each.reason, ""),
        }
        for each in members
    ]
    return {"rows": rows}


def campaign_entries(viewer: Viewer, customer: CustomerInfo) -> Iterable[TimelineEntry]:
    """When the customer was drawn for, or left out of, a campaign of ours."""
    members = [each for each in memberships_of(viewer, customer.number) if each.campaign.launched_at is not None]
    reasons = reasons_of(viewer, [each.reason for each in members if each.reason])
    for each in members:
        arm = _("Touched") if each.campaign.state == "imported" else each.get_arm_display()
        text = f"{arm} · {reasons[each.reason]}" if each.reason in reasons else str(arm)
        if each.campaign.launched_at is not None:
            yield TimelineEntry(
                each.campaign.launched_at, "campaign", "speakerphone", each.campaign.name, text, _address(viewer, each) or ""
            )


def reasons_of(viewer: Viewer, reasons: Iterable[str]) -> dict[str, str]:
    """Reasons of exclusion in words: what was wrong, not the name of the rule, which says what would be right."""
    wanted = set(reasons)
    words = words_of(viewer.workspace, wanted)
    return {reason: _reason(viewer, words, reason) for reason in wanted}


def _reason(viewer: Viewer, words: Mapping[str, RuleWords], reason: str) -> str:
    if reason == HOLDOUT:
        return _("Global holdout")
    said = reason_words(reason)
    if said:
        return said[viewer.language]
    return words[reason].message[viewer.language].rstrip("。.") if reason in words else reason


def _address(viewer: Viewer, member: CampaignMember) -> str | None:
    """The campaign's page, for those who may see it as a whole."""
    if not viewer.can("campaigns.view") or not in_scope(member.campaign.org_path, viewer.scope_path):
        return None
    return reverse("campaigns:detail", kwargs={"workspace": viewer.workspace.slug, "campaign_id": member.campaign_id})
