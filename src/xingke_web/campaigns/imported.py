"""Campaigns that a source brought along: known by their touches, listed beside our own."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from xingke.words import both
from xingke_web.accounts.facade import WorkspaceInfo, workspace_info
from xingke_web.audit.facade import record
from xingke_web.campaigns.acts import act_add
from xingke_web.campaigns.models import Campaign, CampaignAct, CampaignMember
from xingke_web.channels.facade import outbox_cancel
from xingke_web.loop.facade import BUSINESS_ZONE, RunContext, Stage, When, business_now, lake_reader, stage_register

CHUNK = 2000
_FOUND = """
    select campaign_key, min(touched_on) as first_on, max(touched_on) as last_on, mode(channel) as channel,
           count(distinct customer_id) filter (where kind in ('sent', 'delivered')) as customers
    from touch where campaign_key <> '' and not starts_with(campaign_key, 'xk-') group by campaign_key order by campaign_key
"""
_NAMES = "select campaign_key, name from campaign"
_CUSTOMERS = """
    select campaign_key, customer_id from touch
    where kind in ('sent', 'delivered') and campaign_key <> '' and not starts_with(campaign_key, 'xk-')
    group by all order by all
"""


def register() -> None:
    """Take part in each pass of the loop; called once when the application is ready."""
    stage_register(Stage("campaigns", both("更新活动", "Bring campaigns up to date"), When.AFTER_PUBLISHING, _stage, order=40))


def _stage(context: RunContext) -> dict[str, int]:
    workspace = workspace_info(context.workspace_slug)
    return {"imported": campaigns_import(workspace), "finished": campaigns_finish(workspace)}


@transaction.atomic
def campaigns_import(workspace: WorkspaceInfo) -> int:
    """Make the imported campaigns those of the lake's touch table, with the customers each touched. Returns how many are new."""
    reader = lake_reader(workspace)
    if not reader.has("touch"):
        return 0
    names = {row["campaign_key"]: row["name"] for row in reader.rows(_NAMES)} if reader.has("campaign") else {}
    found = {row["campaign_key"]: row for row in reader.rows(_FOUND) if row["customers"]}
    known = {each.key: each for each in Campaign.objects.filter(workspace_id=workspace.id, state=Campaign.State.IMPORTED)}
    fresh = [_imported(workspace, row, names.get(key, key)) for key, row in found.items() if key not in known]
    for campaign in fresh:
        campaign.save()
        known[campaign.key] = campaign
    _members(reader.query(_CUSTOMERS), known)
    for campaign in fresh:
        act_add(campaign, CampaignAct.Name.IMPORTED)
        record(
            "campaign.imported",
            system=True,
            workspace_id=workspace.id,
            subject=campaign,
            key=campaign.key,
            treated=found[campaign.key]["customers"],
        )
    return len(fresh)


def _imported(workspace: WorkspaceInfo, row: dict[str, Any], name: str) -> Campaign:
    first, last = row["first_on"], row["last_on"]
    return Campaign(
        workspace_id=workspace.id,
        key=row["campaign_key"],
        name=name,
        state=Campaign.State.IMPORTED,
        channel=row["channel"] or "",
        salt=row["campaign_key"],
        control_share=0,
        holdout_share=0,
        launched_at=datetime.combine(first, datetime.min.time(), BUSINESS_ZONE),
        ended_on=last + timedelta(days=1),
    )


def _members(touched: Any, known: dict[str, Campaign]) -> None:
    """The customers of each campaign, added where they are new."""
    held = set(CampaignMember.objects.filter(campaign__in=known.values()).values_list("campaign_id", "customer_number"))
    keys, numbers = (column.to_pylist() for column in touched.columns)
    fresh = [
        CampaignMember(campaign=known[key], customer_number=number, arm=CampaignMember.Arm.TREATED)
        for key, number in zip(keys, numbers, strict=True)
        if key in known and (known[key].pk, number) not in held
    ]
    CampaignMember.objects.bulk_create(fresh, batch_size=CHUNK, ignore_conflicts=True)


@transaction.atomic
def campaigns_finish(workspace: WorkspaceInfo) -> int:
    """Close the campaigns whose outcome window has passed; what has not gone out by then never does. Returns how many."""
    today = business_now(workspace).astimezone(BUSINESS_ZONE).date()
    finished = 0
    for campaign in Campaign.objects.select_for_update().filter(workspace_id=workspace.id, state=Campaign.State.LAUNCHED):
        if campaign.launched_at is None:
            continue
        end = campaign.launched_at.astimezone(BUSINESS_ZONE).date() + timedelta(days=campaign.outcome_days)
        if end > today:
            continue
        campaign.state, campaign.ended_on = Campaign.State.FINISHED, end
        campaign.save(update_fields=["state", "ended_on"])
        outbox_cancel(workspace_id=workspace.id, what=campaign.what, reason="campaign.finished")
        act_add(campaign, CampaignAct.Name.FINISHED)
        record("campaign.finished", system=True, workspace_id=workspace.id, subject=campaign, key=campaign.key)
        finished += 1
    return finished
