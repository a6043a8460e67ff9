"""The small trade of the customers' tests, in a home of its own for each test, with the person behind customer 4."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from tests.facts import NOW, lake_of
from tests.xingke_web.customers.conftest import AS_OF, trade
from xingke.engine import Lake
from xingke.loop import derive
from xingke.loop.pieces import PieceStore
from xingke.schema import TABLES, TRACKED_EVENT
from xingke.schema.golden import IDENTITY_TABLES
from xingke.schema.intake import RECORD
from xingke_web.accounts.contracts import WorkspaceInfo
from xingke_web.config.vault import vault_of
from xingke_web.customers.facade import consent_record, contact_point_set, customers_sync
from xingke_web.loop.facade import lake_of as workspace_lake
from xingke_web.loop.facade import pieces_of, tag_library, tier_scheme

NUMBER, NEIGHBOUR = 4, 8
NAME, PHONE, ADDRESS, ID_NUMBER = "王秀英", "13812345621", "星城市江北区人民路18号", "330106198001011234"
SECRETS = (NAME, PHONE, ADDRESS, ID_NUMBER)


@dataclass(frozen=True)
class World:
    """A workspace with people in it."""

    workspace: WorkspaceInfo
    home: Path

    @property
    def lake(self) -> Lake:
        return workspace_lake(self.workspace)

    @property
    def pieces(self) -> PieceStore:
        return pieces_of(self.workspace)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("privacy")
    lake = lake_of(root / "lakes" / "iowa", trade())
    with lake.writer(now=NOW) as writer:
        derive(writer, tag_library("wholesale"), tier_scheme("wholesale"), as_of=AS_OF, now=NOW)
        writer.publish()
    return root


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Iterator[Path]:
    root = tmp_path / "home"
    shutil.copytree(template, root)
    original = django_settings.XINGKE
    django_settings.XINGKE = replace(original, path=root)
    yield root
    django_settings.XINGKE = original


@pytest.fixture
def world(home: Path, workspace: WorkspaceInfo) -> World:
    """Customer 4 with two records, a holder, events and a contact point; customer 8 lives next door."""
    made = World(workspace, home)
    vault = vault_of(workspace.id)
    with made.lake.writer(now=NOW) as writer:
        for name, rows in _tables().items():
            declared = {**TABLES, **IDENTITY_TABLES, RECORD.name: RECORD, TRACKED_EVENT.name: TRACKED_EVENT}[name]
            writer.put(name, vault.seal_table(_table(declared, rows), declared))
        writer.publish()
    made.pieces.put("load-1", "source_record", _table(RECORD, [_record("a"), _record("n", phone="13900000000")]))
    customers_sync(workspace.slug)
    contact_point_set(workspace_id=workspace.id, number=NUMBER, channel="sms", address=PHONE, at=timezone.now())
    return made


@pytest.fixture
def agreed(world: World) -> World:
    """Customer 4 has a contract for service and agreed to marketing by text message."""
    for purpose, basis in (("service", "contract"), ("marketing", "consent")):
        consent_record(
            workspace_id=world.workspace.id,
            number=NUMBER,
            purpose=purpose,
            channel="sms",
            state="granted",
            basis=basis,
            evidence="form 1",
            at=NOW,
        )
    return world


@pytest.fixture
def url(world: World) -> Callable[[str], str]:
    """An address below the app."""
    return lambda tail="": f"/w/{world.workspace.slug}/privacy/{tail}"


def _tables() -> dict[str, list[dict[str, object]]]:
    link = {"cluster": "c", "rule": "key"}
    return {
        "source_record": [_record("a"), _record("b", system="pos"), _record("n", phone="13900000000")],
        "identity_link": [
            {"system": "crm", "source_id": "a", "customer_id": NUMBER, **link},
            {"system": "pos", "source_id": "b", "customer_id": NUMBER, **link},
            {"system": "crm", "source_id": "n", "customer_id": NEIGHBOUR, **link},
        ],
        "owner": [{"owner_id": 7, "name": NAME, "phone": PHONE}, {"owner_id": 9, "name": NAME, "phone": "13900000000"}],
        "outlet": [{"outlet_id": NUMBER, "owner_id": 7, "address": ADDRESS}, {"outlet_id": NEIGHBOUR, "owner_id": 9, "address": ADDRESS}],
        "licence": [{"licence_no": "330100018842", "outlet_id": NUMBER, "holder_kind": "individual"}],
        "tracked_event": [
            {"customer_id": number, "happened_on": day, "event_id": f"{number}-{day}", "kind": "track", "source": "web"}
            for number in (NUMBER, NEIGHBOUR)
            for day in (date(2021, 3, 1), date(2024, 6, 1))
        ],
    }


def _record(key: str, *, system: str = "crm", phone: str = PHONE) -> dict[str, object]:
    return {
        "system": system,
        "source_id": key,
        "name": NAME,
        "phone": phone,
        "address": ADDRESS,
        "id_number": ID_NUMBER if phone == PHONE else None,
    }


def _table(declared, rows):
    fields = [pa.field(field.name, field.type) for field in declared.arrow_schema]
    return pa.Table.from_pylist([{**dict.fromkeys(declared.column_names), **row} for row in rows], schema=pa.schema(fields))
