"""The answer to an access request: everything held about a person, with purposes, sources and recipients, for people and for machines."""

from datetime import datetime
from typing import Any

from xingke.extensions import pack
from xingke.tags import Tag
from xingke.tiers import RfmLevel, ValueTier
from xingke_web.accounts.contracts import WorkspaceInfo
from xingke_web.customers.facade import Subject, subject_data_all
from xingke_web.loop.facade import lake_of, lake_reader, tag_library
from xingke_web.privacy.held_in_lake import person_in
from xingke_web.privacy.models import DataUse


def subject_of(workspace: WorkspaceInfo, number: int) -> Subject:
    """The person of a request, with the records that identity ties to them."""
    return Subject(workspace.id, workspace.slug, number, person_in(workspace, number).records)


def access_answer(workspace: WorkspaceInfo, number: int, *, at: datetime) -> dict[str, Any]:
    """Everything held about a person; each section says what for, where from, and who gets it."""
    subject = subject_of(workspace, number)
    sections = [
        {
            "name": data.name,
            "label": dict(data.label),
            "purpose": dict(data.purpose),
            "source": dict(data.source),
            "recipients": dict(data.recipients),
            "kept_because": dict(data.kept_because) if data.kept_because else None,
            "rows": [dict(row) for row in data.export(subject)],
        }
        for data in subject_data_all()
    ]
    uses = DataUse.objects.filter(workspace_id=workspace.id, state=DataUse.State.APPROVED)
    return {
        "format": "xingke subject access, 1",
        "made_at": at.isoformat(),
        "controller": workspace.name,
        "customer": number,
        "sections": sections,
        "uses": [{"name": use.name, "purpose": use.purpose, "basis": use.basis, "recipients": use.recipients} for use in uses],
        "explained": explained(workspace, number),
    }


def explained(workspace: WorkspaceInfo, number: int) -> list[dict[str, str]]:
    """Which tags and tiers the person carries, what each means, and how it comes about."""
    if lake_of(workspace).is_empty:
        return []
    reader = lake_reader(workspace)
    rows = reader.rows(
        "select portrait.*, tier.value_tier, tier.rfm_level from portrait join tier using (customer_id) where customer_id = $number",
        {"number": number},
    )
    if not rows:
        return []
    row, library = rows[0], tag_library(workspace.pack)
    found = [_explained_tag(tag, row[tag.name]) for tag in library.tags if row.get(tag.name) not in (None, False)]
    strategies = pack(workspace.pack).strategies
    for name, words in (("value_tier", ValueTier(row["value_tier"]).label), ("rfm_level", RfmLevel(row["rfm_level"]).label)):
        advice = strategies.get(f"{name}.{row[name]}")
        why_zh, why_en = (advice["zh"], advice["en"]) if advice else ("", "")
        found.append({"name": name, "zh": words["zh"], "en": words["en"], "value": str(row[name]), "why_zh": why_zh, "why_en": why_en})
    return found


def _explained_tag(tag: Tag, value: object) -> dict[str, str]:
    return {
        "name": tag.name,
        "zh": tag.label["zh"],
        "en": tag.label["en"],
        "value": str(value),
        "why_zh": tag.meaning["zh"],
        "why_en": tag.meaning["en"],
    }
