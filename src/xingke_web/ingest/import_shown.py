"""Imports as pages show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyarrow.compute as pc
from django.urls import reverse
from django.utils.translation import gettext

from xingke.schema.findings import REASONS
from xingke.schema.intake import INTAKE_TABLES
from xingke.sources.mapping import TableApplied
from xingke.words import Language
from xingke_web.accounts.facade import Viewer, WorkspaceInfo
from xingke_web.ingest.imports import mapping_of, questions_of
from xingke_web.ingest.kept_files import held_of
from xingke_web.ingest.models import Import
from xingke_web.ingest.wizard_check import Problem, problems
from xingke_web.ingest.wizard_columns import table_label

RECENT: Final = 12
TONES: Final = {"mapping": "info", "loading": "info", "loaded": "ok", "failed": "bad", "undone": "neutral"}


@dataclass(frozen=True)
class Shown:
    """An import in a list."""

    kept: Import
    label: str
    tone: str
    rows: int
    wrong: int
    who: str


@dataclass(frozen=True)
class CountShown:
    """One target table of a load."""

    label: str
    sheet: str
    folds: bool
    rows_read: int
    rows_loaded: int
    folded: int
    quarantined: int
    duplicates: int
    set_aside: int
    reasons: tuple[tuple[str, int], ...]


def recent(workspace: WorkspaceInfo, most: int = RECENT) -> list[Shown]:
    """The latest imports."""
    rows = Import.objects.filter(workspace_id=workspace.id).exclude(state=Import.State.DISCARDED).select_related("created_by")[:most]
    return [
        Shown(
            one,
            str(one.get_state_display()),
            TONES.get(one.state, "neutral"),
            one.total("rows_loaded"),
            one.total("quarantined"),
            one.created_by.display_name if one.created_by else gettext("Command line"),
        )
        for one in rows
    ]


def questions_shown(kept: Import, language: Language) -> list[dict[str, Any]]:
    """The open questions with their choices, each once."""
    found = {one.code: one for one in questions_of(kept)}
    return [
        {"code": one.code, "text": one.words[language], "choices": [(key, words[language]) for key, words in one.choices.items()]}
        for one in found.values()
    ]


def counts_shown(kept: Import, language: Language) -> list[CountShown]:
    """The balance of a load in words."""
    return [_count(one, language) for one in kept.counts]


def _count(one: Mapping[str, Any], language: Language) -> CountShown:
    reasons = tuple(
        (REASONS[code].label[language] if code in REASONS else code, rows)
        for code, rows in sorted(one["reasons"].items(), key=lambda x: -x[1])
    )
    return CountShown(
        table_label(one["table"], language),
        one["sheet"],
        one["folds"],
        one["rows_read"],
        one["rows_loaded"],
        one["folded"],
        one["quarantined"],
        one["duplicates"],
        one["set_aside"],
        (*reasons, *damaged_shown(one["table"], one.get("emptied", {}), language)),
    )


def damaged_shown(table: str, emptied: Mapping[str, int], language: Language) -> tuple[tuple[str, int], ...]:
    """Cells that a spreadsheet damaged and that are left empty, by column."""
    label = REASONS["digits_lost"].label[language]
    return tuple((f"{INTAKE_TABLES[table].column(name).label[language]}: {label}", cells) for name, cells in emptied.items())


def held_problems(kept: Import, viewer: Viewer) -> list[Problem]:
    """The rows of a load that stayed outside; values masked for those who may only look."""
    if kept.state != Import.State.LOADED:
        return []
    held = held_of(kept, viewer.workspace)
    if not held.num_rows:
        return []
    mapping = mapping_of(kept)
    tables = []
    for table in mapping.tables:
        rows = held.filter(pc.equal(held["table"], table.table))
        tables.append(TableApplied(table.table, table.sheet, table.folds, rows.num_rows, 0, 0, rows))
    return problems(mapping, tuple(tables), masked=not viewer.can("data.run"))


def steps(now: str, kept: Import | None = None, workspace: str = "") -> list[dict[str, str]]:
    """The steps of the wizard."""
    names = {
        "upload": gettext("Upload"),
        "columns": gettext("Columns"),
        "check": gettext("Check"),
        "done": gettext("Load"),
    }
    order = list(names)
    found = []
    for name, label in names.items():
        state = "now" if name == now else "done" if order.index(name) < order.index(now) else "todo"
        open_ = (
            kept is not None
            and kept.state in (Import.State.MAPPING, Import.State.FAILED)
            and name in ("columns", "check")
            and state == "done"
        )
        url = reverse(f"ingest:import_{name}", args=(workspace, kept.pk)) if open_ and kept is not None else ""
        found.append({"label": label, "state": state, "url": url})
    return found
