from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from xingke_web.accounts.models import LoginThrottle, User
from xingke_web.audit.models import AuditEntry

PASSWORD = "a long enough passphrase"


def log_in(client, username="analyst", password=PASSWORD, **more):
    return client.post("/login/", {"username": username, "password": password, **more})


def test_the_right_password_leads_to_the_home_page_and_into_the_log(analyst):
    response = log_in(Client())
    assert response.status_code == 302
    assert response["Location"] == "/"
    assert AuditEntry.objects.filter(name="user.logged_in", actor=analyst.user).exists()


def test_a_wrong_password_is_answered_422_and_recorded_without_the_name_typed(analyst):
    response = log_in(Client(), password="wrong")
    assert response.status_code == 422
    entry = AuditEntry.objects.get(name="user.login_failed")
    assert entry.facts == {}


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"])
def test_the_log_in_never_leads_to_another_site(analyst, target):
    assert log_in(Client(), next=target)["Location"] == "/"


def test_the_log_in_leads_back_to_where_one_came_from(analyst):
    assert log_in(Client(), next="/w/iowa/audit/")["Location"] == "/w/iowa/audit/"


def test_five_failures_make_even_the_right_password_wait(analyst):
    client = Client()
    for _ in range(5):
        assert log_in(client, password="wrong").status_code == 422
    assert log_in(client).status_code == 429
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert log_in(client).status_code == 302


def test_a_success_forgets_the_failures_of_the_name(analyst):
    client = Client()
    for _ in range(4):
        log_in(client, password="wrong")
    assert log_in(client).status_code == 302
    assert log_in(Client(), password="wrong").status_code == 422


def test_the_pause_stores_neither_name_nor_address(analyst):
    log_in(Client(REMOTE_ADDR="203.0.113.7"), password="wrong")
    assert LoginThrottle.objects.count() == 2
    assert all(len(row.key) == 64 and set(row.key) <= set("0123456789abcdef") for row in LoginThrottle.objects.all())


def test_logging_out_needs_a_post(analyst):
    assert analyst.client.get("/logout/").status_code == 405
    assert analyst.client.post("/logout/").status_code == 302
    assert analyst.client.get("/w/iowa/").status_code == 302


def test_a_disabled_account_sees_nothing(analyst):
    User.objects.filter(pk=analyst.user.pk).update(is_active=False)
    assert analyst.client.get("/w/iowa/audit/").status_code == 302


def test_a_new_password_is_held_to_the_rules_and_recorded(analyst):
    values = {"old_password": PASSWORD, "new_password1": "12345678901", "new_password2": "12345678901"}
    assert analyst.client.post("/me/password/", values).status_code == 422
    values |= dict.fromkeys(("new_password1", "new_password2"), "another long passphrase")
    assert analyst.client.post("/me/password/", values).status_code == 302
    assert AuditEntry.objects.filter(name="user.password_changed", actor=analyst.user).exists()


def test_language_and_theme_follow_the_person_to_another_browser(analyst):
    assert analyst.client.post("/me/", {"language": "en", "theme": "dark"}).status_code == 302
    other = Client()
    other.force_login(analyst.user)
    page = other.get("/me/")
    assert 'lang="en"' in page.text
    assert 'data-bs-theme="dark"' in page.text
    assert other.cookies["xingke_language"].value == "en"


def test_a_choice_made_in_the_top_bar_is_kept_for_the_person(analyst):
    analyst.client.post("/preferences/language/", {"language": "en", "next": "/me/"})
    analyst.client.get("/me/")
    analyst.user.refresh_from_db()
    assert analyst.user.language == "en"
