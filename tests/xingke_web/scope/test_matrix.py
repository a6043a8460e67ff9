"""Every role in every unit asks every address by every method, for its own things and those of others."""

from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from django.test import Client

from tests.xingke_web.conftest import Person
from tests.xingke_web.scope import planted as plants
from tests.xingke_web.scope.asking import SHARED, Address, Asked, Fixed, addresses, allowed_for, ask, leaks_of, plain, shared_with
from tests.xingke_web.scope.conftest import World
from xingke_web.accounts.roles import Role
from xingke_web.config.addresses import Reach, UndeclaredAddress, addresses_check

Whose = Literal["own", "beside", "elsewhere"]
ALL = addresses()
INSIDE = [each for each in ALL if each.is_inside]
UNITS = ("/", "/ia/polk", "/ia/polk/ames", "/ia/polk2")
FORGED = {
    "unit": "/ia/linn/marion", "scope": "/", "org": "/", "org_path": "/", "path": "/", "page_size": "100000", "size": "100000",
    "sort": "-org_path", "q": "zq", "s": "zq", "search": "zq", "group": "licence", "units": "change", "state": "launched", "all": "1",
    "a": "s4000", "b": "s1000", "template": "s4000", "segment": "s4000", "editing": "s4000", "parent": "/", "subject": "job", "view": "all",
    "condition": '{"op": "segment", "key": "s4000"}', "person": "planter", "number": "4000", "connection": "1", "keys": ["1000", "4000"],
    "query": "unit=/&q=zq", "workspace": "elsewhere", "customer": "4000", "record": "crm 4000", "confirm": "1-1", "reason": "why",
    "kind": "merge", "channel": "inbox", "table": "customer", "months": "1", "data_class": "message", "act": "save", "name": "any",
    "went_out": "yes", "fields": "city", "step": "identify", "text": "any", "decision": "approve", "purpose": "service",
}  # fmt: skip
"""What an attacker adds to any address: other units, sizes, sorts, ids and names of things that are not theirs."""


def test_every_address_is_known_to_the_matrix():
    """A new address declares its reach, and each of its parameters says what it names."""
    assert len(INSIDE) > 110
    addresses_check()
    for each in ALL:
        for parameter in each.parameters:
            each.named(parameter)


def _expected(address: Address, path: str) -> frozenset[str]:
    """Tokens that an answer of the address may hold for somebody of a unit."""
    allowed = allowed_for(path)
    return allowed | shared_with(path) if address.app in ("audiences", "campaigns", "customers") else allowed


def _requests(client: Client, world: World, path: str, whole: bool) -> Iterator[tuple[Address, str, Whose, Asked]]:
    """Address, method, whose things it named, and the answer.

    What was refused for the role, the reach or the method is not asked again: no guard of these looks at ids or parameters. People of
    the whole workspace do not act on what is theirs to act on: their answers are held to the other workspace alone.
    """
    slug, root, own = world.workspace.slug, world.of["/"], world.of[path]
    others = [world.of["/ia/linn/marion"], world.of["/ia/Polk/ames"]] if path != "/" else []
    for place, address in enumerate(INSIDE):
        refused = address.reach("GET") is Reach.WORKSPACE_WIDE and not whole  # before the view: one method a person will do
        for method in (("GET", "POST")[(place + len(path)) % 2],) if refused else ("GET", "POST"):
            if not (whole and method == "POST"):
                asked = ask(client, method, address.url(slug, own, root), FORGED, **({} if whole else {"HX-Request": "true"}))
                yield address, method, "own", asked
                if asked.status in (403, 405):
                    continue
                if method == "GET" and not whole:
                    yield address, method, "own", ask(client, method, address.url(slug, own, root), {})
            if address.names_rows:
                for other in others:
                    yield address, method, "beside", ask(client, method, address.url(slug, other, root), FORGED)
                yield address, method, "elsewhere", ask(client, method, address.url(slug, world.foreign, world.foreign), {})


def _wide(address: Address) -> bool:
    named = {address.named(one) for one in address.parameters}
    return all(isinstance(one, Fixed) or one in SHARED for one in named)


def _wrong(person: Person, role: Role, world: World, path: str) -> Iterator[str]:
    whole = path == "/" and role != Role.RETAILER
    own = frozenset()
    if role == Role.RETAILER:  # the own shop's rows, and the name of the own unit
        own = frozenset({plants.TOKENS[plants.unit_of(person.viewer.customer_number)], *({plants.TOKENS[path]} - {plants.TOKENS["/"]})})
    for address, method, whose, asked in _requests(plain(person.client), world, path, whole):
        allowed = own if role == Role.RETAILER else _expected(address, path)
        yield from (f"{leak}: {asked.status} {asked.what}" for leak in leaks_of(asked.text, allowed, whole))
        if address.reach(method) is Reach.WORKSPACE_WIDE and not whole and asked.status not in (403, 405):
            yield f"open to a part: {asked.status} {asked.what}"
        if asked.status not in (403, 404, 405) and (whose == "elsewhere" or (whose == "beside" and not _wide(address))):
            yield f"answered about others: {asked.status} {asked.what}"
        if asked.status >= 500:
            yield f"failed: {asked.status} {asked.what}"


QUICK = {
    (Role.ADMIN, "/"), (Role.ADMIN, "/ia/polk"), (Role.ANALYST, "/ia/polk2"), (Role.MARKETER, "/ia/polk"), (Role.APPROVER, "/ia/polk/ames"),
    (Role.CUSTOMER_MANAGER, "/ia/polk/ames"), (Role.RETAILER, "/ia/polk/ames"),
}  # fmt: skip
"""Every role once, every unit once; the other pairs are long."""
PAIRS = [
    pytest.param(role, path, id=f"{role}{path}", marks=() if (role, path) in QUICK else pytest.mark.slow) for role in Role for path in UNITS
]


@pytest.mark.parametrize(("role", "path"), PAIRS)
def test_nobody_reads_or_does_what_is_beyond_their_units(role, path, world: World, person: Callable[[str, str], Person]):
    wrong = [f"{role} {path} {one}" for one in _wrong(person(role, path), role, world, path)]
    assert not wrong, "\n".join(wrong[:60])


def test_an_address_that_declares_nothing_is_refused(admin: Person, monkeypatch: pytest.MonkeyPatch):
    audit = next(each for each in ALL if each.name == "audit:list")
    assert admin.client.get("/w/iowa/audit/").status_code == 200
    monkeypatch.delattr(audit.pattern.callback, "xingke_reach")
    assert admin.client.get("/w/iowa/audit/").status_code == 404
    with pytest.raises(UndeclaredAddress, match="audit"):
        addresses_check()
