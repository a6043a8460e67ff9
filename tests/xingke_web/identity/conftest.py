"""The trade of the customers' tests with records of four systems, and pairs that wait for a steward."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from django.conf import settings as django_settings

from tests.facts import NOW, lake_of
from tests.xingke_web.customers.conftest import AS_OF, trade
from xingke.loop import derive
from xingke.schema.golden import GOLDEN_RECORD, IDENTITY_LINK, IDENTITY_REDIRECT
from xingke.schema.intake import RECORD
from xingke_web.accounts.contracts import WorkspaceInfo
from xingke_web.customers.facade import customers_sync
from xingke_web.identity.models import ReviewPair
from xingke_web.identity.running import REVIEW_SCHEMA
from xingke_web.identity.syncing import REVIEW, pairs_sync, redirects_sync, tasks_sync
from xingke_web.loop.facade import lake_reader, tag_library, tier_scheme

OUTLETS = 60
SYSTEMS = ("ordering", "licensing", "crm", "wechat")
ASKED = (
    # both in /ia/polk/ames; two pairs of records ask about them
    (4, 8, "crm", "crm", 0.995),
    (4, 8, "crm", "wechat", 0.62),
    # across two cities: nobody below the province sees it
    (5, 7, "crm", "crm", 0.97),
    (12, 16, "crm", "crm", 0.9),
    (16, 20, "crm", "crm", 0.7),
    (9, 13, "crm", "crm", 0.55),
)
"""Customers a and b, the systems of the two records, and the probability."""

NO_PHONE = 24
"""A customer whose records know no phone."""

NO_FORMAT, ITS_WORD = 28, "五金水暖"
"""A customer whose records all write a format that the trade does not know."""


def key_of(system: str, number: int) -> str:
    return str(number) if system == "ordering" else f"{system[:2].upper()}{number:04d}"


def record_of(system: str, number: int) -> dict:
    phone = None if number == NO_PHONE else f"139000{number:05d}"
    return {
        **dict.fromkeys(RECORD.column_names),
        "system": system,
        "source_id": key_of(system, number),
        "kind": "outlet",
        "name": f"兴隆{number}号便利店" if system != "wechat" else f"兴隆{number}店",
        "owner_name": f"王{'春夏秋冬梅兰'[number % 6]}{'明华强芳'[number % 4]}",
        "phone": phone,
        "address": f"东湖区人民路{number}号",
        "licence_no": f"9901{number:08d}" if system in ("ordering", "licensing") else None,
        "county": "东湖区",
        "format": ITS_WORD if number == NO_FORMAT else "convenience",
    }


def parts(weight: float) -> list[dict]:
    def step(field: str, zh: str, en: str, said_zh: str, said_en: str, bits: float) -> dict:
        return {"field": field, "label": {"zh": zh, "en": en}, "level": {"zh": said_zh, "en": said_en}, "weight": bits}

    return [
        step("prior", "起点", "Start", "任意两条记录", "any two records", -11.0),
        step("phone", "电话", "Phone", "相同", "same", 11.0 + weight + 2.1),
        step("address", "地址", "Address", "门牌不同", "other house number", -2.1),
        step("licence", "许可证号", "Licence number", "缺失", "missing", 0.0),
    ]


def unlisted(number: int) -> dict[str, dict]:
    said = {"system": "crm", "source_id": key_of("crm", number), "rule": "not_in_list", "agree": 4, "of": 4, "others": 0, "confidence": 0.0}
    return {"format": said} if number == NO_FORMAT else {}


def identity_tables() -> dict[str, pa.Table]:
    records = [record_of(system, number) for system in SYSTEMS for number in range(OUTLETS)]
    links = [
        {
            "system": row["system"],
            "source_id": row["source_id"],
            "customer_id": int(row["source_id"][2:]) if row["system"] != "ordering" else int(row["source_id"]),
            "cluster": row["source_id"],
            "rule": "anchor" if row["system"] == "ordering" else "model",
            "probability": 1.0 if row["system"] == "ordering" else 0.98,
        }
        for row in records
    ]
    origin = {"system": "licensing", "source_id": "LI0004", "rule": "agreement", "agree": 3, "of": 4, "others": 1, "confidence": 0.99}
    golden = [
        {
            **dict.fromkeys(GOLDEN_RECORD.column_names),
            **{name: value for name, value in record_of("licensing", number).items() if name in GOLDEN_RECORD.column_names},
            "registered_on": None,
            "customer_id": number,
            "kind": "outlet",
            "display_name": f"Outlet {number}",
            "records": len(SYSTEMS),
            "provenance": json.dumps({"name": origin, "phone": {**origin, "system": "ordering"}, **unlisted(number)}),
            "format": None if number == NO_FORMAT else "convenience",
        }
        for number in range(OUTLETS)
    ]
    review = [
        {
            "left_system": one,
            "left_id": key_of(one, a),
            "right_system": other,
            "right_id": key_of(other, b),
            "left_customer_id": a,
            "right_customer_id": b,
            "kind": "outlet",
            "probability": chance,
            "weight": round(10 * chance - 2, 2),
            "reason": "grey",
            "parts": json.dumps(parts(round(10 * chance - 2, 2))),
        }
        for a, b, one, other, chance in ASKED
    ]
    return {
        RECORD.name: pa.Table.from_pylist(records, schema=RECORD.arrow_schema),
        IDENTITY_LINK.name: pa.Table.from_pylist(links, schema=IDENTITY_LINK.arrow_schema),
        GOLDEN_RECORD.name: pa.Table.from_pylist(golden, schema=GOLDEN_RECORD.arrow_schema),
        IDENTITY_REDIRECT.name: IDENTITY_REDIRECT.arrow_schema.empty_table(),
        REVIEW: pa.Table.from_pylist(review, schema=REVIEW_SCHEMA),
    }


@pytest.fixture(scope="session")
def identity_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("identity")
    lake = lake_of(root / "lakes" / "iowa", trade())
    with lake.writer(now=NOW) as writer:
        for name, table in identity_tables().items():
            writer.put(name, table)
        derive(writer, tag_library("wholesale"), tier_scheme("wholesale"), as_of=AS_OF, now=NOW)
        writer.publish()
    return root


@pytest.fixture
def identity_lake(identity_home: Path) -> Iterator[None]:
    """The workspaces of a test read the lake made above."""
    original = django_settings.XINGKE
    django_settings.XINGKE = replace(original, path=identity_home)
    yield
    django_settings.XINGKE = original


@pytest.fixture
def queued(identity_lake: None, workspace: WorkspaceInfo) -> WorkspaceInfo:
    """The workspace after a pass: its customers and the queue."""
    customers_sync(workspace.slug)
    for sync in (pairs_sync, redirects_sync, tasks_sync):
        sync(workspace, lake_reader(workspace), now=NOW)
    return workspace


@pytest.fixture
def pair_of(queued: WorkspaceInfo) -> Callable[[int, int], ReviewPair]:
    """The pair that leads between two customers."""
    return lambda a, b: ReviewPair.objects.get(left_number__in=(a, b), right_number__in=(a, b), leads=True)


@pytest.fixture
def url(queued: WorkspaceInfo) -> Callable[[str], str]:
    """An address below the pages of identity."""
    return lambda tail="": f"/w/{queued.slug}/identity/{tail}"
