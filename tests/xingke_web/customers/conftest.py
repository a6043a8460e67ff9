"""A small trade in the workspace: sixty outlets over four units, two consumers, and a lake made of them once a session."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from django.conf import settings as django_settings

from tests.facts import NOW, Facts, customer, lake_of, random_facts
from xingke.engine import Lake, LakeReader
from xingke.loop import derive
from xingke.schema import ORG_UNIT
from xingke_web.accounts.contracts import WorkspaceInfo
from xingke_web.customers.facade import customers_sync
from xingke_web.loop.facade import tag_library, tier_scheme

AS_OF = date(2024, 7, 1)
PATHS = ("/ia/polk/ames", "/ia/polk/ankeny", "/ia/polk2", "/ia/linn/marion")
UNITS = (
    ("/ia", "province"), ("/ia/polk", "city"), ("/ia/polk/ames", "county"), ("/ia/polk/ankeny", "county"), ("/ia/polk2", "city"),
    ("/ia/linn", "city"), ("/ia/linn/marion", "county"),
)  # fmt: skip
ADULT, CHILD = 60, 61
FORMULA = 11
"""A customer whose name a spreadsheet would run."""


@dataclass(frozen=True)
class Trade(Facts):
    """The facts with an organisation that matches the workspace's."""

    def arrow(self) -> dict[str, pa.Table]:
        rows = [{"org_path": path, "parent_path": None, "level": level, "name": path.rpartition("/")[2]} for path, level in UNITS]
        return {**super().arrow(), "org_unit": pa.Table.from_pylist(rows, schema=ORG_UNIT.arrow_schema)}


def trade() -> Trade:
    drawn = random_facts(5, customers=60, as_of=AS_OF, orders=24)
    outlets = [
        {**row, "org_path": PATHS[row["customer_id"] % 4], "district": ("Polk", "Linn")[row["customer_id"] % 2]} for row in drawn.customers
    ]
    outlets[FORMULA]["display_name"] = "=HYPERLINK(1)"
    persons = [
        customer(number, kind="consumer", age_band=band, org_path=PATHS[0], licence_status="not_needed")
        for number, band in ((ADULT, "35-44"), (CHILD, "12-17"))
    ]
    return Trade((*outlets, *persons), drawn.products, drawn.lines, drawn.touches)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("customers")
    lake = lake_of(root / "lakes" / "iowa", trade())
    with lake.writer(now=NOW) as writer:
        derive(writer, tag_library("wholesale"), tier_scheme("wholesale"), as_of=AS_OF, now=NOW)
        writer.publish()
    return root


@pytest.fixture(autouse=True)
def _own_lake(home: Path) -> Iterator[None]:
    """The workspaces of these tests read the lake made above."""
    original = django_settings.XINGKE
    django_settings.XINGKE = replace(original, path=home)
    yield
    django_settings.XINGKE = original


@pytest.fixture
def synced(workspace: WorkspaceInfo) -> WorkspaceInfo:
    """The workspace with its customers."""
    customers_sync(workspace.slug)
    return workspace


@pytest.fixture
def lake(home: Path) -> LakeReader:
    return LakeReader(Lake(home / "lakes" / "iowa"), threads=1)


@pytest.fixture
def url(synced: WorkspaceInfo) -> Callable[[str], str]:
    """An address below the workspace."""
    return lambda tail="": f"/w/{synced.slug}/customers/{tail}"
