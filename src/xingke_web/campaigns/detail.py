"""What the page of one campaign shows."""

from decimal import Decimal
from typing import Any

from xingke_web.accounts.contracts import Viewer
from xingke_web.audiences.facade import segments_visible
from xingke_web.campaigns.acts import is_author
from xingke_web.campaigns.models import Campaign, CampaignAct
from xingke_web.campaigns.reach import content_of
from xingke_web.campaigns.selectors import campaign_info, excluded_by_reason
from xingke_web.campaigns.shown import STATE_TONES, VERDICT_TONES, channel_label, funnel_rows, lint_rows, reason_rows, result_url
from xingke_web.channels.facade import answer_labels, filled, opened_unseen, progress_of, state_labels, unknown_of
from xingke_web.customers.facade import customers_named
from xingke_web.loop.facade import business_now

ACT_ICONS = {
    "created": "pencil",
    "edited": "pencil",
    "submitted": "send",
    "signed_off": "clipboard-check",
    "returned": "arrow-back-up",
    "launched": "player-play",
    "finished": "circle-check",
    "imported": "database",
    "stopped": "player-stop",
}


def detail_of(viewer: Viewer, campaign: Campaign) -> dict[str, Any]:
    """Everything of the page; of an imported campaign only what is known."""
    info = campaign_info(viewer, campaign.pk)
    context: dict[str, Any] = {
        "campaign": campaign,
        "info": info,
        "state_tone": STATE_TONES[campaign.state],
        "segment": next((each.name for each in segments_visible(viewer) if each.key == campaign.segment_key), campaign.segment_key),
        "channel": channel_label(viewer, campaign.channel),
        "acts": act_rows(campaign),
        "result_url": result_url(viewer, campaign.pk) if campaign.state in {"launched", "finished", "imported"} else "",
        "may_edit": viewer.can("campaigns.edit"),
        "may_launch": viewer.can("campaigns.launch"),
        "own": is_author(campaign, viewer.user_id),
    }
    if campaign.state == Campaign.State.SUBMITTED:
        context |= preview_context(viewer, campaign)
    elif campaign.state in {Campaign.State.LAUNCHED, Campaign.State.FINISHED}:
        context |= running_context(viewer, campaign)
    return context


def preview_context(viewer: Viewer, campaign: Campaign) -> dict[str, Any]:
    """What the second person is asked to launch: the preview as it was seen, and the verdict on the text as it is now."""
    preview = campaign.previews.first()
    content = content_of(viewer.workspace, campaign, now=business_now(viewer.workspace))
    if preview is None:
        return {}
    figures = preview.figures
    named = customers_named(viewer.workspace.id, figures["sample"])
    sample = [named[number] for number in figures["sample"] if number in named]
    names = {"name": sample[0].name if sample else "", "sender": ""}
    return {
        "preview": preview,
        "figures": figures,
        "cost": Decimal(figures["cost_yuan"]),
        "funnel": funnel_rows([(label[viewer.language], count) for _name, label, count in figures["funnel"]]),
        "excluded": reason_rows(viewer, list(figures["excluded"].items())),
        "detectable_words": figures["detectable_words"][viewer.language],
        "sample": sample,
        "shown_subject": filled(campaign.subject, names),
        "shown_body": filled(campaign.body, {"name": names["name"]}),
        "content": content.outcome,
        "content_tone": VERDICT_TONES[content.outcome],
        "lint": lint_rows(content, viewer.language),
    }


def running_context(viewer: Viewer, campaign: Campaign) -> dict[str, Any]:
    """Arms, delivery and answers."""
    progress = progress_of(viewer.workspace.id, [campaign.what])[campaign.what]
    total = max(progress.total, 1)
    states = [
        {"label": label, "count": progress.states[state], "share": progress.states[state] / total}
        for state, label in state_labels().items()
        if progress.states.get(state)
    ]
    answers = [(label, progress.answers.get(kind, 0)) for kind, label in answer_labels(viewer.language).items()]
    return {
        "states": states,
        "answers": answers,
        "opened_unseen": opened_unseen(viewer.workspace.id, campaign.what),
        "withheld": reason_rows(viewer, sorted(progress.reasons.items(), key=lambda row: -row[1])),
        "excluded": reason_rows(viewer, excluded_by_reason(campaign)),
        "states_unknown": progress.states.get("unknown", 0),
        "unknown": unknown_of(viewer.workspace.id, campaign.what),
        "planned": progress.states.get("planned", 0) + progress.states.get("claimed", 0),
    }


def act_rows(campaign: Campaign) -> list[dict[str, Any]]:
    """Who did what, newest first."""
    acts = CampaignAct.objects.filter(campaign=campaign).select_related("person")
    return [
        {
            "icon": ACT_ICONS[each.name],
            "tone": "ok" if each.name == "launched" else "brand",
            "title": each.get_name_display(),
            "at": each.at,
            "text": str(each.person) if each.person else "",
            "note": each.note,
        }
        for each in acts
    ]
