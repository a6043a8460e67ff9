"""Writing segments: save with a new version, duplicate, retire, and what the pack brings along."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from xingke.expr import Catalogue, Condition, from_json, say, segments_used, to_json
from xingke.extensions import SegmentDeclaration, pack
from xingke.loop import workspace_catalogue
from xingke_web.accounts.facade import Viewer, above
from xingke_web.audiences.conditions import circle_refuse, keys_in, names_of, rules_of
from xingke_web.audiences.contracts import SegmentRefused
from xingke_web.audiences.models import Segment, SegmentVersion
from xingke_web.audiences.uses import uses_of
from xingke_web.audit.facade import record
from xingke_web.loop.facade import catalogue_of, tag_library

NAME_CHARACTERS: Final = 80
MEANING_CHARACTERS: Final = 300
TAKEN_KEYS: Final = frozenset({"new", "draft", "reach"})


@dataclass(frozen=True)
class Draft:
    """What a form says about a segment."""

    name: str
    meaning: str
    tree: Condition
    state: str = Segment.State.ACTIVE
    as_tag: bool = False


@transaction.atomic
def segment_create(*, viewer: Viewer, draft: Draft, catalogue: Catalogue) -> Segment:
    """A new segment of the unit where the viewer's right begins, its first version and its audit entry.

    Raises
    ------
    SegmentRefused
        The name is missing, too long or taken, or the rule refers to a segment that not everybody sees who sees this one.
    """
    name = _name_checked(viewer, draft.name, but=None)
    _refuse_hidden(viewer.org_path, draft.tree, viewer.workspace.id)
    now = timezone.now()
    segment = Segment.objects.create(
        workspace_id=viewer.workspace.id,
        key=_free_key(viewer.workspace.id, name),
        name=name,
        meaning=_meaning_checked(draft.meaning),
        condition=to_json(draft.tree),
        org_path=viewer.org_path,
        state=draft.state,
        as_tag=draft.as_tag,
        created_by_id=viewer.user_id,
        created_at=now,
        updated_at=now,
    )
    _version_add(segment, draft.tree, catalogue, by=viewer.user_id, at=now)
    record("segment.created", viewer=viewer, subject=segment, segment=segment.name, version=1, state=segment.state)
    return segment


def segment_declare(*, viewer: Viewer, name: str, meaning: str, condition: Mapping[str, Any]) -> str:
    """A new segment from a condition in its JSON form; returns its key.

    Raises
    ------
    ConditionError
        The condition names something unknown or has a value of the wrong type.
    """
    catalogue = catalogue_of(viewer.workspace)
    draft = Draft(name=name, meaning=meaning, tree=from_json(condition, catalogue))
    return segment_create(viewer=viewer, draft=draft, catalogue=catalogue).key


@transaction.atomic
def segment_change(*, viewer: Viewer, segment: Segment, draft: Draft, catalogue: Catalogue) -> Segment:
    """Save what the form says; a changed rule is a new version, a changed name is not.

    Raises
    ------
    SegmentRefused
        The name is missing, too long or taken, or the segment is no longer in use.
    ConditionError
        The rule would refer to itself.
    """
    locked = Segment.objects.select_for_update().get(pk=segment.pk)
    _refuse_shared(viewer, locked)
    if locked.state == Segment.State.RETIRED:
        raise SegmentRefused(
            "name", zh="已停用的客群不能修改，可以复制一份", en="a retired segment cannot be changed; duplicate it instead"
        )
    if draft.state == Segment.State.DRAFT and locked.state == Segment.State.ACTIVE:
        _refuse_if_used(locked)
    circle_refuse(locked.key, draft.tree, rules_of(viewer.workspace.id))
    _refuse_hidden(locked.org_path, draft.tree, viewer.workspace.id)
    now, condition = timezone.now(), to_json(draft.tree)
    name = _name_checked(viewer, draft.name, but=locked.pk)
    if locked.pack_declared and (name, draft.meaning) != (locked.name_in(viewer.language), locked.meaning_in(viewer.language)):
        locked.name_en = locked.meaning_en = ""
    if not locked.pack_declared or not locked.name_en:
        locked.name, locked.meaning = name, _meaning_checked(draft.meaning)
    if condition != locked.condition:
        locked.condition, locked.version = condition, locked.version + 1
        _version_add(locked, draft.tree, catalogue, by=viewer.user_id, at=now)
    locked.state, locked.as_tag, locked.updated_at = draft.state, draft.as_tag, now
    locked.save()
    record("segment.changed", viewer=viewer, subject=locked, segment=locked.name, version=locked.version, state=locked.state)
    return locked


def segment_duplicate(*, viewer: Viewer, segment: Segment, tree: Condition, catalogue: Catalogue) -> Segment:
    """A draft of the same rule under a free name."""
    ending = " (copy)" if viewer.language == "en" else "（副本）"
    base = f"{segment.name_in(viewer.language)[: NAME_CHARACTERS - 12]}{ending}"
    taken = set(Segment.objects.visible_to(viewer).values_list("name", flat=True))
    name = next(one for one in (base, *(f"{base} {place}" for place in range(2, len(taken) + 3))) if one not in taken)
    draft = Draft(name, segment.meaning_in(viewer.language), tree, state=Segment.State.DRAFT)
    return segment_create(viewer=viewer, draft=draft, catalogue=catalogue)


@transaction.atomic
def segment_retire(*, viewer: Viewer, segment: Segment) -> Segment:
    """Take a segment out of use; its versions and its name stay.

    Raises
    ------
    SegmentRefused
        Something still relies on it.
    """
    locked = Segment.objects.select_for_update().get(pk=segment.pk)
    _refuse_shared(viewer, locked)
    if locked.state == Segment.State.RETIRED:
        return locked
    _refuse_if_used(locked)
    locked.state, locked.updated_at = Segment.State.RETIRED, timezone.now()
    locked.save(update_fields=["state", "updated_at"])
    record("segment.retired", viewer=viewer, subject=locked, segment=locked.name, version=locked.version)
    return locked


@transaction.atomic
def pack_segments_create(workspace_id: int, pack_name: str, *, now: datetime) -> int:
    """Create those segments of the pack that the workspace does not have yet; returns how many. People's changes are kept."""
    declared: tuple[SegmentDeclaration, ...] = pack(pack_name).segments
    known = set(Segment.objects.filter(workspace_id=workspace_id).values_list("key", flat=True))
    missing = [one for one in declared if one.key not in known]
    if missing:
        names = names_of(rules_of(workspace_id)) | {one.key: one.label for one in declared}
        catalogue = workspace_catalogue(tag_library(pack_name), choices={}, segments=names)
        for one in missing:
            _declared_create(workspace_id, one, catalogue, now)
    return len(missing)


