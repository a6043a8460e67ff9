"""After a pass: the queue, the redirects and the collection tasks made equal to the published snapshot."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from xingke.engine import LakeReader
from xingke_web.accounts.facade import ROOT, WorkspaceInfo
from xingke_web.identity.models import CollectionTask, Redirect, ReviewPair
from xingke_web.identity.paths import common_path
from xingke_web.identity.records import GOLDEN
from xingke_web.identity.selectors import kept_apart
from xingke_web.identity.waterfall import strongest
from xingke_web.identity.words import MANDATORY

REVIEW: Final = "identity_review"
REDIRECTS: Final = "identity_redirect"
BATCH: Final = 1000
KEY: Final = ("left_system", "left_key", "right_system", "right_key")
FIELDS: Final = (
    "kind", "left_number", "right_number", "org_path", "county", "probability", "weight", "value_yuan", "reason", "why", "parts", "leads",
    "present",
)  # fmt: skip

_PAIRS: Final = """
    select review.left_system, review.left_id as left_key, review.right_system, review.right_id as right_key,
           coalesce(one.kind, other.kind, review.kind) as kind, a.customer_id as left_number, b.customer_id as right_number,
           one.org_path as left_path, other.org_path as right_path, coalesce(one.district, other.district, '') as county,
           review.probability, review.weight, review.reason, review.parts,
           coalesce(first.amount_yuan_365d, 0) + coalesce(second.amount_yuan_365d, 0) as value_yuan,
           row_number() over (
               partition by least(a.customer_id, b.customer_id), greatest(a.customer_id, b.customer_id)
               order by review.weight desc, review.left_system, review.left_id, review.right_system, review.right_id
           ) = 1 as leads
    from identity_review as review
    join identity_link as a on a.system = review.left_system and a.source_id = review.left_id
    join identity_link as b on b.system = review.right_system and b.source_id = review.right_id
    left join customer as one on one.customer_id = a.customer_id
    left join customer as other on other.customer_id = b.customer_id
    left join portrait as first on first.customer_id = a.customer_id
    left join portrait as second on second.customer_id = b.customer_id
    where a.customer_id <> b.customer_id
"""

Row = tuple[Any, ...]


@transaction.atomic
def pairs_sync(workspace: WorkspaceInfo, reader: LakeReader, *, now: datetime) -> dict[str, int]:
    """Bring the queue to what the latest pass asks; what a steward decided is left as it is.

    A question between two customers that were decided to differ is not asked again, whatever record it is about.
    """
    if not reader.has(REVIEW):
        return {"asked": 0, "new": 0, "gone": 0}
    apart = {frozenset(pair) for pair in kept_apart(workspace.id)}
    wanted = {key: row for key, row in _wanted(reader.rows(_PAIRS)) if frozenset(row[1:3]) not in apart}
    known = {row[:4]: row[4:] for row in ReviewPair.objects.filter(workspace_id=workspace.id).values_list(*KEY, *FIELDS)}
    changed = [key for key, row in wanted.items() if known.get(key) != row]
    ReviewPair.objects.bulk_create(
        [
            ReviewPair(
                workspace_id=workspace.id, found_at=now, **dict(zip(KEY, key, strict=True)), **dict(zip(FIELDS, wanted[key], strict=True))
            )
            for key in changed
        ],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["workspace", *KEY],
        update_fields=list(FIELDS),
    )
    gone = _mark_gone(workspace.id, {key for key, row in known.items() if key not in wanted and row[-1]})
    return {"asked": len(wanted), "new": sum(key not in known for key in changed), "gone": gone}


def _wanted(rows: Iterable[Mapping[str, Any]]) -> Iterable[tuple[Row, Row]]:
    for row in rows:
        parts = json.loads(row["parts"]) if row["parts"] else []
        paths = (row["left_path"] or ROOT, row["right_path"] or ROOT)
        yield (
            tuple(row[name] for name in KEY),
            (
                row["kind"], row["left_number"], row["right_number"], common_path(*paths), row["county"], row["probability"], row["weight"],
                Decimal(row["value_yuan"]).quantize(Decimal("0.01")), row["reason"] or "", strongest(parts), parts, row["leads"], True,
            ),
        )  # fmt: skip


def _mark_gone(workspace_id: int, keys: set[Row]) -> int:
    if not keys:
        return 0
    found = ReviewPair.objects.filter(workspace_id=workspace_id, present=True).values_list("pk", *KEY)
    gone = [row[0] for row in found if row[1:] in keys]
    for start in range(0, len(gone), BATCH):
        ReviewPair.objects.filter(pk__in=gone[start : start + BATCH]).update(present=False)
    return len(gone)


@transaction.atomic
def redirects_sync(workspace: WorkspaceInfo, reader: LakeReader, *, now: datetime) -> dict[str, int]:
    """Bring the redirects to what the snapshot says; `since` of those that stay is kept."""
    wanted: dict[int, int] = {}
    if reader.has(REDIRECTS):
        rows = reader.rows(f"select from_customer_id, customer_id from {REDIRECTS}")  # noqa: S608 - a name above
        wanted = {row["from_customer_id"]: row["customer_id"] for row in rows}
    known = dict(Redirect.objects.filter(workspace_id=workspace.id).values_list("number", "survivor"))
    gone = [number for number, survivor in known.items() if wanted.get(number) != survivor]
    for start in range(0, len(gone), BATCH):
        Redirect.objects.filter(workspace_id=workspace.id, number__in=gone[start : start + BATCH]).delete()
    added = [number for number, survivor in wanted.items() if known.get(number) != survivor]
    Redirect.objects.bulk_create(
        [Redirect(workspace_id=workspace.id, number=number, survivor=wanted[number], since=now) for number in added], batch_size=BATCH
    )
    return {"redirects": len(wanted), "redirects_new": len(added), "redirects_gone": len(gone)}


@transaction.atomic
def tasks_sync(workspace: WorkspaceInfo, reader: LakeReader, *, now: datetime) -> dict[str, int]:
    """Open a collection task for each mandatory field that a customer lacks, and close those whose field has come."""
    if not reader.has(GOLDEN):
        return {"tasks_open": 0}
    wanted = {(row["number"], row["field"]): row["org_path"] for row in reader.rows(missing_sql())}
    open_now = {
        (number, field): (pk, path)
        for pk, number, field, path in CollectionTask.objects.filter(workspace_id=workspace.id, closed_at__isnull=True).values_list(
            "pk", "number", "field", "org_path"
        )
    }
    closed = [pk for key, (pk, path) in open_now.items() if wanted.get(key) != path]
    for start in range(0, len(closed), BATCH):
        CollectionTask.objects.filter(pk__in=closed[start : start + BATCH]).update(closed_at=now)
    CollectionTask.objects.bulk_create(
        [
            CollectionTask(workspace_id=workspace.id, number=key[0], field=key[1], org_path=path, opened_at=now)
            for key, path in wanted.items()
            if open_now.get(key, (0, ""))[1] != path
        ],
        batch_size=BATCH,
    )
    return {"tasks_open": len(wanted), "tasks_closed": len(closed)}


def missing_sql() -> str:
    """Number, field and unit of every mandatory field that an open customer lacks."""
    joined = f"from {GOLDEN} as golden join customer using (customer_id)"
    open_kind = "customer.status <> 'closed' and customer.kind"
    parts = [
        f"select golden.customer_id as number, '{field}' as field, customer.org_path {joined} "
        f"where {open_kind} = '{kind}' and coalesce(golden.{field}, '') = ''"
        for kind, fields in MANDATORY.items()
        for field in fields
    ]
    return " union all ".join(parts) + " order by 1, 2"
