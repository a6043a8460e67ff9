"""The pages of sources: who may see and do what, no secret sent out, every step from a form to rows."""

from dataclasses import replace

import pytest
from django.conf import settings as django_settings

from xingke.extensions import connectors
from xingke.sources.systems import sample, system
from xingke_web.ingest.connections import inbox_of, settings_of
from xingke_web.ingest.models import Connection, Pull
from xingke_web.jobs.facade import run_due

TABLE = system("crm").table("customer")


@pytest.fixture
def ground(tmp_path, workspace):
    from xingke_web.accounts.facade import workspace_info

    original = django_settings.XINGKE
    django_settings.XINGKE = replace(original, path=tmp_path)
    yield workspace_info(workspace.slug)
    django_settings.XINGKE = original


@pytest.fixture
def folder(ground):
    """A folder in the inbox with a file of customers."""
    place = inbox_of(ground) / "crm"
    place.mkdir(parents=True)
    rows = sample(TABLE, seed=4)
    lines = [TABLE.column_names, *(["" if value is None else value for value in row.values()] for row in rows.to_pylist())]
    (place / "customers.csv").write_text("\n".join(",".join(line) for line in lines), encoding="utf-8")
    return place


def fields(kind, **settings):
    own = {"name": f"来自 {kind}", "system": "crm", "every_minutes": "60", "runs_pass": ""}
    return own | {f"set-{name}": value for name, value in settings.items()}


def url(rest=""):
    return f"/w/iowa/data/sources/{rest}"


@pytest.fixture
def made(admin, folder):
    """A connection to the folder, set up over the pages."""
    answer = admin.client.post(url("new/file/"), fields("file", folder="crm", pattern="*.csv", settle_seconds="0"))
    assert answer.status_code == 302
    connection = Connection.objects.get()
    offered = admin.client.get(url(f"{connection.pk}/stream/"))
    text = offered.content.decode()
    assert "店铺名称" in text
    assert "19900000001" not in text
    assert "1***1" in text
    answer = admin.client.post(url(f"{connection.pk}/stream/"), {"stream": "*.csv", "mapping": offered.context["yaml"]})
    assert answer.status_code == 302
    return Connection.objects.get()


def test_from_the_form_to_rows_and_back(made, admin):
    admin.client.post(url(f"{made.pk}/run/"))
    run_due()
    assert (Pull.objects.get().rows_loaded, Pull.objects.get().rows_held) == (40, 0)
    shown = admin.client.get(url(f"{made.pk}/")).content.decode()
    assert "40" in shown
    assert admin.client.get(url(f"{made.pk}/pulls/1/")).status_code == 200
    admin.client.post(url(f"{made.pk}/pulls/1/undo/"))
    assert Pull.objects.get().state == "undone"
    for what, state in (("pause", "paused"), ("resume", "active")):
        admin.client.post(url(f"{made.pk}/{what}/"))
        assert Connection.objects.get().state == state
    admin.client.post(url(f"{made.pk}/remove/"))
    assert not Connection.objects.exists()


def test_the_list_shows_each_connection_and_the_layers_as_they_are(made, admin):
    page = admin.client.get(url())
    assert page.status_code == 200
    assert [one.status for one in page.context["connections"]] == ["waiting"]
    assert [layer.tone for layer in page.context["layers"]] == ["ok", "neutral", "neutral", "neutral"]


@pytest.mark.parametrize("kind", [one.kind for one in connectors()])
def test_every_kind_has_a_form_and_an_empty_one_is_answered_beside_its_fields(admin, ground, kind):
    assert admin.client.get(url(f"new/{kind}/")).status_code == 200
    answer = admin.client.post(url(f"new/{kind}/"), {"every_minutes": "60"})
    assert answer.status_code == 422
    assert "xk-field-error" in answer.content.decode()


def test_a_secret_is_never_sent_out_again(admin, ground):
    admin.client.post(url("new/database/"), fields("database", url="postgresql://reader@127.0.0.1:1/erp", password="hush-hush-77"))
    connection = Connection.objects.get()
    assert settings_of(connection)["password"] == "hush-hush-77"
    for path in ("", f"{connection.pk}/", f"{connection.pk}/edit/", f"{connection.pk}/stream/"):
        assert "hush-hush-77" not in admin.client.get(url(path)).content.decode()
    kept = fields("database", url="postgresql://reader@127.0.0.1:1/erp", password="", schema="sales")
    assert admin.client.post(url(f"{connection.pk}/edit/"), kept).status_code == 302
    stored = settings_of(Connection.objects.get())
    assert (stored["password"], stored["schema"]) == ("hush-hush-77", "sales")


def test_the_test_button_says_what_is_wrong_in_words(admin, folder):
    good = admin.client.post(url("check/file/"), fields("file", folder="crm"))
    assert "xk-note-ok" in good.content.decode()
    for kind, settings in (
        ("file", {"folder": "nowhere"}),
        ("database", {"url": "oracle://x"}),
        ("file", {"folder": "/etc"}),
        ("mqtt", {}),
    ):
        answer = admin.client.post(url(f"check/{kind}/"), fields(kind, **settings))
        assert (answer.status_code, "xk-note-bad" in answer.content.decode()) == (200, True)


def test_the_secret_of_a_webhook_is_made_and_shown_once(admin, ground):
    admin.client.post(url("new/webhook/"), fields("webhook", signing="standard", most_kilobytes="64"))
    connection = Connection.objects.get()
    secret = settings_of(connection)["secret"]
    first, second = (admin.client.get(url(f"{connection.pk}/")).content.decode() for _ in range(2))
    assert secret.startswith("whsec_")
    assert (secret in first, secret in second) == (True, False)
    assert f"/in/{connection.hook_key}/" in first


def test_a_mapping_that_is_wrong_is_said_and_kept_as_it_was_typed(made, admin):
    for typed, words in (("tables: [", "YAML"), ("tables: []", "映射"), ("tables: [{table: order, columns: {}}]", "order.")):
        answer = admin.client.post(url(f"{made.pk}/stream/"), {"stream": "*.csv", "mapping": typed})
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert answer.context["yaml"] == typed


def test_who_may_not_load_data_sees_and_changes_nothing(made, make_person, customer_manager, stranger):
    marketer = make_person("whole", "marketer")
    assert marketer.client.get(url()).status_code == 200
    assert marketer.client.get(url(f"{made.pk}/")).status_code == 200
    forbidden = marketer.client.post(url(f"{made.pk}/remove/")).status_code
    assert forbidden in {403, 404}
    for path in ("new/", "new/file/", f"{made.pk}/edit/", f"{made.pk}/stream/"):
        assert marketer.client.get(url(path)).status_code == forbidden
    assert customer_manager.client.get(url()).status_code in {403, 404}
    assert stranger.get(url()).status_code == 404
    assert Connection.objects.exists()


def test_what_is_not_there_is_a_404(admin, made):
    for path in ("new/telepathy/", "999/", "999/edit/", f"{made.pk}/pulls/9/"):
        assert admin.client.get(url(path)).status_code == 404
    assert admin.client.post(url(f"{made.pk}/explode/")).status_code == 404
