"""Judging an audience: who may be reached, who falls out where, and who would be in which arm."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from xingke.compliance import Action, Barriers, ReachStep, Settings, judge_many
from xingke.compliance import Verdict as Judgement
from xingke.experiment import Arm, assign, in_global_holdout
from xingke_web.accounts.facade import WorkspaceInfo, workspace_info
from xingke_web.campaigns.audience import Numbers, audience_of
from xingke_web.campaigns.contracts import Sizes
from xingke_web.campaigns.models import Campaign
from xingke_web.channels.facade import action_for, facts_for, text_fingerprint
from xingke_web.compliance.facade import StoredVerdict, action_fingerprint, content_verdict, rules_of, verdicts_for_many
from xingke_web.loop.facade import business_now

TREATED, CONTROL, EXCLUDED = "treated", "control", "excluded"
HOLDOUT = "holdout"
ALLOWED = frozenset({"allow", "defer"})


@dataclass(frozen=True)
class Reach:
    """An audience and its verdicts, in the order of the numbers."""

    numbers: Numbers
    verdicts: Mapping[int, StoredVerdict]


def template_key(campaign: Campaign) -> str:
    """A key for exactly this text: a changed text is a new one, which nobody has signed off."""
    said = text_fingerprint(f"{campaign.channel}|{campaign.purpose}|{campaign.subject}", campaign.body)
    return f"{campaign.what}:{said[:16]}"


def action_of(workspace: WorkspaceInfo, campaign: Campaign, *, at: datetime) -> Action:
    """What the campaign would do to one recipient, for the rules to judge."""
    language = campaign.tongue
    return action_for(
        actor=workspace_info(workspace.slug, language=language).name,
        purpose=campaign.purpose,
        channel=campaign.channel,
        subject=campaign.subject,
        body=campaign.body,
        language=language,
        template_key=template_key(campaign),
        pack=workspace.pack,
        at=at,
    )


def sends_at(campaign: Campaign, now: datetime) -> datetime:
    """When its messages would begin to go out."""
    return max(campaign.send_at, now) if campaign.send_at else now


def reach_of(workspace: WorkspaceInfo, campaign: Campaign, *, now: datetime, store: bool = False) -> Reach:
    """Judge everybody in the segment; stored only when the campaign launches."""
    numbers = audience_of(workspace, campaign)
    listed = numbers.tolist()
    at = sends_at(campaign, now)
    facts = facts_for(
        workspace.id,
        listed,
        channel=campaign.channel,
        purpose=campaign.purpose,
        fingerprint=text_fingerprint(campaign.subject, campaign.body),
        at=at,
    )
    action = action_of(workspace, campaign, at=at)
    verdicts = verdicts_for_many(workspace=workspace, action=action, numbers=listed, facts=facts, subject=campaign.what, store=store)
    return Reach(numbers, verdicts)


def content_of(workspace: WorkspaceInfo, campaign: Campaign, *, now: datetime) -> Judgement:
    """What the rules say of the text, whoever it reaches."""
    return content_verdict(workspace=workspace, action=action_of(workspace, campaign, at=sends_at(campaign, now)))


def content_fingerprint(workspace: WorkspaceInfo, campaign: Campaign, *, now: datetime) -> str:
    """A name for what is said, over which channel and to what purpose."""
    return action_fingerprint(action_of(workspace, campaign, at=now))


def arms_of(workspace: WorkspaceInfo, campaign: Campaign, reach: Reach) -> dict[int, tuple[str, str]]:
    """Arm and reason of every member. Lots are drawn among those who may be reached, so that the arms are alike."""
    return _arms(workspace, campaign, reach, {number for number, each in reach.verdicts.items() if each.outcome in ALLOWED})


def reachable_of(workspace: WorkspaceInfo, reach: Reach) -> Numbers:
    """Those whom no rule about recipients stops, ascending: who could be reached once the text is in order."""
    stopped = _stopped(workspace, reach)
    return np.array([number for number in reach.numbers.tolist() if number not in stopped], dtype=np.int64)


def _arms(workspace: WorkspaceInfo, campaign: Campaign, reach: Reach, passing: set[int]) -> dict[int, tuple[str, str]]:
    may = np.array([number for number in reach.numbers.tolist() if number in passing], dtype=np.int64)
    held_out = set(may[_held_out(workspace, campaign, may)].tolist())
    drawn = np.array([number for number in may.tolist() if number not in held_out], dtype=np.int64)
    arms = dict(zip(drawn.tolist(), _drawn(campaign, drawn), strict=True))
    stopped = _stopped(workspace, reach)
    found = {}
    for number in reach.numbers.tolist():
        if number in arms:
            found[number] = (arms[number], "")
        else:
            found[number] = (EXCLUDED, HOLDOUT if number in held_out else stopped.get(number) or reach.verdicts[number].reason)
    return found


def sizes_of(workspace: WorkspaceInfo, campaign: Campaign, reach: Reach) -> Sizes:
    """The audience in figures, as it would be once the text is in order."""
    stopped = _stopped(workspace, reach)
    arms = _arms(workspace, campaign, reach, set(reach.numbers.tolist()) - set(stopped))
    barriers = Barriers(rules_of(workspace))
    judged = [each.judgement for each in reach.verdicts.values()]
    outcomes = Counter(each.outcome for each in reach.verdicts.values())
    by_arm = Counter(arm for arm, _ in arms.values())
    excluded = Counter(stopped.get(number, HOLDOUT) for number, (arm, _) in arms.items() if arm == EXCLUDED)
    return Sizes(
        matched=len(reach.numbers),
        allowed=outcomes["allow"] + outcomes["defer"],
        deferred=outcomes["defer"],
        held=outcomes["hold"],
        holdout=excluded.pop(HOLDOUT, 0),
        treated=by_arm[TREATED],
        control=by_arm[CONTROL],
        capped=sum(barriers.stops(each) is None and barriers.stops_now(each) is not None for each in judged),
        funnel=barriers.funnel(judged),
        excluded=dict(excluded.most_common()),
    )


def segment_reach(workspace: WorkspaceInfo, numbers: Sequence[int], channel: str) -> tuple[ReachStep, ...]:
    """The same funnel before there is a text: marketing over a channel, judged by the rules about recipients alone."""
    now = business_now(workspace)
    facts = facts_for(workspace.id, numbers, channel=channel, purpose="marketing", fingerprint="", at=now)
    action = action_for(
        actor=workspace.name, purpose="marketing", channel=channel, subject="", body="", language="zh", template_key="",
        pack=workspace.pack, at=now,
    )  # fmt: skip
    personal = [rule for rule in rules_of(workspace) if rule.scope == "recipient"]
    return Barriers(personal).funnel(judge_many(action, [facts[number] for number in numbers], personal, settings=Settings()))


def _stopped(workspace: WorkspaceInfo, reach: Reach) -> dict[int, str]:
    """Customers whom something about them stops, with the rule: the first one in the order of the funnel."""
    barriers = Barriers(rules_of(workspace))
    found = {number: barriers.stops(verdict.judgement) for number, verdict in reach.verdicts.items()}
    return {number: rule_id for number, rule_id in found.items() if rule_id is not None}


def _held_out(workspace: WorkspaceInfo, campaign: Campaign, numbers: Numbers) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """The customers who get no marketing in any campaign; service and transaction messages are not held back."""
    share = float(campaign.holdout_share) if campaign.purpose == Campaign.Purpose.MARKETING else 0.0
    return np.asarray(in_global_holdout(numbers, salt=f"workspace:{workspace.slug}", share=share))


def _drawn(campaign: Campaign, numbers: Numbers) -> list[str]:
    share = float(campaign.control_share)
    if share == 0:
        return [TREATED] * len(numbers)
    arms = (Arm(TREATED, 1 - share), Arm(CONTROL, share))
    return [str(name) for name in assign(numbers, salt=campaign.salt, arms=arms)]
