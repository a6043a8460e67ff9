"""A throw-away installation with one workspace and one write key, and its processes: what benches and tests of the tracking API run.

    python -m xingke_web.tracking.trial make       prints the write key
    python -m xingke_web.tracking.trial key ORIGIN prints another write key, for the pages of one origin
    python -m xingke_web.tracking.trial serve PORT answers like `xingke serve`, without a worker
    python -m xingke_web.tracking.trial compact    makes pieces of the log, again and again
    python -m xingke_web.tracking.trial customers N   gives the workspace N customers and a first pass
    python -m xingke_web.tracking.trial follow     keeps tags up to date with the events, as `xingke serve` does
    python -m xingke_web.tracking.trial events     prints the events of the log as JSON for each line on standard input
    python -m xingke_web.tracking.trial check      compacts to the end and prints what log and pieces hold

XINGKE_HOME names the directory.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable, Mapping

import pyarrow as pa

from xingke.words import both
from xingke_web.config.home import home_here, home_make

SLUG = "trial"
MARKER = "compact.begun"
"""Touched at the beginning of each pass of the compacting role."""


def _make() -> None:
    from django.core.management import call_command

    from xingke_web.accounts.facade import workspace_create
    from xingke_web.tracking.services import key_make

    call_command("migrate", interactive=False, verbosity=0)
    workspace = workspace_create(slug=SLUG, name=both("试用", "Trial"), pack="retail")
    made = key_make(workspace, name="app", system="app", rate_per_second=0, batch_kb=4096, origins=["*"])
    sys.stdout.write(made.secret + "\n")


def _key() -> None:
    from xingke_web.accounts.facade import workspace_info
    from xingke_web.tracking.services import key_make

    made = key_make(workspace_info(SLUG), name="page", system="app", rate_per_second=0, origins=[sys.argv[2]])
    sys.stdout.write(made.secret + "\n")


def _serve() -> None:
    import uvicorn

    uvicorn.run("xingke_web.config.asgi:application", port=int(sys.argv[2]), log_config=None, access_log=False, lifespan="off")


def _compact() -> None:
    from xingke_web.accounts.facade import workspace_info
    from xingke_web.tracking.compaction import compact_workspace

    workspace = workspace_info(SLUG)
    while True:
        home_here().path.joinpath(MARKER).touch()
        compact_workspace(workspace)
        time.sleep(0.1)


def _customers() -> None:
    """Consumers numbered from 0, whom the clients call `customer-<number>`, as a bulk source would bring them."""
    from datetime import UTC, datetime

    from xingke.schema import CUSTOMER
    from xingke_web.accounts.facade import workspace_info
    from xingke_web.loop.facade import lake_of, run_loop

    rows = [
        {
            "customer_id": number,
            "source_key": f"customer-{number}",
            "kind": "consumer",
            "display_name": f"C-{number:05d}",
            "status": "active",
            "org_path": "/all",
            "licence_status": "not_needed",
        }
        for number in range(int(sys.argv[2]))
    ]
    with lake_of(workspace_info(SLUG)).writer(now=datetime.now(UTC)) as writer:
        writer.put(CUSTOMER.name, pa.Table.from_pylist(rows, schema=CUSTOMER.arrow_schema))
        writer.publish()
    run_loop(SLUG)


def _follow() -> None:
    from threading import Event

    from xingke_web.tracking.live.running import follow_events

    follow_events(Event())


def _events() -> None:
    from xingke.events.reader import read_log
    from xingke_web.accounts.facade import workspace_info
    from xingke_web.config.vault import vault_of
    from xingke_web.tracking.places import events_root

    workspace = workspace_info(SLUG)
    for _line in sys.stdin:
        chunks = read_log(events_root(workspace), vault_of(workspace.id))
        sys.stdout.write(json.dumps([event._asdict() for chunk in chunks for event in chunk.body.events]) + "\n")
        sys.stdout.flush()


def _check() -> None:
    from xingke.events.log import durable_end
    from xingke.events.reader import read_log
    from xingke_web.accounts.facade import workspace_info
    from xingke_web.config.vault import vault_of
    from xingke_web.loop.facade import pieces_of
    from xingke_web.tracking.compaction import compact_workspace
    from xingke_web.tracking.hub import Hub
    from xingke_web.tracking.places import events_root

    workspace = workspace_info(SLUG)
    asyncio.run(Hub().recover())
    compact_workspace(workspace)
    root, store = events_root(workspace), pieces_of(workspace)
    logged = [event.event_id for chunk in read_log(root, vault_of(workspace.id)) for event in chunk.body.events]
    stored: list[str] = []
    torn = 0
    for load in store.loads():
        for table in store.tables(load):
            try:
                rows = store.read(load, table)
            except (OSError, pa.ArrowInvalid):
                torn += 1
                continue
            stored += rows["event_id"].to_pylist() if table == "tracked_event" else []
    found = {
        "log_rows": len(logged),
        "log_distinct": len(set(logged)),
        "piece_rows": len(stored),
        "piece_distinct": len(set(stored)),
        "torn": torn,
        "end": str(durable_end(root)),
    }
    sys.stdout.write(json.dumps(found) + "\n")


ROLES: Mapping[str, Callable[[], None]] = {
    "make": _make,
    "key": _key,
    "serve": _serve,
    "compact": _compact,
    "customers": _customers,
    "follow": _follow,
    "events": _events,
    "check": _check,
}


def main() -> None:
    """Run one role."""
    home_make(home_here())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xingke_web.config.settings")
    import django

    django.setup()
    ROLES[sys.argv[1]]()


if __name__ == "__main__":
    main()
