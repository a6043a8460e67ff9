"""Fields that a steward corrected: they win over what the systems say, until the correction is taken back."""

import json
from typing import Any

import pyarrow as pa

from xingke.privacy import Vault
from xingke.schema.golden import GOLDEN_RECORD
from xingke_web.identity.models import Decision


def corrections_of(workspace_id: int, vault: Vault) -> dict[int, dict[str, str]]:
    """The corrected fields in force by customer, in the clear; the latest one about a field holds."""
    found: dict[int, dict[str, str]] = {}
    for decision in Decision.objects.in_force(workspace_id).filter(kind=Decision.Kind.CORRECT, number__isnull=False).exclude(value=""):
        if decision.number is not None:
            found.setdefault(decision.number, {})[decision.field] = vault.open(decision.value, place=place_of(decision.field))
    return found


def place_of(field: str) -> str:
    """What a sealed correction is bound to."""
    return f"identity_decision.{field}"


def corrected(golden: pa.Table, workspace_id: int, vault: Vault) -> pa.Table:
    """Golden records in the clear with the corrections put in; their provenance names the steward."""
    corrections = corrections_of(workspace_id, vault)
    if not corrections:
        return golden
    rows: list[dict[str, Any]] = golden.to_pylist()
    for row in rows:
        fields = corrections.get(row["customer_id"], {})
        if fields:
            said = json.loads(row["provenance"])
            said |= {field: {"system": "", "source_id": "", "rule": "steward", "agree": 0} for field in fields}
            row |= {**fields, "provenance": json.dumps(said, ensure_ascii=False, separators=(",", ":"))}
    return pa.Table.from_pylist(rows, schema=GOLDEN_RECORD.arrow_schema)
