"""Two acts: one person submits what was previewed, another one launches exactly that."""

from collections.abc import Iterator, Mapping

import numpy as np
from django.db import transaction

from xingke.words import Words, both
from xingke_web.accounts.facade import Viewer, WorkspaceInfo
from xingke_web.audit.facade import record
from xingke_web.campaigns import errors
from xingke_web.campaigns.acts import act_add, is_author
from xingke_web.campaigns.audience import Numbers
from xingke_web.campaigns.errors import LaunchRefused, NotReady, WrongState
from xingke_web.campaigns.models import Campaign, CampaignAct, CampaignMember, LaunchPreview
from xingke_web.campaigns.preview import audience_stored, budget_fingerprint, preview_make, token_of
from xingke_web.campaigns.reach import (
    TREATED,
    Reach,
    action_of,
    arms_of,
    content_fingerprint,
    content_of,
    reach_of,
    sends_at,
    template_key,
)
from xingke_web.channels.facade import NewText, Recipient, outbox_add, outbox_cancel, transports, unknown_variables
from xingke_web.compliance.facade import fingerprint_of, sign_off
from xingke_web.loop.facade import business_now

MOST_DRIFT = 0.05
CHUNK = 2000
State, Act = Campaign.State, CampaignAct.Name


def problems_of(campaign: Campaign) -> list[Words]:
    """What a draft lacks before it can be submitted."""
    transport = transports().get(campaign.channel)
    needs_subject = transport is not None and transport.capabilities.has_subject
    found = (
        (not campaign.name.strip(), errors.NO_NAME),
        (not campaign.segment_key, errors.NO_SEGMENT),
        (transport is None, errors.NO_CHANNEL),
        (needs_subject and not campaign.subject.strip(), errors.NO_SUBJECT),
        (not campaign.body.strip(), errors.NO_TEXT),
        (campaign.control_share == 0 and not campaign.no_control_reason.strip(), errors.NO_REASON),
    )
    unknown = unknown_variables(campaign.subject) + unknown_variables(campaign.body)
    names = "、".join(f"{{{name}}}" for name in unknown)
    return [words for wrong, words in found if wrong] + ([both(f"未知变量 {names}", f"unknown variables {names}")] if unknown else [])


@transaction.atomic
def campaign_submit(*, viewer: Viewer, campaign: Campaign) -> LaunchPreview:
    """Freeze what was planned into a preview for a second person.

    Raises
    ------
    NotReady
        Something is missing, the text breaks a rule, or nobody may be reached.
    WrongState
        It is no draft.
    """
    campaign = _locked(campaign, State.DRAFT)
    problems = problems_of(campaign)
    if problems:
        raise NotReady(problems)
    now = business_now(viewer.workspace)
    content = content_of(viewer.workspace, campaign, now=now)
    if content.outcome == "block":
        raise NotReady([each.message for each in content.findings if each.severity == "block"])
    preview = preview_make(viewer.workspace, campaign, user_id=viewer.user_id, now=now)
    figures = preview.figures
    if figures["treated"] == 0:
        raise NotReady([errors.NOBODY])
    _move(campaign, State.SUBMITTED, submitted_by_id=viewer.user_id)
    act_add(campaign, Act.SUBMITTED, viewer=viewer)
    record(
        "campaign.submitted",
        viewer=viewer,
        subject=campaign,
        key=campaign.key,
        matched=figures["matched"],
        allowed=figures["treated"] + figures["control"] + figures["holdout"],
        cost_yuan=figures["cost_yuan"],
    )
    return preview


@transaction.atomic
def campaign_return(*, viewer: Viewer, campaign: Campaign, reason: str) -> Campaign:
    """Give a submitted campaign back to its authors, with a reason; the preview counts no more."""
    campaign = _locked(campaign, State.SUBMITTED)
    if not reason.strip():
        raise NotReady([both("请写明退回原因", "a reason is needed to return it")])
    _move(campaign, State.DRAFT, submitted_by_id=None)
    act_add(campaign, Act.RETURNED, viewer=viewer, note=reason.strip()[:200])
    record("campaign.returned", viewer=viewer, subject=campaign, key=campaign.key)
    return campaign


@transaction.atomic
def campaign_sign_off(*, viewer: Viewer, campaign: Campaign) -> None:
    """A second person read the text and releases exactly this one."""
    campaign = _locked(campaign, State.SUBMITTED)
    _require_second_person(viewer, campaign)
    sign_off(viewer=viewer, template_key=template_key(campaign))
    act_add(campaign, Act.SIGNED_OFF, viewer=viewer)
    record("campaign.signed_off", viewer=viewer, subject=campaign, key=campaign.key)


def campaign_launch(campaign: Campaign, token: str, viewer: Viewer) -> Campaign:
    """Launch what was submitted, as a second person.

    The audience is frozen: every member of the segment gets an arm by lot among those who may be reached, the others are excluded with
    their reason. Messages of the treated are planned; nothing is sent here.

    Raises
    ------
    LaunchRefused
        Same person, no right, wrong or expired token, or audience, text, rules or budget are not those of the preview.
    WrongState
        It is not waiting for launch.
    """
    try:
        with transaction.atomic():
            return _launch(_locked(campaign, State.SUBMITTED), token, viewer)
    except LaunchRefused as refused:
        record("campaign.launch_refused", viewer=viewer, subject=campaign, key=campaign.key, reasons=list(refused.reasons))
        raise


