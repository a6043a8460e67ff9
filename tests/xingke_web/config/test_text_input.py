"""Characters that no keyboard types do not reach a database, and break no page."""

import pytest
from django.urls import reverse

from xingke_web.audiences.models import Segment
from xingke_web.audit.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["customers/?q=%00", "audit/?q=a%00b&who=%00", "segments/?%00=1", "campaigns/?q=%00%00"])
def test_a_query_with_a_nul_is_the_query_without_it(admin, address):
    assert admin.client.get(f"/w/iowa/{address}").status_code in (200, 404)


def test_an_address_with_a_nul_is_that_of_no_page(admin):
    assert admin.client.get("/w/iowa/segments/a%00b/").status_code == 404


def test_a_form_is_taken_without_its_nul(admin):
    assert admin.client.post("/preferences/language/", {"language": "e\x00n", "next": "/me/"}).status_code == 302
    assert admin.client.get("/me/").text.count('lang="en"')


def test_no_name_holds_a_nul(analyst):
    analyst.client.post(reverse("audiences:segment_new", args=("iowa",)), {"name": "客\x00户", "save": "1"})
    assert not Segment.objects.filter(name__contains="\x00").exists()
    assert not AuditEntry.objects.filter(facts__icontains="\\u0000").exists()
