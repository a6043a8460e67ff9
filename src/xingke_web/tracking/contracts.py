"""What the server and other apps see of tracking."""

import time
from dataclasses import dataclass
from pathlib import Path

from xingke.events.arrival import Arrival, Plan, PlannedProperty
from xingke.events.limits import KB, Limits
from xingke_web.tracking.models import WriteKey


@dataclass(frozen=True, slots=True)
class KeyRights:
    """A write key as the server holds it in memory.

    Parameters
    ----------
    clock_ms
        How far the clock of the workspace is from the real one: a workspace whose day is pinned lives in that day, and so do its events.
    """

    id: int
    workspace_id: int
    root: Path
    name: str
    system: str
    kinds: frozenset[str]
    names: frozenset[str]
    origins: frozenset[str]
    rate_per_second: int
    plan: Plan
    limits: Limits
    clock_ms: int = 0

    def now_ms(self) -> int:
        """The time of receipt, by the clock of the workspace."""
        return round(time.time() * 1000) + self.clock_ms

    def arrival(self, received_ms: int, sent_ms: int | None) -> Arrival:
        """The circumstances of a request that came with this key."""
        return Arrival(
            received_ms=received_ms,
            source=self.name,
            system=self.system,
            sent_ms=sent_ms,
            kinds=self.kinds,
            names=self.names,
            plan=self.plan,
            limits=self.limits,
        )


def rights_of(key: WriteKey, root: Path, *, clock_ms: int = 0) -> KeyRights:
    """The rights of a stored key; `root` is the directory of its workspace's events, `clock_ms` how far its clock is from the real one."""
    return KeyRights(
        id=key.pk,
        workspace_id=key.workspace_id,
        root=root,
        name=key.name,
        system=key.system,
        kinds=frozenset(key.kinds),
        names=frozenset(key.event_names),
        origins=frozenset(key.origins),
        rate_per_second=key.rate_per_second,
        plan=_plan(key),
        limits=Limits(batch_bytes=key.batch_kb * KB),
        clock_ms=clock_ms,
    )


def _plan(key: WriteKey) -> Plan:
    events = {
        name: {prop: PlannedProperty(one.get("type", "any"), bool(one.get("required"))) for prop, one in properties.items()}
        for name, properties in key.plan.items()
    }
    return Plan(mode=key.plan_mode, events=events)
