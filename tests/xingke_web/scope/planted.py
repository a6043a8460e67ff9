"""Two workspaces whose every row carries a token of its unit, so that a row in a wrong answer is found by its token.

Units have customers in numbers of which no two sums are equal, so that a count of too many is found as well.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pyarrow as pa
from django.utils import timezone

from tests.facts import NOW, Facts, customer, lake_of, line, product
from xingke.loop import derive
from xingke.schema import ORG_UNIT
from xingke.schema.findings import quarantine_of
from xingke.schema.golden import GOLDEN_RECORD, IDENTITY_LINK, IDENTITY_REDIRECT
from xingke.schema.intake import RECORD
from xingke.words import both
from xingke_web.accounts.contracts import OrgUnitRow, Viewer, WorkspaceInfo
from xingke_web.audiences.models import Segment, SegmentVersion
from xingke_web.audit.facade import record
from xingke_web.campaigns.models import Campaign, CampaignMember
from xingke_web.channels.models import InboxMessage, MessageText, OutboxMessage
from xingke_web.compliance.models import Verdict
from xingke_web.config.vault import vault_of
from xingke_web.customers.models import ContactPoint, Customer
from xingke_web.identity.models import CollectionTask, Decision, ReviewPair
from xingke_web.ingest.connections import SETTINGS
from xingke_web.ingest.models import Connection, Import, Pull
from xingke_web.insight.models import Goal
from xingke_web.jobs.models import Job
from xingke_web.loop.facade import tag_library, tier_scheme
from xingke_web.loop.models import LoopRun
from xingke_web.privacy.models import DataUse, ExportBlock, Incident, SubjectRequest
from xingke_web.tracking.models import WriteKey

AS_OF = date(2024, 7, 1)
SIZES: Mapping[str, int] = {"/ia/polk/ames": 13, "/ia/polk/ankeny": 29, "/ia/polk2": 61, "/ia/linn/marion": 117, "/ia/Polk/ames": 5}
"""Customers by unit. The last one differs from the first by a capital letter, which SQLite's LIKE does not see."""

WHOLE = sum(SIZES.values())
TOKENS: Mapping[str, str] = {
    "/ia/polk/ames": "zqames", "/ia/polk/ankeny": "zqankeny", "/ia/polk2": "zqtwo", "/ia/linn/marion": "zqmarion",
    "/ia/Polk/ames": "zqcapital", "/ia/polk": "zqcity", "/": "zqroot",
}  # fmt: skip
FOREIGN = "zqforeign"
"""The token of everything in the other workspace."""

UNITS = ("/ia", "/ia/polk", "/ia/linn", "/ia/Polk", *SIZES)


@dataclass(frozen=True)
class Trade(Facts):
    """The facts with an organisation that matches the workspace's."""

    def arrow(self) -> dict[str, pa.Table]:
        rows = [{"org_path": path, "parent_path": None, "level": "unit", "name": TOKENS.get(path, path)} for path in UNITS]
        return {**super().arrow(), "org_unit": pa.Table.from_pylist(rows, schema=ORG_UNIT.arrow_schema)}


def first_number(path: str) -> int:
    """The number of the first customer of a unit."""
    return 1000 * (1 + list(SIZES).index(path))


