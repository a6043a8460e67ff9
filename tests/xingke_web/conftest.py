"""One workspace with its organisation, and one person of each role in it.

XINGKE_TEST_DATABASE=postgres runs the same tests on a PostgreSQL that starts from a wheel.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import Client

from xingke.words import both
from xingke_web.accounts.contracts import OrgUnitRow, Viewer, WorkspaceInfo
from xingke_web.accounts.facade import membership_set, org_units_sync, user_create, viewer_for, workspace_create
from xingke_web.accounts.models import User
from xingke_web.audit import guard as audit_guard
from xingke_web.compliance import guard as compliance_guard
from xingke_web.config.vault import vaults_forget
from xingke_web.customers import guard as customers_guard
from xingke_web.identity import guard as identity_guard

GUARDS = (audit_guard, customers_guard, compliance_guard, identity_guard)
PASSWORD = "a long enough passphrase"
SLUG = "iowa"
UNITS = (
    OrgUnitRow("/ia", "爱荷华", "province"),
    OrgUnitRow("/ia/polk", "波尔克", "city"),
    OrgUnitRow("/ia/polk/ames", "艾姆斯", "county"),
    OrgUnitRow("/ia/polk/ankeny", "安克尼", "county"),
    OrgUnitRow("/ia/polk2", "波尔克二", "city"),
    OrgUnitRow("/ia/linn", "林恩", "city"),
    OrgUnitRow("/ia/linn/marion", "马里恩", "county"),
)


@pytest.fixture(autouse=True, scope="session")
def _log_can_be_emptied_between_tests() -> Iterator[None]:
    """Tests that commit empty every table afterwards, the append-only ones too: their triggers step aside for that moment."""
    original = BaseDatabaseOperations.execute_sql_flush

    def empty(self, sql_list):
        for guard in GUARDS:
            guard.guard_off(self.connection)
        try:
            return original(self, sql_list)
        finally:
            for guard in GUARDS:
                guard.guard_on(self.connection)

    BaseDatabaseOperations.execute_sql_flush = empty
    yield
    BaseDatabaseOperations.execute_sql_flush = original


@pytest.fixture(autouse=True)
def _keys_of_another_test_are_forgotten() -> Iterator[None]:
    """A test rolls its workspaces back, and the next one reuses their ids."""
    vaults_forget()
    yield
    vaults_forget()


@dataclass(frozen=True)
class Person:
    """Somebody with an account, and a browser that is logged in."""

    user: User
    viewer: Viewer
    client: Client


@pytest.fixture
def org_rows() -> tuple[OrgUnitRow, ...]:
    """The organisation of the workspace."""
    return UNITS


@pytest.fixture
def workspace(db: None) -> WorkspaceInfo:
    """A workspace whose clock is pinned, with seven organisation units."""
    info = workspace_create(
        slug=SLUG,
        name=both("爱荷华烈酒", "Iowa spirits"),
        pack="wholesale",
        currency="USD",
        as_of=date(2024, 7, 1),
        is_sample=True,
        sample_note=both("公开数据", "open data"),
    )
    org_units_sync(SLUG, UNITS)
    return info


@pytest.fixture
def make_person(workspace: WorkspaceInfo) -> Callable[..., Person]:
    """A new person with a role in the workspace."""

    def make(username: str, role: str, org_path: str = "/", customer_number: int | None = None) -> Person:
        user_create(username=username, display_name=f"{username} 同事", password=PASSWORD)
        membership_set(username, SLUG, role=role, org_path=org_path, customer_number=customer_number)
        user = User.objects.get(username=username)
        client = Client()
        client.force_login(user)
        viewer = viewer_for(user, SLUG)
        assert viewer is not None
        return Person(user, viewer, client)

    return make


@pytest.fixture
def admin(make_person: Callable[..., Person]) -> Person:
    """Administrator of the workspace."""
    return make_person("admin", "admin")


@pytest.fixture
def analyst(make_person: Callable[..., Person]) -> Person:
    """Provincial analyst: the whole organisation, prepares campaigns."""
    return make_person("analyst", "analyst")


@pytest.fixture
def marketer(make_person: Callable[..., Person]) -> Person:
    """Marketer of one city."""
    return make_person("marketer", "marketer", "/ia/polk")


@pytest.fixture
def approver(make_person: Callable[..., Person]) -> Person:
    """City manager: approves and launches for one city."""
    return make_person("approver", "approver", "/ia/polk")


@pytest.fixture
def customer_manager(make_person: Callable[..., Person]) -> Person:
    """Customer manager of one county."""
    return make_person("manager", "customer_manager", "/ia/polk/ames")


@pytest.fixture
def retailer(make_person: Callable[..., Person]) -> Person:
    """A customer who sees their own data only."""
    return make_person("retailer", "retailer", "/ia/polk/ames", customer_number=2633)


@pytest.fixture
def stranger(workspace: WorkspaceInfo) -> Client:
    """Somebody of another workspace, logged in."""
    workspace_create(slug="elsewhere", name=both("别处", "Elsewhere"), pack="retail")
    user_create(username="stranger", display_name="stranger", password=PASSWORD)
    membership_set("stranger", "elsewhere", role="admin")
    client = Client()
    client.force_login(User.objects.get(username="stranger"))
    return client


@pytest.fixture
def viewer_admin(admin: Person) -> Viewer:
    return admin.viewer


@pytest.fixture
def viewer_analyst(analyst: Person) -> Viewer:
    return analyst.viewer


@pytest.fixture
def viewer_marketer(marketer: Person) -> Viewer:
    return marketer.viewer


@pytest.fixture
def viewer_approver(approver: Person) -> Viewer:
    return approver.viewer


@pytest.fixture
def viewer_customer_manager(customer_manager: Person) -> Viewer:
    return customer_manager.viewer


@pytest.fixture
def viewer_retailer(retailer: Person) -> Viewer:
    return retailer.viewer
