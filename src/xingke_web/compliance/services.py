"""Judging and writing down."""

import hashlib
import json
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from xingke.compliance import Action, Finding, RecipientFacts, judge_content, judge_many
from xingke.compliance import Verdict as Judgement
from xingke.words import Words
from xingke_web.accounts.facade import Viewer, WorkspaceInfo
from xingke_web.audit.facade import record
from xingke_web.compliance.contracts import StoredVerdict
from xingke_web.compliance.models import RuleWording, SignOff, Verdict
from xingke_web.compliance.rules import rules_of, settings_for
from xingke_web.customers.facade import customers_named

CHUNK = 2000
UNKNOWN = RecipientFacts(customer_kind="unknown")
"""A customer nobody knows: every rule that looks at a recipient refuses it."""


def verdicts_for_many(
    *,
    workspace: WorkspaceInfo,
    action: Action,
    numbers: Sequence[int],
    facts: Mapping[int, RecipientFacts],
    subject: str,
    store: bool = True,
) -> dict[int, StoredVerdict]:
    """One verdict for each customer, stored unless it is only a preview. A customer without facts is blocked."""
    recipients = [facts.get(number, UNKNOWN) for number in numbers]
    settings = settings_for(is_signed_off(workspace.id, action.content.template_key), action.content.template_key)
    judged = judge_many(action, recipients, rules_of(workspace), settings=settings)
    if not store:
        return {number: StoredVerdict(None, verdict) for number, verdict in zip(numbers, judged, strict=True)}
    ids = _store(workspace, action, subject, list(zip(numbers, judged, strict=True)))
    return {number: StoredVerdict(key, verdict) for number, verdict, key in zip(numbers, judged, ids, strict=True)}


def verdict_for(*, workspace: WorkspaceInfo, action: Action, number: int | None, subject: str) -> StoredVerdict:
    """The stored verdict on one recipient, or on what is said where there is none (`number` None)."""
    settings = settings_for(is_signed_off(workspace.id, action.content.template_key), action.content.template_key)
    if number is None:
        judgement = judge_content(action, rules_of(workspace), settings=settings)
    else:
        judgement = judge_many(action, [action.recipient or UNKNOWN], rules_of(workspace), settings=settings)[0]
    return StoredVerdict(_store(workspace, action, subject, [(number, judgement)])[0], judgement)


def content_verdict(*, workspace: WorkspaceInfo, action: Action) -> Judgement:
    """What the rules say of a text and an offer, not kept: for the writer's desk."""
    settings = settings_for(is_signed_off(workspace.id, action.content.template_key), action.content.template_key)
    return judge_content(action, rules_of(workspace), settings=settings)


def is_signed_off(workspace_id: int, template_key: str | None) -> bool:
    """Whether a person released exactly this text."""
    return template_key is not None and SignOff.objects.filter(workspace_id=workspace_id, template_key=template_key).exists()


@transaction.atomic
def sign_off(*, viewer: Viewer, template_key: str) -> None:
    """Release a text; doing so again changes nothing."""
    _, created = SignOff.objects.get_or_create(
        workspace_id=viewer.workspace.id,
        template_key=template_key,
        defaults={"signed_by_id": viewer.user_id, "signed_at": timezone.now()},
    )
    if created:
        record("compliance.text_signed_off", viewer=viewer, subject=("text", template_key), template_key=template_key)


def action_fingerprint(action: Action) -> str:
    """A name for what would be said and given, over which channel and to what purpose; recipient and moment apart."""
    content, offer = action.content, action.offer
    said = [action.actor, action.purpose, action.channel, action.pack, content.subject, content.body, content.template_key]
    given = None if offer is None else [offer.kind, str(offer.value_yuan), list(offer.tied_to), offer.terms, offer.published]
    text = json.dumps([said, list(content.mentions), content.machine_made, given], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@transaction.atomic
def _store(workspace: WorkspaceInfo, action: Action, subject: str, judged: Sequence[tuple[int | None, Judgement]]) -> list[int]:
    labels = {rule.id: rule.label for rule in rules_of(workspace)}
    _keep_wording({(each.rule_id, each.version): each for _, verdict in judged for each in verdict.findings}, labels)
    fingerprint = action_fingerprint(action)
    customers = customers_named(workspace.id, [number for number, _ in judged if number is not None])
    rows = [
        Verdict(
            workspace_id=workspace.id,
            customer_number=number,
            org_path=customers[number].org_path if number in customers else "",
            subject=subject,
            action_fingerprint=fingerprint,
            outcome=verdict.outcome,
            findings=[{"rule": each.rule_id, "version": each.version, "severity": each.severity} for each in verdict.findings],
            rule_ids="".join(f" {each.rule_id}" for each in verdict.findings) + " " if verdict.findings else "",
            rules_fingerprint=verdict.rules_fingerprint,
            next_allowed_at=verdict.next_allowed_at,
            judged_at=verdict.judged_at,
        )
        for number, verdict in judged
    ]
    return [row.pk for row in Verdict.objects.bulk_create(rows, batch_size=CHUNK)]


def _keep_wording(found: Mapping[tuple[str, int], Finding], labels: Mapping[str, Words]) -> None:
    """Keep what each broken rule says today; once a version of a rule."""
    if not found:
        return
    known = set(RuleWording.objects.filter(rule_id__in={rule for rule, _ in found}).values_list("rule_id", "version"))
    RuleWording.objects.bulk_create(
        [
            RuleWording(
                rule_id=each.rule_id,
                version=each.version,
                label=labels.get(each.rule_id, each.message),
                message=each.message,
                basis=each.basis,
                substitute=each.substitute,
            )
            for key, each in found.items()
            if key not in known
        ],
        ignore_conflicts=True,
    )
