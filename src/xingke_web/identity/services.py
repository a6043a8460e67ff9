"""Writing decisions: each one is an entry of the log, changes the pairs that it concerns, and can be taken back."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import uuid4

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from xingke_web.accounts.facade import ROOT, Viewer, below, in_scope
from xingke_web.audit.facade import record
from xingke_web.identity.bulk import BulkPlan
from xingke_web.identity.contracts import DecisionRefused, RecordKey
from xingke_web.identity.decisions import contradiction
from xingke_web.identity.models import Decision, ReviewPair
from xingke_web.identity.records import keys_of_customers

Kind = Decision.Kind
STATE_OF: Final = {
    Kind.MERGE: ReviewPair.State.MERGED,
    Kind.DISTINCT: ReviewPair.State.DISTINCT,
    Kind.LATER: ReviewPair.State.LATER,
}
AUDIT_NAME: Final = {Kind.MERGE: "identity.merged", Kind.DISTINCT: "identity.distinct", Kind.LATER: "identity.put_off"}
UNDECIDED: Final = (ReviewPair.State.OPEN, ReviewPair.State.LATER)
LONGEST_REASON: Final = 300


@transaction.atomic
def pair_decide(*, viewer: Viewer, pair: ReviewPair, kind: str, reason: str = "") -> Decision:
    """Decide a pair; every other undecided pair between the same two customers follows.

    Raises
    ------
    DecisionRefused
        The role does not allow it, somebody decided the pair meanwhile, or the kind is none of a pair.
    """
    _allowed(viewer)
    if kind not in STATE_OF:
        raise DecisionRefused(zh=f"「{kind}」不是可用的判定", en=f"'{kind}' is no decision about a pair", kind=kind)
    locked = ReviewPair.objects.select_for_update().get(pk=pair.pk)
    if locked.state not in UNDECIDED:
        raise DecisionRefused(
            zh="这一对已由他人判定；如需更改，请先撤销", en="somebody decided this pair meanwhile; undo that decision first", pair=pair.pk
        )
    concerned = [locked, *siblings(locked)] if kind != Kind.LATER else [locked]
    decision = _decision(viewer, Kind(kind), concerned, _whole(viewer, kind, concerned), reason=reason)
    decision.save()
    if kind == Kind.MERGE:
        _consistent(viewer.workspace.id)
    _follow(concerned, decision)
    facts: dict[str, Any] = {"number": locked.left_number, "other": locked.right_number}
    record(AUDIT_NAME[Kind(kind)], viewer=viewer, subject=("decision", decision.pk), **facts)
    return decision


def siblings(pair: ReviewPair) -> list[ReviewPair]:
    """The other undecided pairs between the two customers of a pair."""
    if pair.left_number is None or pair.right_number is None:
        return []
    return list(
        ReviewPair.objects.select_for_update()
        .filter(_between(pair), workspace_id=pair.workspace_id, state__in=UNDECIDED)
        .exclude(pk=pair.pk)
    )


def _between(pair: ReviewPair) -> Q:
    a, b = pair.left_number, pair.right_number
    return Q(left_number=a, right_number=b) | Q(left_number=b, right_number=a)


@transaction.atomic
def decision_undo(*, viewer: Viewer, decision: Decision, reason: str = "") -> Decision:
    """Take a decision back: its pairs wait again, and the next pass builds the customers as they were.

    Raises
    ------
    DecisionRefused
        The role does not allow it, the decision lies outside the scope, is itself an undo, or was undone before.
    """
    _allowed(viewer)
    if not in_scope(decision.org_path, viewer.scope_path) or decision.workspace_id != viewer.workspace.id:
        raise DecisionRefused(zh="该判定不在您的范围内", en="this decision lies outside your area", decision=decision.pk)
    if decision.kind == Kind.UNDO or Decision.objects.filter(undoes=decision).exists():
        raise DecisionRefused(zh="该判定已经撤销过", en="this decision was undone before", decision=decision.pk)
    undo = Decision(
        workspace_id=decision.workspace_id,
        kind=Kind.UNDO,
        left=decision.left,
        right=decision.right,
        number=decision.number,
        other_number=decision.other_number,
        org_path=decision.org_path,
        field=decision.field,
        undoes=decision,
        reason=reason.strip()[:LONGEST_REASON],
        at=timezone.now(),
        by_id=viewer.user_id,
    )
    undo.save()
    ReviewPair.objects.filter(decision=decision).update(state=ReviewPair.State.OPEN, decision=None)
    record("identity.undone", viewer=viewer, subject=("decision", undo.pk), decision=decision.pk, kind=decision.kind)
    return undo


@transaction.atomic
def batch_undo(*, viewer: Viewer, batch: str) -> int:
    """Take back every decision of one bulk act that still stands; returns how many."""
    found = Decision.objects.in_force(viewer.workspace.id).filter(below(viewer.scope_path), batch=batch)
    undone = [decision_undo(viewer=viewer, decision=decision) for decision in found if batch]
    return len(undone)


@transaction.atomic
def pairs_merge(*, viewer: Viewer, plan: BulkPlan, reason: str = "") -> str:
    """Merge every pair of a plan as one act; returns the name of the batch, by which it can be taken back.

    Raises
    ------
    DecisionRefused
        The role does not allow it.
    """
    _allowed(viewer)
    batch = uuid4().hex
    locked = {pair.pk: pair for pair in ReviewPair.objects.select_for_update().filter(pk__in=[one.pk for one in plan.pairs])}
    groups = _by_customers(pair for pair in locked.values() if pair.state in UNDECIDED)
    whole = _whole(viewer, Kind.MERGE, [pair for pairs in groups for pair in pairs])
    decisions = [_decision(viewer, Kind.MERGE, pairs, whole, reason=reason, batch=batch) for pairs in groups]
    for decision, pairs in zip(Decision.objects.bulk_create(decisions, batch_size=500), groups, strict=True):
        for pair in pairs:
            pair.state, pair.decision = ReviewPair.State.MERGED, decision
    _consistent(viewer.workspace.id)
    decided = [pair for pairs in groups for pair in pairs]
    ReviewPair.objects.bulk_update(decided, ["state", "decision"], batch_size=500)
    record("identity.bulk_merged", viewer=viewer, subject=("decision", batch), count=len(groups), least=round(plan.least, 4))
    return batch


def _by_customers(pairs: Iterable[ReviewPair]) -> list[list[ReviewPair]]:
    """Pairs of the same two customers together: one decision each."""
    groups: dict[object, list[ReviewPair]] = {}
    for pair in sorted(pairs, key=lambda one: one.pk):
        ends = frozenset((pair.left_number, pair.right_number))
        groups.setdefault(ends if None not in ends else pair.pk, []).append(pair)
    return list(groups.values())


@transaction.atomic
def records_take_apart(
    *, viewer: Viewer, number: int, org_path: str, moved: Sequence[RecordKey], kept: Sequence[RecordKey], reason: str
) -> Decision:
    """Take records out of a customer: they become a customer of their own, or go to whom they match without it.

    Raises
    ------
    DecisionRefused
        The role does not allow it, no reason is given, or nothing would be moved or nothing would stay.
    """
    _allowed(viewer)
    if not moved or not kept:
        raise DecisionRefused(
            zh="请选择要拆出的记录，并至少保留一条", en="Choose the records to take out, and leave at least one", field="records"
        )
    if not reason.strip():
        raise DecisionRefused(zh="请填写拆分原因", en="Say why they are taken apart", field="reason")
    decision = Decision(
        workspace_id=viewer.workspace.id,
        kind=Kind.UNMERGE,
        left=[list(key) for key in moved],
        right=[list(key) for key in kept],
        number=number,
        org_path=org_path,
        reason=reason.strip()[:LONGEST_REASON],
        at=timezone.now(),
        by_id=viewer.user_id,
    )
    decision.save()
    _consistent(viewer.workspace.id)
    record("identity.taken_apart", viewer=viewer, subject=("decision", decision.pk), number=number, records=len(moved))
    return decision


Keys = Mapping[int, Sequence[tuple[str, str]]]


def _whole(viewer: Viewer, kind: str, pairs: Sequence[ReviewPair]) -> Keys:
    """All records of the customers of a merge: the two become one as they are, so that no guard can part one of them on the way."""
    if kind != Kind.MERGE:
        return {}
    numbers = {number for pair in pairs for number in (pair.left_number, pair.right_number) if number is not None}
    return keys_of_customers(viewer.workspace, sorted(numbers))


def _decision(viewer: Viewer, kind: Decision.Kind, pairs: Sequence[ReviewPair], whole: Keys, *, reason: str, batch: str = "") -> Decision:
    """A decision about the records of some pairs between two customers, and the other records of those in `whole`."""
    first = pairs[0]
    left = set(whole.get(first.left_number, ())) if first.left_number is not None else set()
    right = set(whole.get(first.right_number, ())) if first.right_number is not None else set()
    for pair in pairs:
        same_way = pair.left_number == first.left_number
        left.add(pair.left if same_way else pair.right)
        right.add(pair.right if same_way else pair.left)
    return Decision(
        workspace_id=viewer.workspace.id,
        kind=kind,
        left=[list(key) for key in sorted(left)],
        right=[list(key) for key in sorted(right)],
        number=first.left_number,
        other_number=first.right_number,
        org_path=first.org_path or ROOT,
        reason=reason.strip()[:LONGEST_REASON],
        batch=batch,
        at=timezone.now(),
        by_id=viewer.user_id,
    )


def _follow(pairs: Sequence[ReviewPair], decision: Decision) -> None:
    keys = [pair.pk for pair in pairs]
    ReviewPair.objects.filter(pk__in=keys).update(state=STATE_OF[Kind(decision.kind)], decision=decision)


def _consistent(workspace_id: int) -> None:
    """Refuse what earlier decisions exclude; the transaction around takes the new one back."""
    found = contradiction(workspace_id)
    if found is not None:
        left, right = (" / ".join(key) for key in found)
        raise DecisionRefused(
            zh=f"与先前的判定冲突：{left} 与 {right} 已判定不是同一户；请先撤销其中一项判定",
            en=f"this contradicts an earlier decision: {left} and {right} were decided to differ; undo one of the two first",
            records=found,
        )


def _allowed(viewer: Viewer) -> None:
    if not viewer.can("identity.decide"):
        raise DecisionRefused(zh="您的角色不能判定客户身份", en="Your role does not decide who a customer is", field="role")
