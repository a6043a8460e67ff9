"""The trail of a campaign."""

from django.utils import timezone

from xingke_web.accounts.facade import Viewer
from xingke_web.campaigns.models import Campaign, CampaignAct


def act_add(campaign: Campaign, name: str, *, viewer: Viewer | None = None, note: str = "") -> None:
    """Write down who changed the state of a campaign, in the transaction of the change."""
    CampaignAct.objects.create(campaign=campaign, name=name, person_id=viewer.user_id if viewer else None, at=timezone.now(), note=note)
