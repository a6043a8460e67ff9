"""After a run with known people, none of their values lies readable in any file of the installation."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from tests.xingke_web.customers.conftest import Trade, trade
from tests.xingke_web.privacy.conftest import ADDRESS, ID_NUMBER, NAME, PHONE
from xingke.privacy.searching import files_with
from xingke.schema import TABLES, Table
from xingke.schema.findings import quarantine_of
from xingke.schema.intake import RECORD
from xingke.sources import SourceTable
from xingke_web.config.vault import vault_of
from xingke_web.customers.facade import contact_point_set
from xingke_web.ingest.imports import import_add
from xingke_web.loop.facade import lake_reader, pieces_of, run_loop
from xingke_web.privacy.requests import request_open

STAFF, MEMBER, OUTSIDE = "赵铁柱", "孙悟饭", "吴丽丽"
EVERYBODY = (NAME, PHONE, ADDRESS, ID_NUMBER, STAFF, MEMBER, OUTSIDE)


@dataclass(frozen=True)
class People(Trade):
    """The small trade with holders, shops, staff and records, and one row about a person that stays outside."""

    def tables(self, location: Path, *, as_of: date | None = None, connection: Any = None) -> Iterator[SourceTable]:
        yield from super().tables(location, as_of=as_of, connection=connection)
        outside = quarantine_of(
            [
                {
                    "table": "owner",
                    "file": "o.csv",
                    "row": 3,
                    "column": "name",
                    "value": OUTSIDE,
                    "reason": "wrong_type",
                    "record": f'{{"name": "{OUTSIDE}"}}',
                }
            ]
        )
        for declared, rows in _people():
            found = pa.Table.from_pylist(rows, schema=declared.arrow_schema)
            stays = outside if declared.name == "owner" else quarantine_of()
            yield SourceTable(declared, iter(found.to_batches()), stays, found.num_rows + stays.num_rows, found.num_rows)


def _people() -> list[tuple[Table, list[dict[str, Any]]]]:
    owner, staff, member = TABLES["owner"], TABLES["staff"], RECORD
    record = {
        "system": "crm",
        "source_id": "c4",
        "name": "王记便利店",
        "owner_name": NAME,
        "phone": PHONE,
        "address": ADDRESS,
        "id_number": ID_NUMBER,
    }
    manager = {"staff_id": 1, "name": STAFF, "role": "customer_manager", "org_path": "/ia", "joined_on": date(2020, 1, 1)}
    return [
        (owner, [{**dict.fromkeys(owner.column_names), "owner_id": 7, "name": NAME, "phone": PHONE}]),
        (staff, [{**dict.fromkeys(staff.column_names), **manager}]),
        (member, [{**dict.fromkeys(member.column_names), **record}]),
    ]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    original = django_settings.XINGKE
    django_settings.XINGKE = replace(original, path=tmp_path / "home")
    yield tmp_path / "home"
    django_settings.XINGKE = original


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads the database file")
def test_no_value_of_a_person_lies_readable_anywhere(home, workspace, admin, caplog):
    drawn = trade()
    people = [{**row, "display_name": MEMBER} if row["kind"] == "consumer" else row for row in drawn.customers]
    run_loop(workspace.slug, source=People(tuple(people), drawn.products, drawn.lines, drawn.touches), location=home)
    contact_point_set(workspace_id=workspace.id, number=4, channel="sms", address=PHONE, at=timezone.now())
    request_open(viewer=admin.viewer, number=4, kind="access", wish=f"{NAME} {PHONE} {ADDRESS}")
    pieces_of(workspace).put(
        "load-1", "source_record", pa.table({"system": ["crm"], "source_id": ["k"], "owner_name": [NAME], "phone": [PHONE]})
    )
    content = f"姓名,电话,地址\n{NAME},{PHONE},{ADDRESS}\n".encode("gb18030")
    import_add(workspace=admin.viewer.workspace, file=io.BytesIO(content), name="名单.csv", viewer=admin.viewer)
    run_loop(workspace.slug)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert files_with(home, EVERYBODY) == {}
    database = Path(connection.settings_dict["NAME"])
    stored = [path for path in files_with(database.parent, EVERYBODY).values() for path in path if path.startswith(database.name)]
    assert stored == []
    assert not [secret for secret in EVERYBODY if secret in caplog.text]
    sealed = lake_reader(workspace).rows("select name from owner")[0]["name"]
    assert vault_of(workspace.id).open(sealed, place="owner.name") == NAME, "it was there to be found"
    assert len(list(home.rglob("*.parquet"))) > 20
