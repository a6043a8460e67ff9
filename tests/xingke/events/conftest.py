import pytest

from xingke.events.arrival import Arrival
from xingke.privacy import KeySet, Vault

NOW_MS = 1_764_000_000_000  # 2025-11-24T16:00:00Z


@pytest.fixture
def vault():
    return Vault(KeySet.fresh())


@pytest.fixture
def arrival():
    return Arrival(received_ms=NOW_MS, source="app", system="app")
