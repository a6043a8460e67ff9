"""Reading the queue: what waits, in which order, and what was decided."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db.models import Q

from xingke_web.accounts.facade import Viewer, below
from xingke_web.customers.facade import customers_searched
from xingke_web.identity.contracts import PairNotFound
from xingke_web.identity.models import Decision, ReviewPair, ReviewPairQuerySet
from xingke_web.loop.facade import last_run

SORTS: Final[Mapping[str, tuple[str, ...]]] = {
    "probability": ("probability", "value_yuan"),
    "value": ("value_yuan", "probability"),
    "weight": ("weight", "value_yuan"),
}
"""Each sort key with what it sorts by, the largest first; ties by id."""


def pair_for(viewer: Viewer, pair_id: int) -> ReviewPair:
    """One pair; raises PairNotFound (404) where the scope does not hold it."""
    found = ReviewPair.objects.visible_to(viewer).select_related("decision", "decision__by").filter(pk=pair_id).first()
    if found is None:
        raise PairNotFound(pair_id)
    return found


def queue(viewer: Viewer, values: Mapping[str, Any], *, state: str) -> ReviewPairQuerySet:
    """The pairs of one state that the filters leave; those that wait only where the latest pass still asks."""
    found = ReviewPair.objects.visible_to(viewer).filter(state=state, leads=True)
    if state in (ReviewPair.State.OPEN, ReviewPair.State.LATER):
        found = found.filter(present=True)
    for field in ("reason", "why", "county", "kind"):
        if values.get(field):
            found = found.filter(**{field: values[field]})
    if values.get("system"):
        found = found.filter(Q(left_system=values["system"]) | Q(right_system=values["system"]))
    for field, column in (("chance", "probability"), ("value", "value_yuan")):
        low, high = values.get(field) or (None, None)
        if low is not None:
            found = found.filter(**{f"{column}__gte": low})
        if high is not None:
            found = found.filter(**{f"{column}__lte": high})
    if values.get("q"):
        found = found.filter(_named(viewer, str(values["q"])))
    return found


def _named(viewer: Viewer, text: str) -> Q:
    """Pairs of customers whose name holds the text, or of a record with this key."""
    numbers = customers_searched(viewer, text)
    return Q(left_number__in=numbers) | Q(right_number__in=numbers) | Q(left_key=text) | Q(right_key=text)


def ordered(pairs: ReviewPairQuerySet, sort: str, *, descending: bool = True) -> ReviewPairQuerySet:
    """The pairs in one of the declared orders."""
    sign = "-" if descending else ""
    return pairs.order_by(*(f"{sign}{column}" for column in SORTS.get(sort, SORTS["probability"])), "id")


def pair_after(pairs: ReviewPairQuerySet, pair: ReviewPair, sort: str) -> ReviewPair | None:
    """The next pair of a queue behind one that may have left it; the first one at its end, None where nothing else waits."""
    first, second = SORTS.get(sort, SORTS["probability"])
    one, two = getattr(pair, first), getattr(pair, second)
    behind = Q(**{f"{first}__lt": one}) | Q(**{first: one, f"{second}__lt": two}) | Q(**{first: one, second: two, "id__gt": pair.pk})
    rest = ordered(pairs.exclude(pk=pair.pk), sort)
    return rest.filter(behind).first() or rest.first()


def place_of(pairs: ReviewPairQuerySet, pair: ReviewPair, sort: str) -> int:
    """How many pairs of the queue stand before this one."""
    first, second = SORTS.get(sort, SORTS["probability"])
    one, two = getattr(pair, first), getattr(pair, second)
    before = Q(**{f"{first}__gt": one}) | Q(**{first: one, f"{second}__gt": two}) | Q(**{first: one, second: two, "id__lt": pair.pk})
    return pairs.filter(before).count()


def state_counts(viewer: Viewer) -> dict[str, int]:
    """Pairs by state, as the tabs show them."""
    return {state: queue(viewer, {}, state=state).count() for state in ReviewPair.State.values}


def choices_of(viewer: Viewer, field: str) -> list[str]:
    """The values of a column among the pairs in scope, for the filter bar."""
    found = ReviewPair.objects.visible_to(viewer).exclude(**{field: ""}).order_by(field).values_list(field, flat=True).distinct()
    return list(found[:60])


def last_decision(viewer: Viewer) -> Decision | None:
    """The latest decision of this person about a pair that nobody took back: what `u` undoes."""
    kinds = (Decision.Kind.MERGE, Decision.Kind.DISTINCT, Decision.Kind.LATER)
    mine = Decision.objects.in_force(viewer.workspace.id).filter(by_id=viewer.user_id, kind__in=kinds, batch="")
    return mine.order_by("-id").first()


def decisions_about(viewer: Viewer, numbers: Sequence[int]) -> list[Decision]:
    """What was decided about customers, newest first; decisions that concern units beside the viewer's are for those above."""
    about = Q(number__in=list(numbers)) | Q(other_number__in=list(numbers))
    return list(
        Decision.objects.filter(about, below(viewer.scope_path), workspace_id=viewer.workspace.id)
        .select_related("by", "undone_by")
        .order_by("-id")[:100]
    )


def decisions_waiting(viewer: Viewer) -> int:
    """Decisions in scope that the latest finished pass has not seen yet: they take effect with the next one."""
    run = last_run(viewer.workspace)
    seen = max((int(stage["facts"].get("decisions", 0)) for stage in run.stages), default=0) if run else 0
    return (
        Decision.objects.filter(below(viewer.scope_path), workspace_id=viewer.workspace.id, pk__gt=seen)
        .exclude(kind=Decision.Kind.LATER)
        .count()
    )


def kept_apart(workspace_id: int) -> list[tuple[int, int]]:
    """Numbers of customers that stand decided as not the same."""
    found = Decision.objects.in_force(workspace_id).filter(kind=Decision.Kind.DISTINCT, number__isnull=False, other_number__isnull=False)
    return [(a, b) for a, b in found.values_list("number", "other_number") if a is not None and b is not None]


def waiting_about(viewer: Viewer, numbers: Sequence[int], *, most: int = 3) -> list[ReviewPair]:
    """The undecided pairs that some customers are in, strongest first."""
    about = Q(left_number__in=list(numbers)) | Q(right_number__in=list(numbers))
    found = ReviewPair.objects.visible_to(viewer).filter(about, state__in=("open", "later"), present=True, leads=True)
    return list(found.order_by("-probability", "id")[:most])
