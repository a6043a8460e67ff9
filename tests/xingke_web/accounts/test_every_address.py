"""Cases made from the registered addresses, so that a page added later is held to the same rules."""

from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from xingke_web.accounts.roles import role_allows
from xingke_web.config.middleware import CONTENT_SECURITY_POLICY

_SAMPLES = {"slug": "iowa", "int": 1, "str": "x", "uuid": UUID(int=0), "path": "x"}
# A signed link of a message is answered without an account: opting out must be easy.
ANONYMOUS_MAY = {"login", "logout", "theme", "language", "styleguide", "answer", "seen", "reply", "opt_out", "hook"}


def _walk(patterns, prefix="", kwargs=None):
    for each in patterns:
        text = prefix + str(each.pattern)
        known = {**(kwargs or {}), **each.pattern.converters}
        if isinstance(each, URLResolver):
            yield from _walk(each.url_patterns, text, known)
        elif isinstance(each, URLPattern):
            yield text, each, known


def _address(text: str, converters) -> str:
    for name, converter in converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower()
        shape = f"<{name}>" if f"<{name}>" in text else f"<{'str' if kind == 'string' else kind}:{name}>"
        text = text.replace(shape, str(_SAMPLES["slug" if name == "workspace" else "str" if kind == "string" else kind]))
    return f"/{text}"


PAGES = [(_address(text, known), pattern) for text, pattern, known in _walk(get_resolver().url_patterns)]
INSIDE = [(address, pattern) for address, pattern in PAGES if address.startswith("/w/")]
inside = pytest.mark.parametrize(("address", "pattern"), INSIDE, ids=[address for address, _ in INSIDE])


def test_there_are_pages_to_check():
    assert len(INSIDE) >= 6


@inside
def test_every_page_says_who_may_see_it(address, pattern):
    assert hasattr(pattern.callback, "xingke_needs"), "mark the view with @needs(...) or @open_to_members"


@inside
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_sees_404(address, pattern, method, stranger):
    assert getattr(stranger, method)(address).status_code == 404


@inside
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.django_db
def test_the_anonymous_are_sent_to_the_log_in(address, pattern, method):
    response = getattr(Client(), method)(address)
    assert response.status_code == 302
    assert response["Location"].startswith("/login/?next=/w/iowa/")


@inside
@pytest.mark.django_db
def test_an_anonymous_fragment_request_sends_the_browser_away(address, pattern):
    response = Client().get(address, headers={"HX-Request": "true"})
    assert response.status_code == 401
    assert response["HX-Redirect"].startswith("/login/")


@inside
def test_roles_without_the_capability_are_told_so(address, pattern, request):
    needed = pattern.callback.xingke_needs
    if needed is None:
        return
    for name in ("admin", "analyst", "marketer", "approver", "customer_manager", "retailer"):
        person = request.getfixturevalue(name)
        if not role_allows(person.viewer.role, needed):
            assert person.client.get(address).status_code == 403
            assert person.client.post(address).status_code == 403


@inside
def test_every_page_carries_the_content_security_policy(address, pattern, admin):
    assert admin.client.get(address)["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


@pytest.mark.parametrize(
    ("address", "pattern"), [each for each in PAGES if each not in INSIDE], ids=[each[0] for each in PAGES if each not in INSIDE]
)
@pytest.mark.django_db
def test_pages_outside_a_workspace_ask_for_a_log_in(address, pattern):
    if pattern.name in ANONYMOUS_MAY:
        return
    response = Client().get(address)
    assert response.status_code == 302
    assert response["Location"].startswith("/login/?next=")
