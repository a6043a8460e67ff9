"""The keys of workspaces: made with them, kept wrapped, found by every process."""

import pytest
from django.db import transaction

from xingke.privacy import CannotOpen
from xingke.words import both
from xingke_web.accounts.facade import workspace_create
from xingke_web.accounts.models import Workspace, WorkspaceKey
from xingke_web.config.home import Home, home_make, key_read
from xingke_web.config.vault import vault_of, vaults_forget

PHONE = "13812345621"


@pytest.fixture
def other(db):
    return workspace_create(slug="other", name=both("另一个", "Other"), pack="wholesale")


def test_a_workspace_has_its_keys_from_the_start(workspace):
    assert sorted(WorkspaceKey.objects.filter(workspace_id=workspace.id).values_list("use", flat=True)) == ["blind", "data"]


def test_every_vault_of_a_workspace_opens_what_another_sealed(workspace):
    sealed = vault_of(workspace.id).seal(PHONE, place="a")
    vaults_forget()
    assert vault_of(workspace.id).open(sealed, place="a") == PHONE


def test_two_workspaces_cannot_read_each_other(workspace, other):
    sealed = vault_of(workspace.id).seal(PHONE, place="a")
    with pytest.raises(CannotOpen):
        vault_of(other.id).open(sealed, place="a")
    assert vault_of(workspace.id).blind(PHONE, "phone") != vault_of(other.id).blind(PHONE, "phone")


def test_a_wrapped_key_copied_to_another_workspace_is_of_no_use(workspace, other):
    theirs = WorkspaceKey.objects.get(workspace_id=workspace.id, use="data")
    WorkspaceKey.objects.filter(workspace_id=other.id, use="data").update(token=theirs.token, key_id=theirs.key_id, ring_id=theirs.ring_id)
    with pytest.raises(CannotOpen):
        vault_of(other.id)


def test_no_key_lies_readable_in_the_database(workspace):
    import base64

    from xingke_web.config.vault import keys_of

    keys = keys_of(workspace.id)
    for token in WorkspaceKey.objects.values_list("token", flat=True):
        assert keys.blind not in base64.urlsafe_b64decode(token)
        assert keys.data[0].secret not in base64.urlsafe_b64decode(token)


def test_the_wrong_key_file_is_a_clear_error(workspace, settings, tmp_path):
    wrong = Home(tmp_path, tmp_path / "keys")
    home_make(wrong)
    settings.XINGKE, settings.XINGKE_DATA_KEY = wrong, key_read(wrong, "data")
    with pytest.raises(CannotOpen, match="restore the key file") as caught:
        vault_of(workspace.id)
    assert "密钥文件" in caught.value.text("zh")


def test_a_workspace_that_came_without_keys_gets_them(db):
    bare = Workspace.objects.create(slug="bare", name_zh="空", name_en="Bare", pack="wholesale")
    sealed = vault_of(bare.pk).seal(PHONE, place="a")
    assert vault_of(bare.pk).open(sealed, place="a") == PHONE


@pytest.mark.django_db(transaction=True)
def test_keys_that_were_rolled_back_are_not_remembered():
    with transaction.atomic():
        bare = Workspace.objects.create(slug="bare", name_zh="空", name_en="Bare", pack="wholesale")
        gone = vault_of(bare.pk)
        transaction.set_rollback(True)
    Workspace.objects.create(id=bare.pk, slug="bare", name_zh="空", name_en="Bare", pack="wholesale")
    assert vault_of(bare.pk).key_id != gone.key_id
