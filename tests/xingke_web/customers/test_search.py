"""The search of the top bar finds what lies in the viewer's scope, and what other apps register."""

import pytest

from xingke_web.customers import search
from xingke_web.customers.facade import SearchHit, search_register


def found(person, url, text):
    page = person.client.get(url().replace("customers/", "search/"), {"s": text})
    return [hit.title for hit in page.context["hits"]]


@pytest.mark.parametrize(
    ("text", "first"), [("4", "Outlet 4"), ("c17", "Outlet 17"), ("outlet 23", "Outlet 23"), ("HYPERLINK", "=HYPERLINK(1)")]
)
def test_a_number_a_key_or_a_piece_of_the_name(analyst, url, text, first):
    assert found(analyst, url, text)[0] == first


def test_the_scope_holds(analyst, customer_manager, retailer, url):
    assert "Outlet 5" in found(analyst, url, "Outlet 5")
    assert "Outlet 5" not in found(customer_manager, url, "Outlet 5")
    assert found(retailer, url, "Outlet 5") == []


def test_pages_are_found_by_their_name(analyst, url):
    assert "客户列表" in found(analyst, url, "客户列")


def test_nothing_typed_finds_nothing(analyst, url):
    assert found(analyst, url, "  ") == []


def test_other_apps_register_what_they_have(analyst, url, monkeypatch):
    monkeypatch.setattr(search, "_sources", {})

    def campaigns(viewer, text):
        yield SearchHit("campaign", "speakerphone", f"Campaign {text}", viewer.workspace.slug, "/x/")

    search_register(campaigns)
    assert found(analyst, url, "zz") == ["Campaign zz"]
