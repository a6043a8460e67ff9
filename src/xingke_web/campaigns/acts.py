"""The trail of a campaign."""

from django.utils import timezone

from xingke_web.accounts.facade import Viewer
from xingke_web.campaigns.models import Campaign, CampaignAct


def act_add(campaign: Campaign, name: str, *, viewer: Viewer | None = None, note: str = "") -> None:
    """Write down who changed the state of a campaign, in the transaction of the change."""
    CampaignAct.objects.create(campaign=campaign, name=name, person_id=viewer.user_id if viewer else None, at=timezone.now(), note=note)


AUTHORS = (CampaignAct.Name.CREATED, CampaignAct.Name.EDITED, CampaignAct.Name.SUBMITTED)


def author_add(campaign: Campaign, *, viewer: Viewer) -> None:
    """Write down, once, that a person had a hand in what a campaign says and plans."""
    if not is_author(campaign, viewer.user_id):
        act_add(campaign, CampaignAct.Name.EDITED, viewer=viewer)


def is_author(campaign: Campaign, user_id: int) -> bool:
    """Whether a person wrote, changed or submitted a campaign, and so cannot be the second pair of eyes."""
    if user_id in {campaign.created_by_id, campaign.submitted_by_id}:
        return True
    return CampaignAct.objects.filter(campaign=campaign, person_id=user_id, name__in=AUTHORS).exists()
