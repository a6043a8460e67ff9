"""Attacks on the form of a connection: files of the machine, addresses inside, stored secrets, and pages that wait."""

import socket
import time
from contextlib import contextmanager
from dataclasses import replace

import pytest
from django.conf import settings as django_settings

from xingke.network import allowing
from xingke.sources.mapping import from_yaml
from xingke.sources.systems import sample, system
from xingke_web.ingest.connections import PAGE_SECONDS, inbox_of, settings_of
from xingke_web.ingest.models import Connection

ORDERS = system("ordering").table("order")


@pytest.fixture
def ground(tmp_path, workspace):
    from xingke_web.accounts.facade import workspace_info

    original = django_settings.XINGKE
    django_settings.XINGKE = replace(original, path=tmp_path)
    found = workspace_info(workspace.slug)
    inbox_of(found).mkdir(parents=True)
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "data.key").write_text("key\ntop-secret-77\n")
    yield found
    django_settings.XINGKE = original


def fields(kind, **settings):
    return {"name": f"from {kind}", "system": "crm", "every_minutes": "60"} | {f"set-{name}": value for name, value in settings.items()}


def url(rest=""):
    return f"/w/iowa/data/sources/{rest}"


@pytest.mark.parametrize(
    "settings",
    [
        {"folder": ".", "pattern": "../../../keys/data.key"},
        {"folder": ".", "pattern": "../**/*"},
        {"folder": ".", "pattern": "/etc/passwd"},
        {"folder": "../../../keys", "pattern": "*"},
        {"folder": "sly", "pattern": "*"},
        {"folder": ".", "pattern": "**/data.key"},
    ],
)
def test_no_folder_and_no_pattern_reads_a_file_of_the_machine(admin, ground, settings):
    (inbox_of(ground) / "drop").mkdir()
    (inbox_of(ground) / "drop" / "sly").symlink_to(ground.lake_path.parent.parent / "keys")
    (inbox_of(ground) / "drop" / "data.key").symlink_to(ground.lake_path.parent.parent / "keys" / "data.key")
    if settings["folder"] == "sly":
        settings = {**settings, "folder": "drop/sly"}
    form = fields("file", settle_seconds="0", **settings)
    seen = [admin.client.post(url("check/file/"), form).content, admin.client.post(url("new/file/"), form).content]
    for connection in Connection.objects.all():
        seen += [admin.client.get(url(f"{connection.pk}/{page}")).content for page in ("", "stream/", "edit/")]
    assert not [page for page in seen if b"top-secret" in page or b"root:" in page]
    assert "xk-note-bad" in seen[0].decode()


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("http_json", {"url": "http://127.0.0.1/"}),
        ("http_json", {"url": "http://2130706433/"}),
        ("http_json", {"url": "http://[::ffff:127.0.0.1]/"}),
        ("http_json", {"url": "http://169.254.169.254/latest/meta-data/"}),
        ("database", {"url": "postgresql://u@localhost/x"}),
        ("database", {"url": "postgresql://u@/x?host=/var/run/postgresql"}),
        ("database", {"url": "postgresql://u@/x"}),
        ("database", {"url": "postgresql://u@8.8.8.8,127.0.0.1/x"}),
        ("database", {"url": "postgresql://u@8.8.8.8/x?hostaddr=127.0.0.1"}),
        ("database", {"url": "postgresql://u@8.8.8.8/x?service=inner"}),
        ("database", {"url": "postgresql://u@8.8.8.8/x?sslkey=/etc/passwd"}),
        ("database", {"url": "mysql://u@127.0.0.1/x"}),
        ("database", {"url": "mysql://u@8.8.8.8/x?unix_socket=/run/mysqld/mysqld.sock"}),
        ("database", {"url": "mysql://u@8.8.8.8/x?local_infile=1"}),
        ("database", {"url": "sqlite:///../../../xingke.sqlite3"}),
        ("database", {"url": "sqlite://x/etc/passwd"}),
        ("mqtt", {"host": "127.1", "port": "1883", "topic": "a", "client_id": "x"}),
        ("singer", {"path": "../../../keys/data.key"}),
    ],
)
def test_no_connection_reaches_inside(admin, ground, kind, settings, monkeypatch):
    tried = []
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: tried.append(address))
    with allowing():
        answer = admin.client.post(url(f"check/{kind}/"), fields(kind, **settings))
    assert (answer.status_code, "xk-note-bad" in answer.content.decode(), tried) == (200, True, [])


