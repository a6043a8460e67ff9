"""What all tests share."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings

from tests.ready_database import copy_database, ready_database
from xingke.network import allowing

settings.register_profile("quick", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("XINGKE_HYPOTHESIS", "quick"))


# Rooms that take longest come first, so that no process ends long after the other.
LONGEST = ("tests/xingke_web/cli", "tests/xingke_web/ingest", "tests/xingke/evaluate", "tests/xingke_web/demo", "tests/xingke/loop")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A folder's tests run in one process: what a folder prepares for all of its tests is prepared once (`--dist loadgroup`)."""
    rooms = {item: str(Path(item.location[0]).parent) for item in items}
    for item, room in rooms.items():
        item.add_marker(pytest.mark.xdist_group(room))
    items.sort(key=lambda item: LONGEST.index(rooms[item]) if rooms[item] in LONGEST else len(LONGEST))


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: Any) -> Iterator[None]:
    """The database of the tests: a copy of a migrated one where there is one for this source (SQLite)."""
    from django.test.utils import setup_databases, teardown_databases

    ready = ready_database() if connection.vendor == "sqlite" else None
    with django_db_blocker.unblock():
        if ready is not None and ready.exists():
            test_name = Path(connection.creation._get_test_db_name())
            copy_database(ready, test_name)
            connection.close()
            connection.settings_dict["NAME"] = str(test_name)
            made = None
        else:
            made = setup_databases(verbosity=0, interactive=False)
            if ready is not None:
                copy_database(Path(connection.settings_dict["NAME"]), ready)
    yield
    if made is not None:
        with django_db_blocker.unblock():
            teardown_databases(made, verbosity=0)


@pytest.fixture(autouse=True)
def _own_servers() -> Iterator[None]:
    """Servers that a test starts on this machine may be reached, as an administrator would allow them."""
    with allowing("127.0.0.1", "::1"):
        yield
