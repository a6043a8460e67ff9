"""The two planted workspaces: their lakes once a session, their rows once a test."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from tests.xingke_web.conftest import PASSWORD, Person
from tests.xingke_web.scope import planted as plants
from xingke.words import both
from xingke_web.accounts.contracts import OrgUnitRow, Viewer, WorkspaceInfo
from xingke_web.accounts.facade import membership_set, org_units_sync, user_create, viewer_of_member, workspace_create
from xingke_web.customers.facade import customers_sync


@dataclass(frozen=True)
class World:
    """What was planted: by unit, and in the other workspace."""

    workspace: WorkspaceInfo
    of: dict[str, plants.Ids]
    foreign: plants.Ids


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return plants.home_made(tmp_path_factory.mktemp("scope"))


@pytest.fixture(autouse=True)
def _own_lakes(home: Path) -> Iterator[None]:
    original = django_settings.XINGKE
    django_settings.XINGKE = replace(original, path=home)
    yield
    django_settings.XINGKE = original


def _member(slug: str, username: str) -> Viewer:
    user_create(username=username, display_name=username, password=PASSWORD)
    membership_set(username, slug, role="admin")
    found = viewer_of_member(username, slug)
    assert found is not None
    return found


@pytest.fixture
def world(workspace: WorkspaceInfo) -> World:
    """Both workspaces with one of everything in each unit."""
    org_units_sync(workspace.slug, plants.ORGANISATION)
    customers_sync(workspace.slug)
    planter = _member(workspace.slug, "planter")
    found = {path: plants.planted(workspace, path, plants.TOKENS[path], plants.first_number(path), planter) for path in plants.SIZES}
    root = plants.planted(workspace, "/", plants.TOKENS["/"], plants.first_number("/ia/linn/marion") + 1, planter, shared=True)
    city = plants.planted(workspace, "/ia/polk", plants.TOKENS["/ia/polk"], plants.first_number("/ia/polk/ames") + 1, planter)
    other = workspace_create(slug="elsewhere", name=both(plants.FOREIGN, plants.FOREIGN), pack="wholesale", as_of=date(2024, 7, 1))
    org_units_sync(other.slug, [OrgUnitRow("/x", plants.FOREIGN, "city"), OrgUnitRow("/x/y", plants.FOREIGN, "county")])
    customers_sync(other.slug)
    stranger = _member(other.slug, "stranger")
    foreign = plants.planted(other, "/x/y", plants.FOREIGN, plants.OTHER_START + 1000, stranger, shared=True)
    return World(workspace, {**found, "/": root, "/ia/polk": city}, foreign)


@pytest.fixture
def person(world: World, make_person: Callable[..., Person]) -> Callable[[str, str], Person]:
    """Somebody of a role whose right begins at a unit; a retailer is the first customer of the unit."""

    def make(role: str, path: str) -> Person:
        number = plants.first_number(path) if role == "retailer" and path in plants.SIZES else 1000 if role == "retailer" else None
        return make_person(f"{role}{path.replace('/', '_')}", role, path, number)

    return make
