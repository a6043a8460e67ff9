"""Reads of campaigns, limited to the viewer's part of the organisation."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Count, F, Q, QuerySet
from django.http import Http404

from xingke.errors import XingkeError
from xingke_web.accounts.facade import Viewer, below
from xingke_web.campaigns.contracts import CampaignInfo
from xingke_web.campaigns.models import Campaign, CampaignMember
from xingke_web.campaigns.preview import cost_of
from xingke_web.channels.facade import progress_of

if TYPE_CHECKING:
    import pyarrow as pa

SPENT = ("handed_over", "confirmed", "unknown")
"""States of a message that costs its price, or may."""


class CampaignNotFound(Http404, XingkeError):
    """No such campaign, or one that reaches beyond the viewer's part of the organisation: both read as 404."""

    def __init__(self, campaign_id: int) -> None:
        super().__init__(f"no campaign {campaign_id} in this scope")
        self.campaign_id = campaign_id


def visible_to(viewer: Viewer) -> QuerySet[Campaign]:
    """The campaigns of the workspace that lie within the viewer's scope: a campaign of a wider area would tell figures of others."""
    return Campaign.objects.filter(below(viewer.scope_path), workspace_id=viewer.workspace.id)


def campaign_list(*, viewer: Viewer, search: str = "", state: str = "") -> QuerySet[Campaign]:
    """Visible campaigns whose name or key holds the words."""
    found = visible_to(viewer)
    if search:
        found = found.filter(Q(name__icontains=search) | Q(key__icontains=search))
    if state:
        found = found.filter(state=state)
    return found.order_by(F("launched_at").desc(nulls_first=True), "-id")


def state_counts(viewer: Viewer) -> dict[str, int]:
    """Visible campaigns by state."""
    return dict(visible_to(viewer).order_by().values_list("state").annotate(n=Count("id")))


def campaign_for(viewer: Viewer, campaign_id: int) -> Campaign:
    """One campaign; CampaignNotFound (404) outside the scope."""
    campaign = visible_to(viewer).select_related("created_by", "submitted_by").filter(pk=campaign_id).first()
    if campaign is None:
        raise CampaignNotFound(campaign_id)
    return campaign


def campaign_info(viewer: Viewer, campaign_id: int) -> CampaignInfo:
    """One campaign as other apps see it."""
    return infos_of(viewer.workspace.id, [campaign_for(viewer, campaign_id)])[0]


def campaigns_visible(viewer: Viewer) -> tuple[CampaignInfo, ...]:
    """Every campaign within the viewer's scope, newest first."""
    return tuple(infos_of(viewer.workspace.id, list(visible_to(viewer))))


def campaign_arms(workspace_id: int, campaign_id: int) -> "pa.Table":
    """The frozen arms: `customer_id`, `arm` (treated, control, excluded). Of an imported campaign, those it touched, as treated."""
    import pyarrow as pa

    members = CampaignMember.objects.filter(campaign_id=campaign_id, campaign__workspace_id=workspace_id).order_by("customer_number")
    rows = list(members.values_list("customer_number", "arm"))
    numbers, arms = zip(*rows, strict=True) if rows else ((), ())
    return pa.table({"customer_id": pa.array(numbers, pa.int64()), "arm": pa.array(arms, pa.string())})


def arm_counts(campaigns: Sequence[Campaign]) -> Mapping[int, dict[str, int]]:
    """Members by arm of each campaign, in one query."""
    counts: defaultdict[int, dict[str, int]] = defaultdict(dict)
    members = CampaignMember.objects.filter(campaign__in=[each.pk for each in campaigns]).order_by()
    for campaign_id, arm, count in members.values_list("campaign_id", "arm").annotate(n=Count("id")):
        counts[campaign_id][arm] = count
    return counts


def infos_of(workspace_id: int, campaigns: Sequence[Campaign]) -> list[CampaignInfo]:
    """Campaigns as other apps see them; a fixed number of queries."""
    counts = arm_counts(campaigns)
    progress = progress_of(workspace_id, [each.what for each in campaigns])
    return [_info(each, counts[each.pk], progress[each.what].states) for each in campaigns]


def excluded_by_reason(campaign: Campaign) -> list[tuple[str, int]]:
    """How many members each reason excluded, most first."""
    members = campaign.members.filter(arm=CampaignMember.Arm.EXCLUDED).order_by()
    return sorted(members.values_list("reason").annotate(n=Count("id")), key=lambda row: (-row[1], row[0]))


def memberships_of(viewer: Viewer, number: int, *, most: int = 20) -> list[CampaignMember]:
    """The campaigns a customer was in, newest first."""
    found = CampaignMember.objects.filter(campaign__workspace_id=viewer.workspace.id, customer_number=number)
    return list(found.select_related("campaign", "verdict").order_by("-campaign__launched_at", "-id")[:most])


def _info(campaign: Campaign, arms: Mapping[str, int], states: Mapping[str, int]) -> CampaignInfo:
    share = float(campaign.control_share)
    imported = campaign.state == Campaign.State.IMPORTED
    return CampaignInfo(
        id=campaign.pk,
        key=campaign.key,
        name=campaign.name,
        state=campaign.state,
        goal=campaign.goal,
        goal_metric=campaign.goal_metric,
        segment_key=campaign.segment_key,
        purpose=campaign.purpose,
        channel=campaign.channel,
        org_path=campaign.org_path,
        launched_at=campaign.launched_at,
        ended_on=campaign.ended_on,
        outcome_days=campaign.outcome_days,
        before_days=campaign.before_days,
        cost_yuan=_cost(campaign, states),
        shares={} if imported else {"treated": 1 - share, "control": share} if share else {"treated": 1.0},
        salt=campaign.salt,
        no_control_reason=campaign.no_control_reason,
        second_estimate=campaign.second_estimate,
        treated=arms.get("treated", 0),
        control=arms.get("control", 0),
        excluded=arms.get("excluded", 0),
    )


def _cost(campaign: Campaign, states: Mapping[str, int]) -> Decimal | None:
    """What was spent: the fixed cost, and the price of each message that went out or may have."""
    if campaign.state == Campaign.State.IMPORTED:
        return None
    return cost_of(campaign, sum(count for state, count in states.items() if state in SPENT))
