"""The pages: each opens, in both languages, for the roles that may, and a request goes through from the form to the report."""

import json

import pytest

from tests.xingke_web.privacy.conftest import NUMBER, PHONE, SECRETS
from xingke_web.privacy.models import DataUse, Incident, SubjectRequest
from xingke_web.privacy.requests import request_carry_out

PAGES = ("", "requests/", "retention/", "uses/", "keys/", "incidents/")


@pytest.mark.parametrize("tail", PAGES)
def test_every_page_opens_empty_and_filled(url, admin, tail):
    assert admin.client.get(url(tail)).status_code == 200


@pytest.mark.parametrize("tail", [*PAGES, "requests/new/"])
def test_roles_without_the_right_are_told_whom_to_ask(url, customer_manager, marketer, retailer, stranger, tail):
    for person in (customer_manager, marketer, retailer):
        assert person.client.get(url(tail)).status_code == 403
    assert stranger.get(url(tail)).status_code == 404


def test_an_analyst_sees_and_does_not_act(url, analyst):
    assert analyst.client.get(url("requests/")).status_code == 200
    for tail in ("keys/rotate/", "retention/run/", "requests/new/", "incidents/1/step/", "uses/1/decide/"):
        assert analyst.client.post(url(tail)).status_code == 403
    assert analyst.client.post(url("incidents/"), {"kind": "leak", "what": "x"}).status_code == 403
    assert not Incident.objects.exists()


def test_a_deletion_goes_from_the_form_to_the_signed_report(url, agreed, admin, approver):
    made = admin.client.post(url("requests/new/"), {"number": NUMBER, "kind": "delete", "wish": "请删除"})
    page = made["Location"]
    for client, step, text in ((admin.client, "identify", "核对证件"), (admin.client, "decide", "")):
        assert client.post(f"{page}step/", {"step": step, "text": text}).status_code == 302
    assert "须由另一人" in admin.client.post(f"{page}step/", {"step": "approve"}, follow=True).content.decode()
    approver.client.post(f"{page}step/", {"step": "approve"})
    asked = SubjectRequest.objects.get()
    assert asked.state == "working"
    request_carry_out(asked)
    shown = approver.client.get(page).content.decode()
    assert asked.reference in shown
    report = json.loads(approver.client.get(f"{page}report/").content)
    assert report["proof"]["is_clean"]
    assert len(report["signature"]) == 64


def test_an_answer_is_printed_or_taken_along_by_those_who_handle_it(url, agreed, admin, analyst):
    page = admin.client.post(url("requests/new/"), {"number": NUMBER, "kind": "access", "wish": ""})["Location"]
    admin.client.post(f"{page}step/", {"step": "identify", "text": "核对证件"})
    admin.client.post(f"{page}step/", {"step": "decide"})
    request_carry_out(SubjectRequest.objects.get())
    shown = admin.client.post(f"{page}answer/", {"form": "page"})
    assert PHONE in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    assert json.loads(admin.client.post(f"{page}answer/", {"form": "json"}).content)["customer"] == NUMBER
    assert analyst.client.post(f"{page}answer/").status_code == 403
    assert all(secret not in analyst.client.get(page).content.decode() for secret in SECRETS)


def test_a_bad_number_is_answered_in_words(url, admin):
    for number in ("", "abc", "99999999", "-1", "9" * 30):
        page = admin.client.post(url("requests/new/"), {"number": number, "kind": "access"})
        assert page.status_code == 422
        assert "编号" in page.content.decode()


def test_the_customer_page_shows_masks_and_opens_a_field_for_a_purpose(url, agreed, customer_manager):
    page = customer_manager.client.get(f"/w/{agreed.workspace.slug}/customers/{NUMBER}/").content.decode()
    assert "138****5621" in page
    assert all(secret not in page for secret in SECRETS)
    where = url(f"customers/{NUMBER}/reveal/")
    refused = customer_manager.client.post(where, {"field": "phone", "purpose": "transaction", "reason": "x"})
    assert (refused.status_code, PHONE in refused.content.decode()) == (422, False)
    shown = customer_manager.client.post(where, {"field": "phone", "purpose": "service", "reason": "回访"})
    assert (shown.status_code, PHONE in shown.content.decode()) == (200, True)


def test_a_use_is_proposed_approved_and_exported_without_persons(url, agreed, admin, make_person):
    approver = make_person("whole", "approver")
    given = {"name": "研究", "purpose": "节奏", "fields": "format，city", "basis": "pseudonymised", "assessment": "低", "measures": "假名"}
    assert admin.client.post(url("uses/"), given).status_code == 302
    use = DataUse.objects.get()
    approver.client.post(url(f"uses/{use.pk}/decide/"), {"decision": "approve"})
    out = approver.client.post(url(f"uses/{use.pk}/export/"), {"table": "customer"})
    assert out.content.decode("utf-8-sig").splitlines()[0] == "pseudonym,format,city"


def test_an_incident_is_reported_and_moved_on(url, admin):
    admin.client.post(url("incidents/"), {"kind": "leak", "what": "附件误发", "people": "3"})
    incident = Incident.objects.get()
    admin.client.post(url(f"incidents/{incident.pk}/step/"), {"step": "contained", "note": "召回"})
    incident.refresh_from_db()
    assert (incident.state, incident.measures) == ("contained", "召回")
    assert "附件误发" in admin.client.get(url("incidents/")).content.decode()


def test_keys_are_rotated_from_the_page(url, admin, world):
    assert admin.client.post(url("keys/rotate/")).status_code == 302
    assert admin.client.get(url("keys/")).content.decode().count("<code>") >= 6
