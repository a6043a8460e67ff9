"""The stage that makes the operational customers and the organisation equal to the published snapshot."""

from functools import lru_cache
from typing import Any, Final

from django.db import transaction

from xingke.words import both
from xingke_web.accounts.facade import OrgUnitRow, org_units_sync, workspace_info
from xingke_web.customers.ages import age_state_of
from xingke_web.customers.models import Customer
from xingke_web.loop.facade import RunContext, Stage, When, lake_reader, stage_register

FIELDS: Final = (
    "source_key", "name", "kind", "status", "org_path", "licence_status", "licence_valid_until", "age_state", "present",
)  # fmt: skip
BATCH: Final = 2000
_CUSTOMERS: Final = """
    select customer_id, source_key, display_name, kind, status, org_path, licence_status, licence_valid_until, age_band
    from customer
"""
_UNITS: Final = "select org_path, name, level from org_unit order by org_path"

Row = tuple[Any, ...]


def register() -> None:
    """Take part in each pass of the loop; called once when the application is ready."""
    stage_register(
        Stage("customers", both("同步客户与组织", "Synchronise customers and organisation"), When.AFTER_PUBLISHING, _stage, order=10)
    )


def _stage(context: RunContext) -> dict[str, int]:
    return customers_sync(context.workspace_slug)


def customers_sync(workspace_slug: str) -> dict[str, int]:
    """Bring customers and organisation units to what the live snapshot says; returns what changed, in numbers.

    Set-based: one read of the lake, one of the table, and writes of the differences only. Customers gone from the lake keep their row.
    """
    workspace = workspace_info(workspace_slug)
    reader = lake_reader(workspace)
    wanted = _wanted(reader.query(_CUSTOMERS))
    units = [OrgUnitRow(path=row["org_path"], name=row["name"], level=row["level"]) for row in reader.rows(_UNITS)]
    with transaction.atomic():
        counted = _write(workspace.id, wanted)
        organisation = org_units_sync(workspace_slug, units)
    return {**counted, "units_added": organisation.added, "units_changed": organisation.changed, "units_removed": organisation.removed}


def _wanted(table: Any) -> dict[int, Row]:
    """By customer number, what the row should hold, in the order of FIELDS."""
    numbers, *columns, bands = (column.to_pylist() for column in table.columns)
    age_of = lru_cache(maxsize=None)(age_state_of)
    kinds = columns[2]
    ages = [age_of(kind, band) for kind, band in zip(kinds, bands, strict=True)]
    return {number: (*row, age, True) for number, row, age in zip(numbers, zip(*columns, strict=True), ages, strict=True)}


def _write(workspace_id: int, wanted: dict[int, Row]) -> dict[str, int]:
    known = {row[0]: row[1:] for row in Customer.objects.filter(workspace_id=workspace_id).values_list("number", *FIELDS)}
    added = [number for number in wanted if number not in known]
    changed = [number for number, row in wanted.items() if number in known and known[number] != row]
    gone = [number for number, row in known.items() if number not in wanted and row[-1]]
    Customer.objects.bulk_create(
        [
            Customer(workspace_id=workspace_id, number=number, **dict(zip(FIELDS, wanted[number], strict=True)))
            for number in added + changed
        ],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["workspace", "number"],
        update_fields=list(FIELDS),
    )
    for start in range(0, len(gone), BATCH):
        Customer.objects.filter(workspace_id=workspace_id, number__in=gone[start : start + BATCH]).update(present=False)
    return {"added": len(added), "changed": len(changed), "gone": len(gone)}
