import logging
import os
import re
import stat
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from xingke.errors import ConfigurationError, UserFacingError
from xingke_web.config.addresses import PUBLIC, address
from xingke_web.config.database import BadDatabaseAddress, database_settings
from xingke_web.config.environment import VARIABLES, BadVariable
from xingke_web.config.home import Home, HomeMissing, HomeTooNew, HomeUnreadable, home_check, home_make
from xingke_web.config.log import SafeFormatter, logging_settings
from xingke_web.config.mail import BadMailAddress, mail_settings
from xingke_web.config.urls import handler400, handler403, handler404, handler500, urlpatterns  # noqa: F401 - this module is a URL configuration too

ROOT = Path(__file__).parents[3]


def fail(request):
    raise RuntimeError("13800005621")


def refuse(request):
    raise UserFacingError(zh="文件第 3 行缺少金额", en="line 3 of the file has no amount")


urlpatterns = [*urlpatterns, address("fail/", fail, PUBLIC, name="fail"), address("refuse/", refuse, PUBLIC, name="refuse")]


@pytest.fixture
def home(tmp_path):
    made = Home(tmp_path / "home", tmp_path / "home" / "keys")
    home_make(made)
    return made


def test_the_example_file_lists_every_variable_with_its_default():
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert dict(re.findall(r"^(XINGKE_\w+)=(.*)$", text, re.MULTILINE)) == {each.name: each.default for each in VARIABLES}


def test_the_reference_page_lists_every_variable():
    text = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    rows = {
        name: (default.strip("` "), zh.strip())
        for name, default, zh in re.findall(r"^\| `(XINGKE_\w+)` \|([^|]*)\|.*\|([^|]*)\|$", text, re.MULTILINE)
    }
    assert rows == {each.name: (each.default, each.meaning["zh"]) for each in VARIABLES}


@pytest.mark.parametrize(
    ("name", "value"), [("XINGKE_DEBUG", "maybe"), ("XINGKE_LOGIN_ATTEMPTS", "0"), ("XINGKE_LANGUAGE", "fr"), ("XINGKE_SESSION_HOURS", "x")]
)
def test_a_bad_value_is_refused_by_name_without_repeating_it(name, value):
    variable = next(each for each in VARIABLES if each.name == name)
    with pytest.raises(BadVariable, match=name):
        variable.read({name: value})
    assert variable.read({name: " "}) == variable.read({})


def test_keys_are_closed_to_others_and_kept_when_made_again(home):
    before = {file.name: file.read_text() for file in home.keys.iterdir()}
    assert set(before) == {"secret.key", "data.key", "audit.key"}
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in home.keys.iterdir())
    assert home_make(home) is False
    assert {file.name: file.read_text() for file in home.keys.iterdir()} == before


def test_a_newer_installation_is_refused_and_not_touched(home):
    home.marker.write_text("format = 99\n")
    for attempt in (home_check, home_make):
        with pytest.raises(HomeTooNew, match="newer version"):
            attempt(home)
    assert home.marker.read_text() == "format = 99\n"


@pytest.mark.parametrize("text", ["", "format = 'x'", "not toml ["])
def test_a_damaged_marker_is_refused(home, text):
    home.marker.write_text(text)
    with pytest.raises(HomeUnreadable, match="damaged"):
        home_check(home)


def test_an_empty_directory_and_a_lost_key_are_refused(home, tmp_path):
    with pytest.raises(HomeMissing, match="xingke init"):
        home_check(Home(tmp_path, tmp_path))
    home.key_file("data").unlink()
    with pytest.raises(HomeUnreadable, match=r"data\.key"):
        home_check(home)


def test_a_place_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="cannot be read or written"):
        home_make(Home(tmp_path / "file" / "home", tmp_path / "keys"))


def test_database_addresses_are_read_or_refused(tmp_path):
    values = database_settings("postgresql://user:p%40ss@db.example:5433/xingke?sslmode=require", sqlite_path=tmp_path)
    assert (values["NAME"], values["USER"], values["PASSWORD"], values["HOST"], values["PORT"]) == (
        "xingke",
        "user",
        "p@ss",
        "db.example",
        "5433",
    )
    assert values["OPTIONS"] == {"sslmode": "require"}
    assert database_settings("", sqlite_path=tmp_path / "x")["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    for bad in ("mysql://h/x", "postgresql://host", "postgresql://host:port/x"):
        with pytest.raises(BadDatabaseAddress):
            database_settings(bad, sqlite_path=tmp_path)


def test_mail_addresses_are_read_or_refused(tmp_path):
    values = mail_settings("smtp+starttls://u:p@mail.example", directory=tmp_path)
    assert (values["EMAIL_PORT"], values["EMAIL_USE_TLS"], values["EMAIL_USE_SSL"]) == (587, True, False)
    assert mail_settings("", directory=tmp_path)["EMAIL_FILE_PATH"] == str(tmp_path)
    with pytest.raises(BadMailAddress):
        mail_settings("http://mail.example", directory=tmp_path)


@pytest.mark.django_db
def test_migrations_are_complete():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_each_app_has_one_line_of_migrations():
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    leaves = [app for app, _ in MigrationLoader(connection).graph.leaf_nodes()]
    assert len(leaves) == len(set(leaves))


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_a_failure_shows_the_reference_of_the_log_line_and_no_value(caplog):
    with caplog.at_level(logging.ERROR, "django.request"):
        response = Client(raise_request_exception=False).get("/fail/")
    reference = response["X-Request-Reference"]
    assert response.status_code == 500
    assert reference in response.text
    formatter = SafeFormatter(logging_settings(level="INFO")["formatters"]["safe"]["format"])
    lines = "\n".join(formatter.format(record) for record in caplog.records if record.exc_info)
    assert reference in lines
    assert "RuntimeError" in lines
    assert "in fail" in lines
    assert "13800005621" not in lines + response.text


@pytest.mark.django_db
@pytest.mark.urls(__name__)
@pytest.mark.parametrize(("language", "words"), [("zh-hans", "文件第 3 行缺少金额"), ("en", "line 3 of the file has no amount")])
def test_an_expected_error_is_shown_in_the_language_of_the_page(language, words):
    response = Client().get("/refuse/", headers={"Accept-Language": language})
    assert response.status_code == 400
    assert words in response.text


@pytest.mark.django_db
def test_static_files_are_served_without_being_collected():
    response = Client().get("/static/ui/icons.svg")
    assert response.status_code == 200
    assert response.streaming is False
    assert b"<svg" in response.content


def test_no_setting_of_the_tests_leaks_into_the_environment_of_others():
    assert "XINGKE_DATABASE_URL" not in os.environ
