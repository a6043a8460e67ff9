from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
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
    assert LoginThrottle.objects.count() == 3
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


@pytest.mark.django_db(transaction=True)
def test_thirty_guesses_at_once_are_five_guesses(make_person):
    make_person("analyst", "analyst")

    def guess(number):
        try:
            return log_in(Client(REMOTE_ADDR="203.0.113.7"), password=f"guess {number}").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as threads:
        answers = Counter(threads.map(guess, range(30)))
    assert answers == {422: 5, 429: 25}


def test_a_stranger_does_not_lock_somebody_elses_account(analyst):
    for _ in range(8):
        log_in(Client(REMOTE_ADDR="198.51.100.9"), password="wrong")
    assert log_in(Client(REMOTE_ADDR="203.0.113.7")).status_code == 302


def test_a_browser_that_logged_in_before_is_not_locked_by_guesses_from_its_own_office(analyst):
    own = Client(REMOTE_ADDR="203.0.113.7")
    log_in(own)
    own.post("/logout/")
    for _ in range(8):
        log_in(Client(REMOTE_ADDR="203.0.113.7"), password="wrong")
    assert log_in(Client(REMOTE_ADDR="203.0.113.7")).status_code == 429
    assert log_in(own).status_code == 302


def test_a_known_browser_has_five_guesses_too_and_none_for_another_name(analyst, marketer):
    own = Client(REMOTE_ADDR="203.0.113.7")
    log_in(own)
    own.post("/logout/")
    assert [log_in(own, password="wrong").status_code for _ in range(6)] == [422] * 5 + [429]
    other = Client(REMOTE_ADDR="203.0.113.8")
    other.cookies["xingke_device"] = own.cookies["xingke_device"].value
    assert [log_in(other, "marketer", "wrong").status_code for _ in range(6)] == [422] * 5 + [429]
    assert log_in(Client(REMOTE_ADDR="203.0.113.9"), "marketer").status_code == 302


@pytest.mark.parametrize("cookie", ["", "x", "a:b:c", "é" * 9])
def test_a_forged_device_cookie_is_none(analyst, cookie):
    client = Client()
    client.cookies["xingke_device"] = cookie
    assert [log_in(client, password="wrong").status_code for _ in range(6)] == [422] * 5 + [429]


def test_guesses_from_everywhere_end_and_the_known_browser_goes_on(analyst, settings):
    settings.XINGKE_LOGIN_ATTEMPTS = 1
    own = Client(REMOTE_ADDR="203.0.113.7")
    log_in(own)
    own.post("/logout/")
    answers = [log_in(Client(REMOTE_ADDR=f"198.51.100.{n}"), password="wrong").status_code for n in range(21)]
    assert answers == [422] * 20 + [429]
    assert log_in(own).status_code == 302


def test_one_ipv6_connection_is_one_address(analyst):
    answers = [log_in(Client(REMOTE_ADDR=f"2001:db8:1:2::{n}"), password="wrong").status_code for n in range(6)]
    assert answers == [422] * 5 + [429]


def test_a_forwarded_address_counts_only_where_a_proxy_is_configured(analyst, settings):
    def guesses(start):
        return [log_in(Client(headers={"X-Forwarded-For": f"10.9.8.{n}"}), password="wrong").status_code for n in range(start, start + 6)]

    assert guesses(0) == [422] * 5 + [429]
    settings.XINGKE_BEHIND_PROXY = True
    assert guesses(10) == [422] * 6


def test_the_old_password_is_guessed_as_seldom_as_at_the_log_in(analyst):
    new = dict.fromkeys(("new_password1", "new_password2"), "another long passphrase")
    answers = [analyst.client.post("/me/password/", {"old_password": f"guess {n}", **new}).status_code for n in range(6)]
    assert answers == [422] * 5 + [429]
    assert analyst.client.post("/me/password/", {"old_password": PASSWORD, **new}).status_code == 429
