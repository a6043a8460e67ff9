"""What other apps may ask of campaigns."""

from xingke_web.campaigns.contracts import CampaignInfo
from xingke_web.campaigns.drafts import campaign_create
from xingke_web.campaigns.errors import LaunchRefused, NotReady
from xingke_web.campaigns.launch import campaign_launch, campaign_sign_off, campaign_submit
from xingke_web.campaigns.selectors import CampaignNotFound, campaign_arms, campaign_for, campaign_info, campaigns_visible

__all__ = [
    "CampaignInfo",
    "CampaignNotFound",
    "LaunchRefused",
    "NotReady",
    "campaign_arms",
    "campaign_create",
    "campaign_for",
    "campaign_info",
    "campaign_launch",
    "campaign_sign_off",
    "campaign_submit",
    "campaigns_visible",
]
