"""The demo's campaign, launched on its day by two people, through the same services as any other.

On recorded data nobody received it then, so its true effect is nothing; in the synthetic city whoever was reached takes part in what it
offers (`living`). What the result page says about it is left to the measurement.
"""

from xingke.errors import UserFacingError
from xingke_web.accounts.facade import Viewer, WorkspaceInfo, viewer_of_member
from xingke_web.audiences.facade import segment_declare, segments_visible
from xingke_web.campaigns.facade import (
    CampaignInfo,
    campaign_arms,
    campaign_create,
    campaign_launch,
    campaign_sign_off,
    campaign_submit,
    campaigns_visible,
)
from xingke_web.channels.facade import deliver_due
from xingke_web.demo.samples import Sample

AUTHOR, SECOND_PERSON = "marketer", "approver"


def campaign_launch_in_history(sample: Sample) -> None:
    """Draft, submit, launch by the second person, deliver."""
    author, second = _person(sample, AUTHOR), _person(sample, SECOND_PERSON)
    plan = sample.campaign
    if any(campaign.name == plan.name["zh"] for campaign in campaigns_visible(author)):
        return
    campaign = campaign_create(
        viewer=author,
        name=plan.name["zh"],
        salt=f"demo-{sample.slug}",
        values={
            "goal": plan.segment_name["zh"],
            "segment_key": _segment(sample, author),
            "purpose": plan.purpose,
            "channel": plan.channel,
            "subject": plan.subject,
            "body": plan.body,
            "cost_per_message_yuan": plan.cost_per_message_yuan,
            "fixed_cost_yuan": plan.fixed_cost_yuan,
            "control_share": plan.control_share,
            "outcome_days": plan.outcome_days,
        },
    )
    preview = campaign_submit(viewer=author, campaign=campaign)
    campaign_sign_off(viewer=second, campaign=campaign)
    campaign_launch(campaign, preview.token, second)
    deliver_due(workspace=author.workspace)


def launched_campaign(sample: Sample) -> CampaignInfo:
    """The campaign that the demo launched."""
    viewer = _person(sample, AUTHOR)
    return next(found for found in campaigns_visible(viewer) if found.name == sample.campaign.name["zh"])


def recipient_with_message(workspace: WorkspaceInfo, sample: Sample) -> int:
    """The first customer that the demo's campaign treated."""
    members = campaign_arms(workspace.id, launched_campaign(sample).id).to_pylist()
    return min(int(member["customer_id"]) for member in members if member["arm"] == "treated")


def _segment(sample: Sample, author: Viewer) -> str:
    plan = sample.campaign
    known = {segment.name: segment.key for segment in segments_visible(author)}
    name = plan.segment_name["zh"]
    return known.get(name) or segment_declare(viewer=author, name=name, meaning=plan.name["zh"], condition=plan.condition)


def _person(sample: Sample, username: str) -> Viewer:
    viewer = viewer_of_member(username, sample.slug)
    if viewer is None:
        raise UserFacingError(
            zh=f"演示账号 {username} 不存在，请重新搭建演示", en=f"the demo account {username} is missing; build the demo again"
        )
    return viewer