def _launch(campaign: Campaign, token: str, viewer: Viewer) -> Campaign:
    workspace, now = viewer.workspace, business_now(viewer.workspace)
    _require_second_person(viewer, campaign)
    preview = campaign.previews.first()
    if preview is None or not token or token != preview.token or token != token_of(preview):
        raise LaunchRefused([("token", errors.BAD_TOKEN)])
    changed = list(_changes(workspace, campaign, preview))
    if changed:
        raise LaunchRefused(changed)
    reach = reach_of(workspace, campaign, now=now, store=True)
    refused = list(_drift(audience_stored(preview), reach.numbers)) + list(_content_problems(workspace, campaign))
    if refused:
        raise LaunchRefused(refused)
    arms = arms_of(workspace, campaign, reach)
    if not any(arm == TREATED for arm, _ in arms.values()):
        raise LaunchRefused([("nobody", errors.NOBODY)])
    counts = _freeze(campaign, reach, arms)
    _plan_messages(workspace, campaign, reach, arms)
    _move(campaign, State.LAUNCHED, launched_at=now)
    act_add(campaign, Act.LAUNCHED, viewer=viewer)
    record(
        "campaign.launched",
        viewer=viewer,
        subject=campaign,
        key=campaign.key,
        treated=counts["treated"],
        control=counts["control"],
        excluded=counts["excluded"],
    )
    return campaign


def _require_second_person(viewer: Viewer, campaign: Campaign) -> None:
    reasons = []
    if not viewer.can("campaigns.launch"):
        reasons.append(("right", errors.NO_RIGHT))
    if is_author(campaign, viewer.user_id):
        reasons.append(("same_person", errors.SAME_PERSON))
    if reasons:
        raise LaunchRefused(reasons)


def _changes(workspace: WorkspaceInfo, campaign: Campaign, preview: LaunchPreview) -> Iterator[tuple[str, Words]]:
    """What is no longer as it was seen."""
    now = business_now(workspace)
    if now > preview.expires_at:
        yield "expired", errors.EXPIRED
    if content_fingerprint(workspace, campaign, now=now) != preview.content_fingerprint:
        yield "content", errors.NEW_CONTENT
    if fingerprint_of(workspace) != preview.rules_fingerprint:
        yield "rules", errors.NEW_RULES
    if budget_fingerprint(campaign) != preview.budget_fingerprint:
        yield "budget", errors.NEW_BUDGET


def _drift(seen: Numbers, found: Numbers) -> Iterator[tuple[str, Words]]:
    """Customers who came or went since, as a share of those seen; more than one in twenty is another audience."""
    moved = len(np.setxor1d(seen, found, assume_unique=True))
    if moved > MOST_DRIFT * max(len(seen), 1):
        yield (
            "drift",
            both(
                f"客群已变动：提交时 {len(seen):,} 位，现在 {len(found):,} 位，进出 {moved:,} 位（上限 5%）",
                f"the audience moved: {len(seen):,} when submitted, {len(found):,} now, {moved:,} came or went (5 % at most)",
            ),
        )


def _content_problems(workspace: WorkspaceInfo, campaign: Campaign) -> Iterator[tuple[str, Words]]:
    content = content_of(workspace, campaign, now=business_now(workspace))
    for each in content.findings:
        if each.severity in {"block", "hold"}:
            yield each.rule_id, each.message


def _freeze(campaign: Campaign, reach: Reach, arms: Mapping[int, tuple[str, str]]) -> dict[str, int]:
    CampaignMember.objects.bulk_create(
        [
            CampaignMember(campaign=campaign, customer_number=number, arm=arm, reason=reason, verdict_id=reach.verdicts[number].id)
            for number, (arm, reason) in arms.items()
        ],
        batch_size=CHUNK,
    )
    names = [arm for arm, _ in arms.values()]
    return {name: names.count(name) for name in ("treated", "control", "excluded")}


def _plan_messages(workspace: WorkspaceInfo, campaign: Campaign, reach: Reach, arms: Mapping[int, tuple[str, str]]) -> None:
    at = sends_at(campaign, business_now(workspace))
    action = action_of(workspace, campaign, at=at)
    recipients = [
        Recipient(number, verdict.id, max(at, verdict.next_allowed_at or at))
        for number, (arm, _) in arms.items()
        if arm == TREATED and (verdict := reach.verdicts[number]).id is not None
    ]
    new = NewText(
        what=campaign.what,
        step="1",
        campaign_key=campaign.key,
        org_path=campaign.org_path,
        actor=action.actor,
        purpose=campaign.purpose,
        channel=campaign.channel,
        language=campaign.tongue,
        subject=campaign.subject,
        body=campaign.body,
        template_key=template_key(campaign),
    )
    outbox_add(workspace_id=workspace.id, new=new, recipients=recipients)


@transaction.atomic
def campaign_stop(*, viewer: Viewer, campaign: Campaign, reason: str) -> int:
    """Cancel what has not gone out; what has is measured as planned. Returns how many messages were cancelled."""
    campaign = _locked(campaign, State.LAUNCHED)
    cancelled = outbox_cancel(workspace_id=campaign.workspace_id, what=campaign.what, reason="campaign.stopped")
    act_add(campaign, Act.STOPPED, viewer=viewer, note=reason.strip()[:200])
    record("campaign.stopped", viewer=viewer, subject=campaign, key=campaign.key, cancelled=cancelled)
    return cancelled


def _locked(campaign: Campaign, state: str) -> Campaign:
    """The campaign as stored, locked, if it is in this state."""
    current = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if current.state != state:
        raise WrongState(state=current.state)
    return current


def _move(campaign: Campaign, state: str, **changes: object) -> None:
    campaign.state = state
    for field, value in changes.items():
        setattr(campaign, field, value)
    campaign.save(update_fields=["state", *changes])
