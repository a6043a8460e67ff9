"""The four layers of the platform, each by what is true now: collect, store, compute, apply."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xingke.engine.lake import LakeEmpty
from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.ingest.connection_selectors import ShownConnection
from xingke_web.loop.facade import LoopRun, lake_reader
from xingke_web.ui.numbers import active_language, count

APPLIED = ("portrait", "tier", "segment_membership")


@dataclass(frozen=True)
class Layer:
    """One layer: its state as a word with its tone, and a figure that shows it."""

    label: str
    word: str
    tone: str
    text: str


def layers_of(workspace: WorkspaceInfo, connections: Sequence[ShownConnection]) -> list[Layer]:
    """The layers in the order in which data go through them."""
    try:
        tables: Mapping[str, Any] = lake_reader(workspace).snapshot.tables
    except LakeEmpty:
        tables = {}
    run = LoopRun.objects.filter(workspace_id=workspace.id).first()
    return [_collect(connections), _store(tables), _compute(run), _apply(tables)]


def _collect(connections: Sequence[ShownConnection]) -> Layer:
    bad = sum(1 for one in connections if one.status in {"failing", "late"})
    going = sum(1 for one in connections if one.status in {"fine", "running", "waiting"})
    text = ngettext("%(count)s connection active", "%(count)s connections active", going) % {"count": going}
    if bad:
        return Layer(_("Collect"), ngettext("%(count)s needs attention", "%(count)s need attention", bad) % {"count": bad}, "bad", text)
    return Layer(_("Collect"), _("in order") if going else _("nothing yet"), "ok" if going else "neutral", text)


def _store(known: Mapping[str, Any]) -> Layer:
    rows = sum(version.rows for version in known.values())
    text = _("%(tables)s tables, %(rows)s rows") % {"tables": len(known), "rows": count(rows, active_language())}
    return Layer(_("Store"), _("in order") if known else _("nothing yet"), "ok" if known else "neutral", text)


def _compute(run: LoopRun | None) -> Layer:
    if run is None:
        return Layer(_("Compute"), _("nothing yet"), "neutral", _("no pass so far"))
    if run.state == LoopRun.State.FAILED:
        return Layer(_("Compute"), _("failed"), "bad", _("the last pass failed; the one before is shown"))
    if run.finished_at is None:
        return Layer(_("Compute"), _("running"), "info", _("a pass is under way"))
    seconds = (run.finished_at - run.started_at).total_seconds()
    return Layer(_("Compute"), _("in order"), "ok", _("last pass took %(seconds)s s") % {"seconds": f"{seconds:,.1f}"})


def _apply(known: Mapping[str, Any]) -> Layer:
    customers = known["portrait"].rows if "portrait" in known else 0
    ready = all(name in known for name in APPLIED) and customers
    text = _("%(count)s customers with portrait, tier and segments") % {"count": count(customers, active_language())}
    return Layer(_("Apply"), _("in order") if ready else _("nothing yet"), "ok" if ready else "neutral", text)
