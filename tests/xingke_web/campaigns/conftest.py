"""A trade of two hundred outlets over four units, its lake made once a session, with consent to messages in the inbox."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.conf import settings as django_settings

from tests.facts import NOW, Facts, lake_of, random_facts
from xingke.loop import derive
from xingke.schema import ORG_UNIT
from xingke_web.accounts.contracts import Viewer, WorkspaceInfo
from xingke_web.audiences.models import Segment
from xingke_web.campaigns.drafts import campaign_create
from xingke_web.campaigns.models import Campaign
from xingke_web.customers.facade import customers_sync
from xingke_web.customers.models import Consent, Customer
from xingke_web.loop.facade import tag_library, tier_scheme

AS_OF = date(2024, 7, 1)
BUSINESS_NOW = datetime(2024, 7, 1, 2, 0, tzinfo=UTC)
PATHS = ("/ia/polk/ames", "/ia/polk/ankeny", "/ia/polk2", "/ia/linn/marion")
COUNT = 200
UNITS = (
    ("/ia", "province"), ("/ia/polk", "city"), ("/ia/polk/ames", "county"), ("/ia/polk/ankeny", "county"), ("/ia/polk2", "city"),
    ("/ia/linn", "city"), ("/ia/linn/marion", "county"),
)  # fmt: skip


@dataclass(frozen=True)
class Trade(Facts):
    """The facts with an organisation that matches the workspace's."""

    def arrow(self) -> dict[str, pa.Table]:
        rows = [{"org_path": path, "parent_path": None, "level": level, "name": path.rpartition("/")[2]} for path, level in UNITS]
        return {**super().arrow(), "org_unit": pa.Table.from_pylist(rows, schema=ORG_UNIT.arrow_schema)}


def trade() -> Trade:
    drawn = random_facts(5, customers=COUNT, as_of=AS_OF, orders=12)
    outlets = [
        {
            **row, "org_path": PATHS[row["customer_id"] % 4], "district": ("Polk", "Linn")[row["customer_id"] % 2],
            "kind": "outlet", "status": "active", "licence_status": "valid",
            "licence_valid_until": date(2030, 1, 1),
        }
        for row in drawn.customers
    ]  # fmt: skip
    return Trade(tuple(outlets), drawn.products, drawn.lines, drawn.touches)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("campaigns")
    lake = lake_of(root / "lakes" / "iowa", trade())
    with lake.writer(now=NOW) as writer:
        derive(writer, tag_library("wholesale"), tier_scheme("wholesale"), as_of=AS_OF, now=NOW)
        writer.publish()
    return root


@pytest.fixture(autouse=True)
def _own_lake(home: Path, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """The workspaces of these tests read the lake made above; those marked by `own_lake` get a copy that they may write."""
    import shutil

    root = home
    if "own_lake" in request.fixturenames:
        root = tmp_path / "home"
        shutil.copytree(home, root)
    original = django_settings.XINGKE
    django_settings.XINGKE = replace(original, path=root)
    yield
    django_settings.XINGKE = original


@pytest.fixture
def own_lake() -> None:
    """Ask for a lake of the test's own."""


@pytest.fixture
def market(workspace: WorkspaceInfo) -> WorkspaceInfo:
    """The workspace with its customers, nine in ten of whom consented, and a segment of all of them."""
    customers_sync(workspace.slug)
    at = BUSINESS_NOW - timedelta(days=30)
    Consent.objects.bulk_create(
        [
            Consent(customer=each, purpose="marketing", channel="inbox", state="granted", basis="consent", evidence="form", at=at)
            for each in Customer.objects.filter(workspace_id=workspace.id)
            if each.number % 10
        ]
    )
    Segment.objects.create(
        workspace_id=workspace.id, key="everybody", name="全部网点", name_en="All outlets", state="active", created_at=at, updated_at=at,
        condition={"op": "=", "attribute": "kind", "value": "outlet"},
    )  # fmt: skip
    return workspace


@pytest.fixture
def draft(market: WorkspaceInfo, viewer_analyst: Viewer) -> Callable[..., Campaign]:
    """A function that drafts a campaign that is ready to be submitted."""

    def make(viewer: Viewer = viewer_analyst, name: str = "回访", **values: Any) -> Campaign:
        plan = {"segment_key": "everybody", "channel": "inbox", "subject": "您好", "body": "{name}，好久不见。", "goal": "恢复购买"}
        return campaign_create(viewer=viewer, name=name, values={**plan, **values})

    return make


@pytest.fixture
def launcher(make_person: Callable[..., Any]) -> Any:
    """A second person who may launch for the whole organisation."""
    return make_person("launcher", "approver")