def unit_of(number: int) -> str:
    """The unit of a customer."""
    return list(SIZES)[number // 1000 - 1]


def trade(sizes: Mapping[str, int], tokens: Mapping[str, str], start: int = 0) -> Trade:
    customers, lines = [], []
    for path, size in sizes.items():
        for place in range(size):
            number = start + (first_number(path) if path in SIZES else 1000) + place
            token = tokens[path]
            customers.append(
                customer(
                    number, org_path=path, display_name=f"{token} shop {place}", source_key=f"{token}-{place}", city=f"{token} town",
                    district=f"{token} district", licence_status=("valid", "expired")[place % 3 == 0], opened_on=date(2020, 1, 1),
                )
            )  # fmt: skip
            days = [AS_OF - timedelta(days=back) for back in (10 + place % 5, 40, 110, 200, 380, 420)]
            amount = Decimal(107 + place + list(sizes).index(path) * 7)
            lines += [line(number, day, 10 * number + at, 1, 1, amount) for at, day in enumerate(days)]
    goods = (product(1, Random(1)),)  # noqa: S311 - test data
    return Trade(tuple(customers), goods, tuple(lines), ())


def quarantined(tokens: Mapping[str, str], sizes: Mapping[str, int], start: int = 0) -> dict[str, pa.Table]:
    """Rows in quarantine: of customers by their own path, of order lines by their customer, and some that nobody can place."""
    rows: dict[str, list[dict[str, Any]]] = {"customer": [], "order_line": []}
    for path in sizes:
        token, number = tokens[path], start + (first_number(path) if path in SIZES else 1000)
        own = {"customer_id": str(number + 900), "org_path": path, "city": token, "district": token}
        bought = {"customer_id": str(number), "channel": token, "amount_yuan": "x"}
        rows["customer"].append(_outside("customer", len(rows["customer"]), "city", token, own))
        rows["order_line"].append(_outside("order_line", len(rows["order_line"]), "channel", token, bought))
    token = tokens["/"]
    rows["order_line"].append(_outside("order_line", 98, "channel", token, {"customer_id": "77777777", "channel": token}))
    rows["order_line"].append(_outside("order_line", 99, "channel", token, {"channel": token}))
    return {f"quarantine_{name}": quarantine_of(found) for name, found in rows.items()}


def _outside(table: str, row: int, column: str, value: str, record_: Mapping[str, str]) -> dict[str, Any]:
    place = {"table": table, "file": f"{table}.csv", "row": row}
    return {**place, "column": column, "value": value, "reason": "not_a_choice", "record": json.dumps(record_)}


def identity_tables(facts: Trade) -> dict[str, pa.Table]:
    records = [
        {
            **dict.fromkeys(RECORD.column_names), "system": system, "source_id": f"{system}-{row['source_key']}", "kind": "outlet",
            "name": row["display_name"], "county": row["district"], "format": "convenience",
        }
        for row in facts.customers[::4]
        for system in ("ordering", "crm")
    ]  # fmt: skip
    numbers = {row["source_key"]: row["customer_id"] for row in facts.customers}
    links = [
        {
            "system": row["system"], "source_id": row["source_id"], "customer_id": numbers[row["source_id"].partition("-")[2]],
            "cluster": row["source_id"], "rule": "model", "probability": 0.98,
        }
        for row in records
    ]  # fmt: skip
    golden = [
        {
            **dict.fromkeys(GOLDEN_RECORD.column_names), "customer_id": row["customer_id"], "kind": "outlet", "records": 2,
            "display_name": row["display_name"], "name": row["display_name"], "county": row["district"], "provenance": "{}",
        }
        for row in facts.customers[::4]
    ]  # fmt: skip
    return {
        RECORD.name: pa.Table.from_pylist(records, schema=RECORD.arrow_schema),
        IDENTITY_LINK.name: pa.Table.from_pylist(links, schema=IDENTITY_LINK.arrow_schema),
        GOLDEN_RECORD.name: pa.Table.from_pylist(golden, schema=GOLDEN_RECORD.arrow_schema),
        IDENTITY_REDIRECT.name: IDENTITY_REDIRECT.arrow_schema.empty_table(),
    }


OTHER_SIZES, OTHER_TOKENS = {"/x/y": 7}, {"/x/y": FOREIGN, "/": FOREIGN}
OTHER_START = 50_000


def home_made(root: Path) -> Path:
    """A home with the lakes of both workspaces."""
    worlds = (("iowa", SIZES, TOKENS, 0), ("elsewhere", OTHER_SIZES, OTHER_TOKENS, OTHER_START))
    for slug, sizes, tokens, start in worlds:
        facts = trade(sizes, tokens, start)
        lake = lake_of(root / "lakes" / slug, facts)
        with lake.writer(now=NOW) as writer:
            for name, table in {**identity_tables(facts), **quarantined(tokens, sizes, start)}.items():
                writer.put(name, table)
            if slug == "iowa":  # nobody asks the other workspace for more than its rows
                derive(writer, tag_library("wholesale"), tier_scheme("wholesale"), as_of=AS_OF, now=NOW)
            writer.publish()
    return root


@dataclass
class Ids:
    """What of one unit an address can name; the members are the kinds of thing."""

    number: int
    token: str
    values: dict[str, Any] = field(default_factory=dict)


def planted(workspace: WorkspaceInfo, path: str, token: str, number: int, viewer: Viewer, *, shared: bool = False) -> Ids:
    """One of everything in a unit of a workspace; `shared` adds what belongs to no unit."""
    found = Ids(number, token)
    found.values |= {"number": number, **_marketing(workspace, path, token, number, viewer)}
    found.values |= _identity(workspace, path, token, number, viewer)
    found.values |= _privacy(workspace, number, token, viewer)
    record("data.run_started", viewer=viewer, unit=path, subject=("job", token), source=token)
    if shared:
        found.values |= _shared(workspace, token, viewer)
    return found


def _marketing(workspace: WorkspaceInfo, path: str, token: str, number: int, viewer: Viewer) -> dict[str, Any]:
    now = timezone.now()
    condition = {"op": "=", "attribute": "kind", "value": "outlet"}
    segment = Segment.objects.create(
        workspace_id=workspace.id, key=f"s{number}", name=f"{token} segment", condition=condition, state="active", org_path=path,
        created_by_id=viewer.user_id, created_at=now, updated_at=now,
    )  # fmt: skip
    SegmentVersion.objects.create(
        segment=segment, version=1, condition=condition, said_zh=f"{token} rule", said_en=f"{token} rule", saved_at=now
    )
    common = {"workspace_id": workspace.id, "org_path": path, "segment_key": segment.key, "channel": "inbox", "body": f"{token} body"}
    draft = Campaign.objects.create(**common, key=f"d-{token}", name=f"{token} draft", salt=token, created_by_id=viewer.user_id)
    launched = Campaign.objects.create(
        **common, key=f"l-{token}", name=f"{token} campaign", salt=token, state="launched", goal=f"{token} goal",
        launched_at=datetime(2024, 6, 1, tzinfo=UTC), created_by_id=viewer.user_id,
    )  # fmt: skip
    verdict = Verdict.objects.create(
        workspace_id=workspace.id, customer_number=number, org_path=path, subject=f"{token}:{launched.pk}", action_fingerprint="f",
        outcome="allow", rules_fingerprint="r", judged_at=now,
    )  # fmt: skip
    CampaignMember.objects.create(campaign=launched, customer_number=number, arm="treated", verdict=verdict)
    text = MessageText.objects.create(
        workspace_id=workspace.id, what=launched.what, step="1", campaign_key=launched.key, org_path=path, actor=token, purpose="marketing",
        channel="inbox", language="zh", subject=f"{token} subject", body=f"{token} body", template_key="t",
    )  # fmt: skip
    message = OutboxMessage.objects.create(
        workspace_id=workspace.id, text=text, what=launched.what, step="1", customer_number=number, channel="inbox", verdict=verdict,
        state="unknown", due_at=now, sent_at=now, send_verdict=verdict,
    )  # fmt: skip
    inbox = InboxMessage.objects.create(
        message=message,
        workspace_id=workspace.id,
        customer_number=number,
        subject=f"{token} subject",
        body=f"{token} body",
        received_at=now,
    )
    goal = Goal.objects.create(
        workspace_id=workspace.id, metric="amount", span="month", start_on=date(2024, 6, 1), org_path=path, target=Decimal(f"77{number}"),
        set_at=now,
    )  # fmt: skip
    return {
        "segment": segment.key, "draft": draft.pk, "campaign": launched.pk, "message": message.pk, "inbox": inbox.pk, "goal": goal.pk,
    }  # fmt: skip


def _identity(workspace: WorkspaceInfo, path: str, token: str, number: int, viewer: Viewer) -> dict[str, Any]:
    now = timezone.now()
    batch = f"b{number}"
    decision = Decision.objects.create(
        workspace_id=workspace.id, kind="distinct", left=[["crm", token]], right=[["crm", f"{token}2"]], number=number,
        other_number=number + 1, org_path=path, reason=token, at=now, batch=batch, by_id=viewer.user_id,
    )  # fmt: skip
    pair = ReviewPair.objects.create(
        workspace_id=workspace.id, kind="outlet", left_system="crm", left_key=f"crm-{token}-0", right_system="ordering",
        right_key=f"ordering-{token}-4", left_number=number, right_number=number + 4, org_path=path, county=token, probability=0.9,
        weight=3.0, found_at=now, reason="grey", why="name",
    )  # fmt: skip
    CollectionTask.objects.create(workspace_id=workspace.id, number=number, org_path=path, field="phone", opened_at=now)
    return {"decision": decision.pk, "pair": pair.pk, "batch": batch}


def _privacy(workspace: WorkspaceInfo, number: int, token: str, viewer: Viewer) -> dict[str, Any]:
    asked = SubjectRequest.objects.create(
        workspace_id=workspace.id, kind="access", customer_number=number, received_at=timezone.now(), due_on=date(2030, 1, 1),
        recorded_by_id=viewer.user_id, state="refused", refusal=token, done_at=timezone.now(),
    )  # fmt: skip
    row = Customer.objects.get(workspace_id=workspace.id, number=number)
    point = ContactPoint(customer=row, channel="email", set_at=timezone.now())
    point.address = f"{token}@example.com"
    point.save()
    return {"request": asked.pk}


def _shared(workspace: WorkspaceInfo, token: str, viewer: Viewer) -> dict[str, Any]:
    now = timezone.now()
    kept = Import.objects.create(
        workspace_id=workspace.id, state="loaded", file_name=f"{token}.csv", size_bytes=1, sha256="0" * 64, created_at=now, loaded_at=now
    )
    settings = vault_of(workspace.id).seal(json.dumps({"signing": "token", "secret": 32 * "x"}), place=SETTINGS)
    connection = Connection.objects.create(
        workspace_id=workspace.id, name=f"{token} connection", kind="webhook", settings=settings, created_at=now, hook_key=f"k{token}"
    )
    Pull.objects.create(connection=connection, number=1, state="failed", started_at=now, error_zh=token, error_en=token)
    key = WriteKey.objects.create(
        workspace_id=workspace.id, name=f"{token} key", system="app", secret_hash=token, hint="xk", created_at=now
    )
    job = Job.objects.create(
        id=uuid4(), workspace_id=workspace.id, task="xingke_web.loop.tasks.run", status="done", progress_words=both(token, token)
    )
    LoopRun.objects.create(
        workspace_id=workspace.id, state="done", as_of=AS_OF, source=token, started_at=now, finished_at=now,
        tables=[{
            "table": "order_line", "rows_read": WHOLE, "rows_loaded": WHOLE, "rows_quarantined": 0, "duplicates": 0, "reasons": {},
            "seconds": 1, "findings": [token],
        }],
    )  # fmt: skip
    use = DataUse.objects.create(
        workspace_id=workspace.id, name="use", purpose="p", fields=["city"], basis="pseudonymised", assessment="a", measures="m",
        state="approved", proposed_by_id=None, proposed_at=now, decided_by_id=viewer.user_id, decided_at=now,
    )  # fmt: skip
    incident = Incident.objects.create(workspace_id=workspace.id, kind="leak", what=token, found_at=now)
    block = ExportBlock.objects.create(workspace_id=workspace.id, user_id=viewer.user_id, incident=incident, since=now, lifted_at=None)
    record("data.run_started", system=True, workspace_id=workspace.id, subject=("job", token), source=token)
    return {
        "import": kept.pk, "connection": connection.pk, "key": key.pk, "job": job.pk, "use": use.pk, "incident": incident.pk,
        "block": block.pk, "load": f"import-{kept.pk}",
    }  # fmt: skip


UNKNOWN = UUID(int=1)
ORGANISATION = tuple(OrgUnitRow(path, TOKENS.get(path, path.rpartition("/")[2]), "unit") for path in UNITS)
