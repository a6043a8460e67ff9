"""Conditions against what a workspace knows: its catalogue with the saved segments, and rules that refer to other rules."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from xingke.expr import All, Any_, Attribute, Catalogue, Condition, ConditionError, InSegment, Not, from_json, segments_used
from xingke.words import Words, both
from xingke_web.accounts.facade import ROOT, Viewer, WorkspaceInfo
from xingke_web.audiences.models import Segment
from xingke_web.loop.facade import catalogue_of

Rules = Mapping[str, Segment]
"""The active segments of a workspace by key."""


def rules_of(workspace_id: int) -> dict[str, Segment]:
    """The segments that conditions may refer to."""
    return {segment.key: segment for segment in Segment.objects.filter(workspace_id=workspace_id, state=Segment.State.ACTIVE)}


def rules_visible(viewer: Viewer) -> dict[str, Segment]:
    """The segments that the conditions of a viewer may refer to."""
    return {segment.key: segment for segment in Segment.objects.visible_to(viewer).filter(state=Segment.State.ACTIVE)}


def names_of(rules: Rules) -> dict[str, Words]:
    """Key and name of each, as a catalogue takes them."""
    return {key: both(segment.name_in("zh"), segment.name_in("en")) for key, segment in rules.items()}


def workspace_words(workspace: WorkspaceInfo, rules: Rules) -> Catalogue:
    """The catalogue of the workspace, knowing its saved segments."""
    return catalogue_of(workspace).with_segments(names_of(rules))


def viewer_words(viewer: Viewer, rules: Rules) -> Catalogue:
    """The catalogue of a viewer: of the values that occur, those of their units and those that segments name which they may see."""
    if viewer.scope_path == ROOT:
        return workspace_words(viewer.workspace, rules)
    whole = catalogue_of(viewer.workspace)
    here = catalogue_of(viewer.workspace, viewer.scope_path)
    named = values_in([segment.condition for segment in Segment.objects.visible_to(viewer)])
    attributes = (
        replace(one, choices=tuple(each for each in one.choices if _is_shown(each.value, here.attributes[name], named.get(name))))
        for name, one in whole.attributes.items()
    )
    return Catalogue(attributes, whole.facts.values(), segments=names_of(rules), complete=whole.complete)


def _is_shown(value: object, here: Attribute, named: set[str] | None) -> bool:
    return value in here.choice_labels or str(value) in (named or ())


def values_in(value: Any) -> dict[str, set[str]]:
    """By attribute, the values that stored conditions compare it with."""
    found: dict[str, set[str]] = {}
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, dict):
            continue
        if "attribute" in one:
            own = one["values"] if isinstance(one.get("values"), list) else [one.get("value")]
            found.setdefault(str(one["attribute"]), set()).update(map(str, own))
        for name, values in values_in(one.get("of") or []).items():
            found.setdefault(name, set()).update(values)
    return found


def resolved(tree: Condition, rules: Rules, catalogue: Catalogue, *, fresh: bool = True, _within: tuple[str, ...] = ()) -> Condition:
    """The condition with references to segments replaced by their rules where the lake does not hold the members of that version.

    Parameters
    ----------
    fresh
        Whether the lake holds memberships at all; without, every reference is replaced.

    Raises
    ------
    ConditionError
        A segment refers to itself through others.
    """
    match tree:
        case All(of):
            return All(tuple(resolved(child, rules, catalogue, fresh=fresh, _within=_within) for child in of))
        case Any_(of):
            return Any_(tuple(resolved(child, rules, catalogue, fresh=fresh, _within=_within) for child in of))
        case Not(of):
            return Not(resolved(of, rules, catalogue, fresh=fresh, _within=_within))
        case InSegment(key) if key in rules and not (fresh and rules[key].is_refreshed):
            if key in _within:
                raise circle(key, "$")
            return resolved(from_json(rules[key].condition, catalogue), rules, catalogue, fresh=fresh, _within=(*_within, key))
        case _:
            return tree


def circle_refuse(key: str, tree: Condition, rules: Rules) -> None:
    """Refuse a condition of segment `key` that leads back to it.

    Raises
    ------
    ConditionError
        The segment would be defined by itself.
    """
    seen: set[str] = set()
    open_keys = set(segments_used(tree))
    while open_keys:
        at = open_keys.pop()
        if at == key:
            raise circle(key, reference_path(tree, key, rules))
        if at not in seen and at in rules:
            seen.add(at)
            open_keys |= keys_in(rules[at].condition)


def reference_path(tree: Condition, key: str, rules: Rules, path: str = "$") -> str:
    """Where in the condition the reference stands that leads to `key`."""
    match tree:
        case All(of) | Any_(of):
            found = (reference_path(child, key, rules, f"{path}.of[{place}]") for place, child in enumerate(of))
            return next((one for one in found if one), "")
        case Not(of):
            return reference_path(of, key, rules, f"{path}.of")
        case InSegment(to) if key in reachable(to, rules):
            return f"{path}.key"
        case _:
            return ""


def reachable(key: str, rules: Rules) -> set[str]:
    """The segment itself and all that its rule refers to, directly or through others."""
    seen: set[str] = set()
    open_keys = {key}
    while open_keys:
        at = open_keys.pop()
        seen.add(at)
        if at in rules:
            open_keys |= keys_in(rules[at].condition) - seen
    return seen


def keys_in(value: Any) -> set[str]:
    """Keys of the segments that a stored condition refers to."""
    if isinstance(value, list):
        return set().union(*map(keys_in, value)) if value else set()
    if not isinstance(value, dict):
        return set()
    if value.get("op") == "segment":
        return {str(value.get("key"))}
    return keys_in(value.get("of"))


def attributes_in(value: Any) -> set[str]:
    """Names of the attributes that a stored condition reads."""
    if isinstance(value, list):
        return set().union(*map(attributes_in, value)) if value else set()
    if not isinstance(value, dict) or value.get("op") == "event":
        return set()
    own = {str(value["attribute"])} if "attribute" in value else set()
    return own | attributes_in(value.get("of"))


def in_dependence(segments: Iterable[Segment]) -> list[Segment]:
    """The segments in an order in which each comes after those it refers to; a circle that slipped in ends where it closes."""
    by_key = {segment.key: segment for segment in segments}
    ordered: dict[str, Segment] = {}

    def place(key: str, within: frozenset[str]) -> None:
        if key in ordered or key in within or key not in by_key:
            return
        for used in sorted(keys_in(by_key[key].condition)):
            place(used, within | {key})
        ordered[key] = by_key[key]

    for key in sorted(by_key):
        place(key, frozenset())
    return list(ordered.values())


def circle(key: str, path: str) -> ConditionError:
    """The refusal of a segment that is defined by itself."""
    return ConditionError(
        path or "$",
        zh=f"客群 {key} 不能引用自身（包括经由其他客群）",
        en=f"segment {key} cannot refer to itself, not even through other segments",
    )
