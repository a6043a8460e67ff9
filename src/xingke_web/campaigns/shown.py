"""What the pages of a campaign show, in the language of the reader."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from xingke.compliance import Verdict as Judgement
from xingke.errors import UserFacingError
from xingke.words import Language, Words, both
from xingke_web.accounts.contracts import Viewer
from xingke_web.audiences.facade import segments_visible
from xingke_web.campaigns.contracts import CampaignInfo
from xingke_web.campaigns.launch import problems_of
from xingke_web.campaigns.models import Campaign
from xingke_web.campaigns.panels import reasons_of
from xingke_web.campaigns.preview import outlook_of
from xingke_web.campaigns.reach import content_of
from xingke_web.channels.facade import transports
from xingke_web.loop.facade import business_now

STATE_TONES = {"draft": "neutral", "submitted": "warn", "launched": "brand", "finished": "ok", "imported": "info"}
ELSEWHERE: Mapping[str, Words] = {
    "mailer": both("直邮", "Direct mail"),
    "sms": both("短信", "SMS"),
    "phone": both("电话", "Phone"),
    "wecom": both("企业微信", "WeCom"),
    "wechat_template": both("微信服务通知", "WeChat service message"),
    "app_push": both("应用推送", "App message"),
    "task": both("走访任务", "Visit task"),
}
"""Channels of a source that we have no transport for."""

VERDICT_TONES = {"allow": "ok", "defer": "info", "hold": "warn", "block": "bad"}


def steps_of(campaign: Campaign) -> list[dict[str, str]]:
    """The steps of the wizard, with those done whose fields are filled."""
    done = (
        ("goal", _("Goal"), bool(campaign.name and campaign.goal)),
        ("audience", _("Segment"), bool(campaign.segment_key)),
        ("content", _("Content"), bool(campaign.body.strip())),
        ("channel", _("Channel and time"), bool(campaign.channel)),
        ("budget", _("Budget"), campaign.fixed_cost_yuan + campaign.cost_per_message_yuan > 0),
        ("experiment", _("Experiment"), campaign.control_share > 0 or bool(campaign.no_control_reason)),
        ("check", _("Check and submit"), not problems_of(campaign)),
    )
    now = next((key for key, _label, ready in done if not ready), "check")
    return [{"label": label, "url": f"#{key}", "state": "now" if key == now else "done" if ready else "todo"} for key, label, ready in done]


def panel_of(viewer: Viewer, campaign: Campaign) -> dict[str, Any]:
    """Reach, cost, verdict and detectable effect of a draft; what is missing for them is said instead."""
    language, now = viewer.language, business_now(viewer.workspace)
    content = content_of(viewer.workspace, campaign, now=now) if campaign.body.strip() and campaign.channel else None
    context: dict[str, Any] = {
        "lint": lint_rows(content, language) if content else [],
        "content": content.outcome if content else "",
        "problems": [each[language] for each in problems_of(campaign)],
    }
    if not (campaign.segment_key and campaign.channel):
        return context
    try:
        outlook = outlook_of(viewer.workspace, campaign, now=now)
    except UserFacingError as failed:
        return {**context, "problem": failed.text(language)}
    sizes = outlook.sizes
    return {
        **context,
        "sizes": sizes,
        "funnel": funnel_rows([(each.label[language], each.count) for each in sizes.funnel]),
        "cost": outlook.cost_yuan,
        "detectable": outlook.detectable,
        "detectable_words": outlook.detectable.words[language],
        "excluded": reason_rows(viewer, list(sizes.excluded.items())),
    }


def funnel_rows(steps: Sequence[tuple[str, int]]) -> list[dict[str, Any]]:
    """Steps with their share of the first."""
    first = max(steps[0][1], 1) if steps else 1
    return [{"label": label, "count": count, "share": count / first} for label, count in steps]


def reason_rows(viewer: Viewer, reasons: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Reasons of exclusion in words, with their counts."""
    words = reasons_of(viewer, [reason for reason, _count in reasons])
    return [(words[reason], count) for reason, count in reasons]


def lint_rows(content: Judgement, language: Language) -> list[dict[str, str]]:
    """What the rules say of a text, with what may be said instead."""
    return [
        {
            "rule": each.rule_id,
            "tone": {"block": "bad", "hold": "warn", "defer": "info"}.get(each.severity, "info"),
            "message": each.message[language],
            "basis": each.basis[language],
            "substitute": each.substitute[language] if each.substitute else "",
        }
        for each in content.findings
    ]


def list_rows(viewer: Viewer, infos: Sequence[CampaignInfo]) -> list[dict[str, Any]]:
    """Campaigns as rows of the list."""
    segments = {each.key: each.name for each in segments_visible(viewer)}
    labels = dict(Campaign.State.choices)
    return [
        {
            "id": each.id,
            "name": each.name,
            "url": reverse("campaigns:detail", args=(viewer.workspace.slug, each.id)),
            "state": labels[each.state],
            "tone": STATE_TONES[each.state],
            "segment": segments.get(each.segment_key, each.segment_key or "—"),
            "channel": channel_label(viewer, each.channel),
            "treated": each.treated if each.launched_at else None,
            "control": each.control if each.shares.get("control") and each.launched_at else None,
            "excluded": each.excluded if each.launched_at and not each.is_imported else None,
            "cost": each.cost_yuan if each.launched_at else None,
            "launched_at": each.launched_at,
        }
        for each in infos
    ]


def channel_label(viewer: Viewer, channel: str) -> str:
    """A channel's name; that of the source where we have no such channel."""
    if channel in transports():
        return transports()[channel].label[viewer.language]
    return ELSEWHERE[channel][viewer.language] if channel in ELSEWHERE else channel or "—"


def result_url(viewer: Viewer, campaign_id: int) -> str:
    """The page of the measured effect; empty where it is not installed."""
    try:
        return reverse("insight:result", args=(viewer.workspace.slug, campaign_id))
    except NoReverseMatch:
        return ""
