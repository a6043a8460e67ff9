"""What a campaign would do, in figures, and the token that binds a launch to them."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from django.utils.crypto import salted_hmac

from xingke.compliance import Verdict as Judgement
from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.campaigns.audience import Numbers
from xingke_web.campaigns.contracts import Detectable, Sizes
from xingke_web.campaigns.detectable import detectable_of
from xingke_web.campaigns.models import Campaign, LaunchPreview
from xingke_web.campaigns.reach import Reach, content_fingerprint, content_of, reach_of, reachable_of, sizes_of
from xingke_web.compliance.facade import fingerprint_of
from xingke_web.customers.facade import customers_named

VALID_FOR = timedelta(hours=24)
SAMPLE = 5


@dataclass(frozen=True)
class Outlook:
    """Everything the panel beside the wizard shows."""

    reach: Reach
    sizes: Sizes
    cost_yuan: Decimal
    content: Judgement
    detectable: Detectable
    made_at: datetime


def outlook_of(workspace: WorkspaceInfo, campaign: Campaign, *, now: datetime) -> Outlook:
    """Judge the audience and the text, and size the experiment; nothing is stored."""
    reach = reach_of(workspace, campaign, now=now)
    sizes = sizes_of(workspace, campaign, reach)
    content = content_of(workspace, campaign, now=now)
    reachable = reachable_of(workspace, reach)
    return Outlook(reach, sizes, cost_of(campaign, sizes.treated), content, detectable_of(workspace, campaign, reachable), now)


def cost_of(campaign: Campaign, messages: int) -> Decimal:
    """Fixed cost and that of so many messages, in cents."""
    return (campaign.fixed_cost_yuan + campaign.cost_per_message_yuan * messages).quantize(Decimal("0.01"))


def figures_of(workspace: WorkspaceInfo, outlook: Outlook) -> dict[str, Any]:
    """The figures of a preview as plain data, with a sample of customers spread evenly over the audience."""
    sizes, found = outlook.sizes, outlook.detectable
    return {
        **{name: value for name, value in asdict(sizes).items() if name != "funnel"},
        "funnel": [[step.name, step.label, step.count] for step in sizes.funnel],
        "cost_yuan": str(outlook.cost_yuan),
        "content": outlook.content.outcome,
        "detectable": found.value,
        "relative": found.relative,
        "detectable_words": found.words,
        "sample": sample_of(workspace, reachable_of(workspace, outlook.reach)),
    }


def sample_of(workspace: WorkspaceInfo, numbers: Numbers) -> list[int]:
    """Up to five customers by number; their names are looked up for whoever may see them."""
    if not len(numbers):
        return []
    places = np.unique(np.linspace(0, len(numbers) - 1, SAMPLE).astype(int))
    known = customers_named(workspace.id, numbers[places].tolist())
    return sorted(known)


def preview_make(workspace: WorkspaceInfo, campaign: Campaign, *, user_id: int, now: datetime) -> LaunchPreview:
    """Store what would be launched."""
    outlook = outlook_of(workspace, campaign, now=now)
    audience = np.ascontiguousarray(outlook.reach.numbers, dtype="<i8").tobytes()
    preview = LaunchPreview(
        campaign=campaign,
        audience=audience,
        audience_fingerprint=hashlib.sha256(audience).hexdigest(),
        content_fingerprint=content_fingerprint(workspace, campaign, now=now),
        rules_fingerprint=fingerprint_of(workspace),
        budget_fingerprint=budget_fingerprint(campaign),
        figures=figures_of(workspace, outlook),
        made_by_id=user_id,
        made_at=now,
        expires_at=now + VALID_FOR,
    )
    preview.save()
    preview.token = token_of(preview)
    preview.save(update_fields=["token"])
    return preview


def token_of(preview: LaunchPreview) -> str:
    """A keyed hash over audience, text, rules and budget of one preview; submitting again makes another one."""
    parts = [
        preview.campaign_id,
        preview.pk,
        preview.audience_fingerprint,
        preview.content_fingerprint,
        preview.rules_fingerprint,
        preview.budget_fingerprint,
        preview.made_at.isoformat(),
    ]
    return salted_hmac("xingke.campaigns.preview", json.dumps(parts), algorithm="sha256").hexdigest()


def budget_fingerprint(campaign: Campaign) -> str:
    """A name for costs, shares and windows: what the result will be measured by."""
    parts = [
        str(campaign.fixed_cost_yuan.normalize()),
        str(campaign.cost_per_message_yuan.normalize()),
        str(campaign.control_share.normalize()),
        str(campaign.holdout_share.normalize()),
        campaign.goal_metric,
        campaign.outcome_days,
        campaign.before_days,
        *([campaign.second_estimate] if campaign.second_estimate else []),
        campaign.send_at.isoformat() if campaign.send_at else "",
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def audience_stored(preview: LaunchPreview) -> Numbers:
    """The numbers that were seen."""
    return np.frombuffer(bytes(preview.audience), dtype="<i8").astype(np.int64)