def _declared_create(workspace_id: int, declared: SegmentDeclaration, catalogue: Catalogue, now: datetime) -> None:
    tree = from_json(dict(declared.condition), catalogue)
    segment = Segment.objects.create(
        workspace_id=workspace_id,
        key=declared.key,
        name=declared.label["zh"],
        name_en=declared.label["en"],
        meaning=declared.meaning["zh"],
        meaning_en=declared.meaning["en"],
        condition=to_json(tree),
        state=Segment.State.ACTIVE,
        pack_declared=True,
        created_at=now,
        updated_at=now,
    )
    _version_add(segment, tree, catalogue, by=None, at=now)
    record("segment.created", system=True, workspace_id=workspace_id, subject=segment, segment=segment.name, version=1, state=segment.state)


@transaction.atomic
def segments_refreshed(workspace_id: int, counted: Mapping[str, tuple[int, int]], *, at: datetime) -> int:
    """Keep version and count of each active segment as the published snapshot holds them; one without members has zero."""
    active = list(Segment.objects.filter(workspace_id=workspace_id, state=Segment.State.ACTIVE, created_at__lte=at))
    for segment in active:
        version, segment.last_count = counted.get(segment.key, (segment.version, 0))
        segment.refreshed_version, segment.refreshed_at = version, at
    Segment.objects.bulk_update(active, ["last_count", "refreshed_version", "refreshed_at"], batch_size=200)
    return len(active)


