"""Keys are replaced while people work, and an old one goes only when nothing needs it."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.utils import timezone

from tests.xingke_web.privacy.conftest import NUMBER, PHONE
from xingke.privacy import CannotOpen, Vault, key_id_of
from xingke_web.accounts.models import WorkspaceKey
from xingke_web.config.home import Home, home_make, key_read
from xingke_web.config.key_rotation import KeyInUse, KeyUnknown, keys_listed, ring_rotate, ring_trim
from xingke_web.config.keys import data_keys
from xingke_web.config.vault import keys_of, vault_of, vaults_forget
from xingke_web.customers.facade import contact_address, contact_point_set
from xingke_web.customers.models import ContactPoint
from xingke_web.customers.selectors import customers_by_address
from xingke_web.privacy.key_work import key_retire, key_rotate, old_keys_retire, resealed
from xingke_web.privacy.requests import request_open, wish_of


@pytest.fixture
def settled():
    """Time passes since the keys were replaced."""

    def settle(workspace):
        WorkspaceKey.objects.filter(workspace_id=workspace.id).update(created_at=timezone.now() - timedelta(hours=1))

    return settle


def rotated(workspace):
    key_rotate(workspace)
    vaults_forget()


def test_new_values_use_the_new_key_and_old_ones_still_open(world):
    before = vault_of(world.workspace.id).key_id
    rotated(world.workspace)
    assert vault_of(world.workspace.id).key_id != before
    assert contact_address(world.workspace.id, NUMBER, "sms") == PHONE
    contact_point_set(workspace_id=world.workspace.id, number=8, channel="sms", address="13900000000", at=timezone.now())
    assert key_id_of(ContactPoint.objects.get(customer__number=8).sealed) == vault_of(world.workspace.id).key_id


def test_a_process_that_does_not_know_of_the_rotation_reads_on(world):
    keys = keys_of(world.workspace.id)
    elsewhere = Vault(keys, reload=lambda: keys_of(world.workspace.id))
    rotated(world.workspace)
    sealed = vault_of(world.workspace.id).seal(PHONE, place="a")
    assert elsewhere.open(sealed, place="a") == PHONE


def test_everything_is_sealed_again_and_the_old_key_goes(world, admin, settled):
    asked = request_open(viewer=admin.viewer, number=NUMBER, kind="access", wish="我的数据")
    rotated(world.workspace)
    settled(world.workspace)
    done = resealed(world.workspace.id)
    assert done == 3 + 1 + 1 + 1, "tables, a piece, a contact point, a request"
    assert resealed(world.workspace.id) == 0, "what was cut off goes on where it stopped"
    assert old_keys_retire(world.workspace) == [1]
    vaults_forget()
    assert [(line.version, line.retired_at is None) for line in keys_listed(world.workspace.id) if line.use == "data"] == [
        (2, True),
        (1, False),
    ]
    assert contact_address(world.workspace.id, NUMBER, "sms") == PHONE
    asked.refresh_from_db()
    assert wish_of(asked) == "我的数据"
    assert world.pieces.read("load-1", "source_record")["phone"].to_pylist()[0] == PHONE


def test_a_key_that_something_needs_is_not_retired(world, settled):
    with pytest.raises(KeyInUse, match="rotate first"):
        key_retire(world.workspace, 1)
    rotated(world.workspace)
    with pytest.raises(KeyInUse, match="seconds later"):
        key_retire(world.workspace, 1)
    settled(world.workspace)
    with pytest.raises(KeyInUse, match="still") as caught:
        key_retire(world.workspace, 1)
    places = " ".join(caught.value.values["places"])
    assert "customers_contactpoint" in places
    assert "source_record" in places
    assert contact_address(world.workspace.id, NUMBER, "sms") == PHONE
    with pytest.raises(KeyUnknown):
        key_retire(world.workspace, 7)


def test_a_search_by_address_works_over_a_rotation(world, approver, settled):
    rotated(world.workspace)
    assert customers_by_address(approver.viewer, PHONE) == [NUMBER]


def test_a_new_wrapping_key_changes_no_value_and_old_lines_leave_the_file(world, settings, tmp_path):
    home = Home(world.home, tmp_path / "keys")
    home_make(home)
    settings.XINGKE = home
    (home.keys / "data.key").write_text(settings.XINGKE_DATA_KEY + "\n")
    before = ContactPoint.objects.get().sealed
    ring_id, wrapped = ring_rotate()
    assert wrapped == 2
    assert len(data_keys()) == 2
    assert ring_trim() == 1
    assert (home.keys / "data.key").stat().st_mode & 0o777 == 0o600
    settings.XINGKE_DATA_KEY = key_read(home, "data")
    vaults_forget()
    assert contact_address(world.workspace.id, NUMBER, "sms") == PHONE
    assert ContactPoint.objects.get().sealed == before
    assert set(WorkspaceKey.objects.values_list("ring_id", flat=True)) == {ring_id}


def test_a_process_with_the_old_ring_finds_the_new_line_in_the_file(world, settings, tmp_path):
    home = Home(world.home, tmp_path / "keys")
    home_make(home)
    settings.XINGKE = home
    (home.keys / "data.key").write_text(settings.XINGKE_DATA_KEY + "\n")
    ring_rotate()
    vaults_forget()  # back to what the settings hold: the old line alone
    assert contact_address(world.workspace.id, NUMBER, "sms") == PHONE


def test_a_retired_key_opens_nothing(world, settled):
    old = vault_of(world.workspace.id).seal("x", place="nowhere")
    rotated(world.workspace)
    settled(world.workspace)
    resealed(world.workspace.id)
    old_keys_retire(world.workspace)
    vaults_forget()
    with pytest.raises(CannotOpen, match="retired"):
        vault_of(world.workspace.id).open(old, place="nowhere")


def test_the_job_rotates_to_the_end(world, settled):
    from xingke_web.privacy.tasks import reseal

    rotated(world.workspace)
    settled(world.workspace)
    assert reseal.func(world.workspace.id)["retired"] == 1


def test_the_command_lists_and_refuses_with_words(world):
    from xingke_web.cli.commands.keys import command

    shown = CliRunner().invoke(command, ["list", world.workspace.slug, "--json"])
    assert shown.exit_code == 0, shown.output
    assert {key["state"] for key in json.loads(shown.output)["keys"]} == {"in use"}
    assert CliRunner().invoke(command, ["rotate"]).exit_code == 2
