"""A throw-away installation with one workspace and one write key, and its processes: what benches and tests of the tracking API run.

    python -m xingke_web.tracking.trial make       prints the write key
    python -m xingke_web.tracking.trial serve PORT answers like `xingke serve`, without a worker
    python -m xingke_web.tracking.trial compact    makes pieces of the log, again and again
    python -m xingke_web.tracking.trial customers N   gives the workspace N customers and a first pass
    python -m xingke_web.tracking.trial follow     keeps tags up to date with the events, as `xingke serve` does
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
PASS_FILE = "compact.pass"
"""Touched at the beginning of each pass of the compacting role."""


def _make() -> None:
    from django.core.management import call_command

    from xingke_web.accounts.facade import workspace_create
    from xingke_web.tracking.services import key_make

    call_command("migrate", interactive=False, verbosity=0)
    workspace = workspace_create(slug=SLUG, name=both("试用", "Trial"), pack="retail")
    made = key_make(workspace, name="app", system="app", rate_per_second=0, batch_kb=4096, origins=["*"])
    sys.stdout.write(made.secret + "\n")


def _serve() -> None:
    import uvicorn

    uvicorn.run("xingke_web.config.asgi:application", port=int(sys.argv[2]), log_config=None, access_log=False, lifespan="off")


def _compact() -> None:
    from xingke_web.accounts.facade import workspace_info
    from xingke_web.tracking.compaction import compact_workspace

    workspace = workspace_info(SLUG)
    while True:
        home_here().path.joinpath(PASS_FILE).touch()
        compact_workspace(workspace)
        time.sleep(0.1)


def _customers() -> None:
    from xingke_web.accounts.facade import workspace_info
    from xingke_web.loop.facade import pieces_of, run_loop

    numbers = range(int(sys.argv[2]))
    records = pa.table(
        {
            "system": ["app"] * len(numbers),
            "source_id": [f"customer-{number}" for number in numbers],
            "open_id": [f"open-{number}" for number in numbers],
            "kind": ["consumer"] * len(numbers),
        }
    )
    pieces_of(workspace_info(SLUG)).put("customers", "source_record", records)
    run_loop(SLUG)


def _follow() -> None:
    from threading import Event

    from xingke_web.tracking.live.running import follow_events

    follow_events(Event())


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
    "serve": _serve,
    "compact": _compact,
    "customers": _customers,
    "follow": _follow,
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