def _version_add(segment: Segment, tree: Condition, catalogue: Catalogue, *, by: int | None, at: datetime) -> None:
    SegmentVersion.objects.create(
        segment=segment,
        version=segment.version,
        condition=segment.condition,
        said_zh=say(tree, catalogue, "zh"),
        said_en=say(tree, catalogue, "en"),
        saved_by_id=by,
        saved_at=at,
    )


def _name_checked(viewer: Viewer, name: str, *, but: int | None) -> str:
    name = name.strip()
    if not name:
        raise SegmentRefused("name", zh="请填写客群名称", en="Give the segment a name")
    if len(name) > NAME_CHARACTERS:
        raise SegmentRefused("name", zh=f"名称最多 {NAME_CHARACTERS} 个字", en=f"A name has at most {NAME_CHARACTERS} characters")
    others = Segment.objects.visible_to(viewer).filter(name=name).exclude(state=Segment.State.RETIRED)
    if others.exclude(pk=but or 0).exists():
        raise SegmentRefused("name", zh=f"已有名为「{name}」的客群", en=f"There is already a segment named '{name}'")
    return name


def _meaning_checked(meaning: str) -> str:
    if len(meaning.strip()) > MEANING_CHARACTERS:
        raise SegmentRefused(
            "meaning", zh=f"说明最多 {MEANING_CHARACTERS} 个字", en=f"A description has at most {MEANING_CHARACTERS} characters"
        )
    return meaning.strip()


def _free_key(workspace_id: int, name: str) -> str:
    """A key from the Latin letters of the name, or a number where it has none."""
    words = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    stem = words[:50] if re.match(r"[a-z]", words) else "segment"
    taken = set(Segment.objects.filter(workspace_id=workspace_id, key__startswith=stem).values_list("key", flat=True)) | TAKEN_KEYS
    if stem not in taken and stem != "segment":
        return stem
    return next(key for place in range(1, len(taken) + 3) if (key := f"{stem}_{place}") not in taken)


def _refuse_shared(viewer: Viewer, segment: Segment) -> None:
    """What units above share is theirs to change."""
    if not segment.is_of(viewer):
        raise SegmentRefused(
            "state",
            zh="该客群由上级单位共享，您不能修改；可以另存为自己的客群",
            en="a unit above yours shares this segment and changes it; save it as one of your own instead",
        )


def _refuse_hidden(org_path: str, tree: Condition, workspace_id: int) -> None:
    """Whoever sees a segment has to see those that its rule refers to: its own unit's and those of units above."""
    rules, shared = rules_of(workspace_id), above(org_path)
    hidden = [rules[key].name for key in sorted(segments_used(tree)) if key in rules and rules[key].org_path not in shared]
    if hidden:
        raise SegmentRefused(
            "name",
            zh=f"规则引用了下级单位的客群，其他单位看不到：{'、'.join(hidden[:3])}",
            en=f"the rule refers to segments of units below, which others do not see: {', '.join(hidden[:3])}",
        )


def _refuse_if_used(segment: Segment) -> None:
    users: list[Any] = [other.name for other in rules_of(segment.workspace_id).values() if segment.key in keys_in(other.condition)]
    users += [use.title for use in uses_of(segment.workspace_id).get(segment.key, ())]
    if users:
        named = "、".join(users[:3])
        raise SegmentRefused(
            "state", zh=f"仍被使用，不能停用：{named}", en=f"It is still in use and cannot be retired: {', '.join(users[:3])}"
        )
