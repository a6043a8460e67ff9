"""A deletion reaches texts without a key: uploads, quarantine, rejected events, corrections; and a rotation reaches them too."""

import io

import pytest
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from tests.xingke_web.privacy.conftest import NUMBER, PHONE
from tests.xingke_web.privacy.test_requests import carried_out
from xingke.privacy import key_id_of
from xingke.privacy.files import file_key_id
from xingke.quality.held import QuarantineStore
from xingke.schema.findings import quarantine_of
from xingke_web.config.vault import vault_of, vaults_forget
from xingke_web.identity.models import Decision
from xingke_web.ingest.imports import import_add
from xingke_web.privacy.corrections import correction_apply
from xingke_web.privacy.key_work import key_rotate, resealed
from xingke_web.tracking.models import RejectedEvent
from xingke_web.tracking.sealing import REJECTED_PLACE

OTHER = "13900000002"


@pytest.fixture
def stored(agreed):
    """The person's telephone in every store, and beside it somebody else's."""
    workspace, vault = agreed.workspace, vault_of(agreed.workspace.id)
    for phone in (PHONE, OTHER):
        content = f"姓名,电话\n某某,{phone}\n".encode("gb18030")
        import_add(workspace=workspace, file=io.BytesIO(content), name=f"{phone[-1]}.csv")
        RejectedEvent.objects.create(
            workspace_id=workspace.id,
            source="web",
            reason="no_key",
            received_at=timezone.now(),
            place=phone[-1],
            sealed=vault.seal_bytes(f'{{"phone": "{phone}"}}'.encode(), place=REJECTED_PLACE),
        )
    rows = [
        {
            "table": "source_record",
            "file": "f",
            "row": n,
            "column": "phone",
            "value": phone,
            "reason": "wrong_type",
            "record": f'{{"phone": "{phone}"}}',
        }
        for n, phone in enumerate((PHONE, OTHER))
    ]
    QuarantineStore(workspace.lake_path, vault).put("load-1", "source_record", quarantine_of(rows))
    correction_apply(workspace, NUMBER, f"phone: {PHONE}", reference="SR-00001")
    return agreed


def uploads(world):
    return sorted(path.name for path in (world.workspace.lake_path / "uploads").glob("*.upload"))


def test_stores_lose_the_person_and_keep_the_others(stored, admin, approver):
    before = uploads(stored)
    made = carried_out(admin, "delete", second=approver)
    assert made.proof["is_clean"], made.proof
    assert {name: made.facts[name]["erased"] for name in ("upload", "rejected_event", "quarantine", "decision")} == {
        "upload": 1,
        "rejected_event": 1,
        "quarantine": 1,
        "decision": 1,
    }
    assert len(before) == 2
    assert len(uploads(stored)) == 1
    assert RejectedEvent.objects.get().place == OTHER[-1]
    left = QuarantineStore(stored.workspace.lake_path, vault_of(stored.workspace.id)).read("load-1", "source_record")
    assert left["value"].to_pylist() == [OTHER]


def test_the_ledger_of_decisions_is_append_only_again_afterwards(stored, admin, approver):
    carried_out(admin, "delete", second=approver)
    assert Decision.objects.get().value == ""
    with pytest.raises(DatabaseError), transaction.atomic():
        models.QuerySet(Decision).update(reason="x")
    assert connection.vendor


def test_a_rotation_reaches_every_store(stored):
    key_rotate(stored.workspace)
    vaults_forget()
    resealed(stored.workspace.id)
    key_id = vault_of(stored.workspace.id).key_id
    assert {key_id_of(value) for value in Decision.objects.values_list("value", flat=True)} == {key_id}
    assert {file_key_id(bytes(sealed)[:16]) for sealed in RejectedEvent.objects.values_list("sealed", flat=True)} == {key_id}
    heads = {file_key_id(path.read_bytes()[:16]) for path in (stored.workspace.lake_path / "uploads").iterdir()}
    assert heads == {key_id}
    assert resealed(stored.workspace.id) == 0
