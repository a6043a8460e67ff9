"""One door for what leaves as a file: purpose, guards, persons hidden in groups and from comparison, no formulas, kept by no browser."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

import xingke_web
from tests.xingke_web.privacy.conftest import NUMBER
from xingke.expr import EVERYBODY, to_json
from xingke.privacy.groups import GroupsTooSmall
from xingke_web.audiences.models import Segment
from xingke_web.audit.models import AuditEntry
from xingke_web.config.key_rotation import data_key_rotate
from xingke_web.config.vault import vault_of, vaults_forget
from xingke_web.customers.exports import ExportRefused, coarse, customers_file
from xingke_web.customers.facade import Subject
from xingke_web.privacy.differences import ExportsTooClose, members_due, members_erase
from xingke_web.privacy.incidents import ExportBlocked
from xingke_web.privacy.models import DataUse, ExportBlock, ExportMembers, Incident
from xingke_web.privacy.zone import zone_table
from xingke_web.ui.csv_files import CsvFile
from xingke_web.ui.tables import Column, DataTable

TABLE = DataTable(
    name="people",
    caption="People",
    row_key="number",
    columns=(
        Column("name", "Name"),
        Column("source_key", "Key"),
        Column("number", "Number"),
        Column("city", "City"),
        Column("amount", "Amount"),
        Column("last_order_on", "Last"),
    ),
)
ADDRESSES = {
    "customers:export": (),
    "audiences:segment_export": ("some",),
    "insight:customers_export": (),
    "insight:export": (),
    "insight:result_export": (1,),
    "ingest:quarantine_export": ("customer",),
    "audit:export": (),
    "privacy:use_export": (1,),
}
"""Every address that answers with a file of rows."""


def people(*numbers: int, city: str = "甲") -> list[dict]:
    return [
        {
            "number": number,
            "name": f"M-{number}",
            "source_key": f"key{number}",
            "city": city,
            "amount": Decimal(f"{1000 + number}.37"),
            "last_order_on": date(2024, 6, 1 + number % 28),
        }
        for number in numbers
    ]


@pytest.fixture
def keeper(world, admin):
    """Somebody in a workspace whose customers are natural persons."""
    return replace(admin.viewer, workspace=replace(admin.viewer.workspace, pack="retail"))


def taken(viewer, rows, purpose: str = "analysis") -> list[list[str]]:
    answer = customers_file(
        viewer=viewer,
        purpose=purpose,
        what="people",
        file="people",
        table=TABLE,
        rows=rows,
        number=lambda row: row["number"],
        said=[],
        name="customers.exported",
        filters=0,
    )
    assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("no-store", "nosniff")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def named(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            yield f"{space}{one.name}"
        else:
            yield from named(one, f"{one.namespace}:" if one.namespace else space)


def test_every_address_of_a_file_is_held_here():
    assert {name for name in named(get_resolver()) if "export" in name.rpartition(":")[2]} == set(ADDRESSES)


def test_nobody_else_writes_a_file():
    """A view that makes its own passes no door."""
    root = Path(xingke_web.__file__).parent
    writer = {"ui/csv_files.py"}
    makers = {"text/csv": writer, "csv.writer": writer, "attachment;": writer | {"privacy/views/answers.py", "ingest/wizard.py"}}
    for word, allowed in makers.items():
        found = {path.relative_to(root).as_posix() for path in root.rglob("*.py") if word in path.read_text(encoding="utf-8")}
        assert found == allowed, word


@pytest.fixture
def sources(world, admin):
    """A segment and an approved use, so that each address has something to give."""
    Segment.objects.create(
        workspace_id=world.workspace.id, key="some", name="全部", condition=to_json(EVERYBODY), state=Segment.State.ACTIVE,
        created_at=datetime.now(UTC), updated_at=datetime.now(UTC),
    )  # fmt: skip
    use = DataUse.objects.create(
        workspace_id=world.workspace.id, name="u", purpose="p", fields=["city"], basis="pseudonymised", assessment="a", measures="m",
        state="approved", proposed_at=datetime.now(UTC), decided_at=datetime.now(UTC),
    )  # fmt: skip
    return {"privacy:use_export": (use.pk,)}


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_blocked_account_gets_nothing_from_any_address(world, admin, sources, name):
    incident = Incident.objects.create(workspace_id=world.workspace.id, kind="export", what="x", found_at=datetime.now(UTC))
    ExportBlock.objects.create(workspace_id=world.workspace.id, user_id=admin.user.pk, incident=incident, since=datetime.now(UTC))
    where = reverse(name, args=(world.workspace.slug, *sources.get(name, ADDRESSES[name])))
    query = "?group=overdue" if name == "insight:customers_export" else ""
    answer = admin.client.post(f"{where}{query}", {"purpose": "analysis", "table": "customer"})
    assert not isinstance(answer, CsvFile)
    assert answer.status_code in (302, 400, 403, 404, 422)
    assert not AuditEntry.objects.filter(name__endswith="exported").exists()


@pytest.mark.parametrize("name", ["customers:export", "audiences:segment_export", "insight:customers_export"])
def test_without_a_purpose_the_form_comes_again_with_what_was_chosen(world, admin, sources, name):
    where = reverse(name, args=(world.workspace.slug, *ADDRESSES[name])) + ("?group=overdue" if "insight" in name else "")
    for purpose in ("", "curiosity"):
        answer = admin.client.post(where, {"keys": ["4"], "purpose": purpose})
        assert answer.status_code == 422
        assert 'name="keys" value="4"' in answer.content.decode()
    assert not AuditEntry.objects.filter(name__endswith="exported").exists()
    done = admin.client.post(where, {"purpose": "service"})
    assert isinstance(done, CsvFile)
    assert AuditEntry.objects.filter(name__endswith="exported").get().facts["purpose"] == "service"
    assert "走访与服务" in done.content.decode()


def test_persons_leave_without_name_key_and_number(keeper):
    lines = taken(keeper, people(*range(20)))
    assert [len(line) for line in lines[:-1]] == [4] * 21
    text = str(lines)
    assert not any(word in text for word in ("M-", "key", "1003.37"))


def test_persons_leave_in_groups_of_ten(keeper):
    lines = taken(keeper, [*people(*range(20)), *people(*range(20, 25), city="乙")])
    assert {line[1] for line in lines[1:-1]} == {"甲"}
    with pytest.raises(GroupsTooSmall):
        taken(keeper, people(*range(30, 39)))


def test_two_files_are_not_joined_by_their_pseudonyms(keeper):
    first, second = (taken(keeper, people(*range(20))) for _ in range(2))
    assert not {line[0] for line in first[1:-1]} & {line[0] for line in second[1:-1]}


@pytest.mark.parametrize("later", [range(21), range(29), range(19), range(11), range(5, 25)])
def test_an_export_that_differs_by_a_few_persons_is_refused(keeper, later):
    taken(keeper, people(*range(20)))
    with pytest.raises(ExportsTooClose):
        taken(keeper, people(*later))
    assert ExportMembers.objects.count() == 1
    assert AuditEntry.objects.filter(name="customers.exported").count() == 1


@pytest.mark.parametrize("later", [range(20), range(30), range(10), range(20, 40)])
def test_the_same_persons_or_ten_others_leave(keeper, later):
    taken(keeper, people(*range(20)))
    taken(keeper, people(*later))
    assert ExportMembers.objects.count() == 2


def test_the_comparison_reaches_back_a_year_and_to_what_others_took(keeper, approver):
    taken(keeper, people(*range(20)))
    with pytest.raises(ExportsTooClose):
        taken(replace(approver.viewer, workspace=keeper.workspace), people(*range(21)))
    ExportMembers.objects.update(at=datetime.now(UTC) - timedelta(days=367))
    taken(keeper, people(*range(21)))


def test_the_lists_are_sealed_rotate_are_deleted_from_and_end(world, keeper):
    from xingke_web.customers.facade import subject_data_all
    from xingke_web.privacy import resealing

    taken(keeper, people(*range(20)))
    row = ExportMembers.objects.get()
    assert row.sealed.startswith("xk1.")
    data_key_rotate(world.workspace.id)
    vaults_forget()
    assert resealing._texts(world.workspace.id, vault_of(world.workspace.id)) >= 1
    data = next(each for each in subject_data_all() if each.name == "export_members")
    subject = Subject(world.workspace.id, world.workspace.slug, NUMBER)
    assert len(data.export(subject)) == 1
    assert data.erase(subject) == 1
    assert data.export(subject) == []
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert members_due(world.workspace, tomorrow) == members_erase(world.workspace, tomorrow) == 1


def test_purpose_and_block_are_asked_where_persons_leave(world, keeper, admin):
    with pytest.raises(ExportRefused):
        taken(keeper, people(*range(20)), purpose="")
    incident = Incident.objects.create(workspace_id=world.workspace.id, kind="export", what="x", found_at=datetime.now(UTC))
    ExportBlock.objects.create(workspace_id=world.workspace.id, user_id=admin.user.pk, incident=incident, since=datetime.now(UTC))
    with pytest.raises(ExportBlocked):
        taken(keeper, people(*range(20)))
    assert not ExportMembers.objects.exists()


def test_two_tables_of_the_zone_share_no_pseudonym(world, admin, sources):
    use = DataUse.objects.get()
    first, second = (zone_table(viewer=admin.viewer, use=use, table="customer").rows["pseudonym"].to_pylist() for _ in range(2))
    assert len(first) == len(second)
    assert not set(first) & set(second)


@given(st.text(max_size=12), st.text(max_size=20))
def test_no_cell_is_a_formula_and_no_name_leaves_its_header(cell, name):
    answer = CsvFile(name, [cell], [[cell]], last=cell or "x")
    for line in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")):
        assert not any(each.startswith(("=", "+", "-", "@", "\t", "\r")) for each in line)
    assert answer["Content-Disposition"].isascii()
    assert answer["Content-Disposition"].count('"') == 2


@given(st.integers(-(10**12), 10**12) | st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=2))
def test_a_figure_of_a_person_has_two_digits(value):
    assert len(str(Decimal(str(coarse(value))).normalize().as_tuple().digits).replace(", ", "")) <= 4
    assert abs(Decimal(str(coarse(value))) - Decimal(value)) <= abs(Decimal(value)) * Decimal("0.051") + Decimal("0.001")