@pytest.fixture
def kept(admin, ground):
    """A connection with a stored password."""
    admin.client.post(
        url("new/http_json/"), fields("http_json", url="https://erp.example/orders", auth="basic", user="reader", secret="hush-77")
    )
    return Connection.objects.get()


@pytest.mark.parametrize(
    "changed",
    [
        {"url": "https://evil.example/orders"},
        {"url": "http://erp.example/orders"},
        {"url": "https://erp.example:8443/orders"},
        {"url": "https://other@erp.example/orders"},
        {"user": "admin"},
        {"auth": "oauth", "token_url": "https://evil.example/token"},
    ],
)
def test_a_stored_secret_goes_to_nobody_else(admin, kept, changed, monkeypatch):
    own = {"url": "https://erp.example/orders", "auth": "basic", "user": "reader", "secret": ""}
    form = fields("http_json", **(own | changed))
    asked = []
    monkeypatch.setattr("xingke.sources.connectors.http_json.connector.HttpJsonConnector.check", lambda _, given: asked.append(given))
    checked = admin.client.post(url("check/http_json/"), form | {"connection": str(kept.pk)})
    edited = admin.client.post(url(f"{kept.pk}/edit/"), form)
    assert (asked, edited.status_code) == ([], 422)
    assert "xk-note-bad" in checked.content.decode()
    assert settings_of(Connection.objects.get())["url"] == "https://erp.example/orders"
    # Typed again, or for the same target with another path, it is fine; without log-in it is dropped.
    assert admin.client.post(url(f"{kept.pk}/edit/"), form | {"set-secret": "typed"}).status_code == 302


def test_another_path_keeps_the_secret_and_no_log_in_drops_it(admin, kept):
    same = fields("http_json", url="https://erp.example/customers", auth="basic", user="reader", secret="")
    assert admin.client.post(url(f"{kept.pk}/edit/"), same).status_code == 302
    assert settings_of(Connection.objects.get())["secret"] == "hush-77"
    assert admin.client.post(url(f"{kept.pk}/edit/"), fields("http_json", url="https://evil.example/", auth="none")).status_code == 302
    assert settings_of(Connection.objects.get())["secret"] == ""


@contextmanager
def silent():
    """A host whose connections are taken by the kernel and answered by nobody."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.mark.parametrize("kind", ["http_json", "postgresql", "mysql"])
def test_a_host_that_says_nothing_holds_no_page(admin, ground, kind, monkeypatch):
    monkeypatch.setattr("xingke_web.ingest.connections.PAGE_SECONDS", 0.5)
    with silent() as port:
        setting = {"url": f"http://127.0.0.1:{port}/"} if kind == "http_json" else {"url": f"{kind}://u@127.0.0.1:{port}/x"}
        name = "http_json" if kind == "http_json" else "database"
        began = time.monotonic()
        answer = admin.client.post(url(f"check/{name}/"), fields(name, **setting))
        assert time.monotonic() - began < PAGE_SECONDS
        assert "xk-note-bad" in answer.content.decode()


def test_a_guessed_mapping_is_in_the_system_of_the_form(admin, ground):
    rows = sample(ORDERS, seed=2, rows=30)
    renamed = [f"{name}x" if number == 0 else name for number, name in enumerate(ORDERS.column_names)]
    lines = [renamed, *(["" if value is None else value for value in row.values()] for row in rows.to_pylist())]
    (inbox_of(ground) / "orders.csv").write_text("\n".join(",".join(line) for line in lines), encoding="utf-8")
    admin.client.post(url("new/file/"), fields("file", folder=".", pattern="*.csv", settle_seconds="0"))
    offered = admin.client.get(url(f"{Connection.objects.get().pk}/stream/"))
    tables = from_yaml(offered.context["yaml"]).tables
    assert tables
    assert {one.constants["system"] for one in tables if "system" in one.constants} == {"crm"}


@pytest.mark.parametrize("connection", ["²", "9" * 40, "-1", "x", "1e3"])
def test_a_number_of_a_connection_that_is_none_is_no_server_error(admin, ground, connection):
    form = fields("file", folder=".", settle_seconds="0") | {"connection": connection}
    assert admin.client.post(url("check/file/"), form).status_code in {200, 404}
