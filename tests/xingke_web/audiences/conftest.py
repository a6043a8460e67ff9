"""A small trade over four units in the workspace; the lake is made once a session, each test has its own copy."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from django.conf import settings as django_settings

from tests.facts import NOW, Facts, lake_of, random_facts
from xingke.engine import LakeReader
from xingke.loop import derive
from xingke.schema import ORG_UNIT
from xingke_web.accounts.contracts import WorkspaceInfo
from xingke_web.customers.facade import customers_sync
from xingke_web.loop.facade import lake_reader, run_loop, tag_library, tier_scheme

AS_OF = date(2024, 7, 1)
PATHS = ("/ia/polk/ames", "/ia/polk/ankeny", "/ia/polk2", "/ia/linn/marion")
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


def trade(customers: int = 80) -> Trade:
    drawn = random_facts(5, customers=customers, as_of=AS_OF, orders=24)
    outlets = [
        {**row, "org_path": PATHS[row["customer_id"] % 4], "district": ("Polk", "Linn")[row["customer_id"] % 2]} for row in drawn.customers
    ]
    return Trade(tuple(outlets), drawn.products, drawn.lines, drawn.touches)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake of the trade with portrait and tiers, as it is before the first run with segments."""
    root = tmp_path_factory.mktemp("audiences")
    lake = lake_of(root / "iowa", trade())
    with lake.writer(now=NOW) as writer:
        derive(writer, tag_library("wholesale"), tier_scheme("wholesale"), as_of=AS_OF, now=NOW)
        writer.publish()
    return root


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path) -> Iterator[None]:
    """Each test has its own lakes."""
    original = django_settings.XINGKE
    django_settings.XINGKE = replace(original, path=tmp_path)
    yield
    django_settings.XINGKE = original


@pytest.fixture
def plain(workspace: WorkspaceInfo, made: Path, tmp_path: Path) -> LakeReader:
    """The workspace with its data and customers; no segment yet."""
    shutil.copytree(made, tmp_path / "lakes")
    customers_sync(workspace.slug)
    return lake_reader(workspace)


@pytest.fixture
def lake(workspace: WorkspaceInfo, plain: LakeReader) -> LakeReader:
    """The workspace after a run: the segments of the pack are there with their members."""
    run_loop(workspace.slug)
    return plain


@pytest.fixture
def load(workspace: WorkspaceInfo, tmp_path: Path) -> Callable[[Trade], None]:
    """Load other facts and run the loop over them."""
    return lambda facts: run_loop(workspace.slug, source=facts, location=tmp_path)


@pytest.fixture
def url(workspace: WorkspaceInfo) -> Callable[[str], str]:
    """An address below the workspace."""
    return lambda tail="": f"/w/{workspace.slug}/{tail}"
