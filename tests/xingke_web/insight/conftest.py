"""A small trade over four units, its lake derived once a session, and a second snapshot for whoever wants one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from django.conf import settings as django_settings

from tests.facts import NOW, Facts, lake_of, random_facts
from xingke.engine import Lake, LakeReader
from xingke.loop import derive
from xingke.schema import ORG_UNIT
from xingke_web.accounts.contracts import WorkspaceInfo
from xingke_web.loop.facade import tag_library, tier_scheme

AS_OF = date(2024, 7, 1)
PATHS = ("/ia/polk/ames", "/ia/polk/ankeny", "/ia/polk2", "/ia/linn/marion")
UNITS = ("/ia", "/ia/polk", *PATHS, "/ia/linn")


@dataclass(frozen=True)
class Trade(Facts):
    """The facts with an organisation that matches the workspace's."""

    def arrow(self) -> dict[str, pa.Table]:
        rows = [{"org_path": path, "parent_path": None, "level": "unit", "name": path.rpartition("/")[2]} for path in UNITS]
        return {**super().arrow(), "org_unit": pa.Table.from_pylist(rows, schema=ORG_UNIT.arrow_schema)}


def trade(*, orders: bool = True) -> Trade:
    drawn = random_facts(11, customers=90, as_of=AS_OF, orders=40)
    people = tuple(
        {**row, "org_path": PATHS[row["customer_id"] % 4], "licence_status": ("valid", "expired")[row["customer_id"] % 9 == 0]}
        for row in drawn.customers
    )
    return Trade(people, drawn.products, drawn.lines if orders else (), drawn.touches if orders else ())


def made(root: Path, facts: Trade) -> Path:
    """A home whose workspace `iowa` has these facts, derived."""
    lake = lake_of(root / "lakes" / "iowa", facts)
    derived(lake)
    return root


def derived(lake: Lake) -> None:
    """Derive everything again and publish it as one more snapshot."""
    with lake.writer(now=NOW) as writer:
        derive(writer, tag_library("wholesale"), tier_scheme("wholesale"), as_of=AS_OF, now=NOW)
        writer.publish()


@pytest.fixture(scope="session")
def full_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("insight"), trade())


@pytest.fixture
def home(full_home: Path) -> Path:
    """The home that the workspaces of a test read; a test may give another one."""
    return full_home


@pytest.fixture(autouse=True)
def _own_lake(home: Path) -> Iterator[None]:
    original = django_settings.XINGKE
    django_settings.XINGKE = replace(original, path=home)
    yield
    django_settings.XINGKE = original


@pytest.fixture
def lake(home: Path) -> LakeReader:
    """A reader apart from the product's own."""
    return LakeReader(Lake(home / "lakes" / "iowa"), threads=1)


@pytest.fixture
def url(workspace: WorkspaceInfo) -> Callable[[str], str]:
    """An address below the workspace."""
    return lambda tail="": f"/w/{workspace.slug}/{tail}"
