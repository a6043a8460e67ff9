"""An installation of its own with one connection, whose pulls are killed: `python tests/crash_pull.py HOME KILLS SEED`."""

import json
import os
import random
import signal
import sqlite3
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

ROWS, PART_ROWS, BATCH_ROWS = 12_000, 1_500, 300


def make() -> None:
    """A workspace, a source with rows, and an active connection."""
    from django.core.management import call_command

    from tests.pulled import viewer_of
    from xingke.sources.systems import sample, system
    from xingke.words import both
    from xingke_web.accounts.facade import workspace_create, workspace_info
    from xingke_web.ingest.connections import NewConnection, connection_add, connection_map, inbox_of

    call_command("migrate", verbosity=0)
    workspace_create(slug="shop", name=both("店", "Shop"), pack="wholesale", currency="CNY")
    ground = workspace_info("shop")
    table = system("ordering").table("order")
    inbox_of(ground).mkdir(parents=True)
    names = ", ".join(f'"{name}"' for name in table.column_names)
    rows = [(number, *row.values()) for number, row in enumerate(sample(table, seed=1, rows=ROWS).to_pylist())]
    with closing(sqlite3.connect(inbox_of(ground) / "shop.db")) as connection, connection:
        connection.execute(f"create table orders (no integer primary key, {names})")
        connection.executemany(f"insert into orders values ({', '.join('?' * (len(table.columns) + 1))})", rows)
    viewer = viewer_of(ground)
    settings = {"url": "sqlite:///shop.db", "cursor_column": "no"}
    given = NewConnection(name="orders", kind="database", system="ordering", settings=settings, every_minutes=0, runs_pass=False)
    kept, _ = connection_add(viewer=viewer, given=given)
    connection_map(viewer=viewer, connection=kept, stream="orders", mapping=table.mapping)


def pull(begun: int) -> None:
    """Pull what is new, in many small parts; writes a byte to the pipe when it begins."""
    from xingke.sources.connectors.database import connector
    from xingke_web.ingest import pulls
    from xingke_web.ingest.models import Connection

    pulls.PART_ROWS, connector.BATCH_ROWS = PART_ROWS, BATCH_ROWS
    pk = Connection.objects.get().pk
    os.write(begun, b".")
    pulls.pull_now(pk, cause="schedule")


def found() -> dict[str, int]:
    """What is in the pieces, and what the pulls say about it."""
    from xingke.loop.pieces import PieceStore
    from xingke_web.accounts.facade import workspace_info
    from xingke_web.config.vault import vault_of
    from xingke_web.ingest.models import Pull

    ground = workspace_info("shop")
    store = PieceStore(ground.lake_path, vault_of(ground.id))
    keys = [key for load in store.loads() for key in store.read(load, "order")["order_key"].to_pylist()]
    counted = [pull.rows_loaded for pull in Pull.objects.filter(state="done")]
    return {"rows": len(keys), "different": len(set(keys)), "counted": sum(counted), "pulls": len(counted)}


def child(work: Callable[..., None], *arguments: object) -> int:
    """Run in a process of its own, which can be killed."""
    pid = os.fork()
    if pid == 0:
        try:
            work(*arguments)
        except BaseException:  # noqa: BLE001 - whatever it is, the parent hears of it by the exit code
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return pid


def killed_once(longest: float, chance: random.Random) -> bool:
    """Start a pull and kill it after a moment; whether it was still at work then."""
    reader, writer = os.pipe()
    pid = child(pull, writer)
    os.read(reader, 1)
    os.close(reader)
    os.close(writer)
    time.sleep(chance.uniform(0, longest))
    os.kill(pid, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])


def main(home: Path, kills: int, seed: int) -> None:
    """Make the installation, kill pulls, let one run to its end, and write what is there as JSON."""
    os.environ |= {"XINGKE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "xingke_web.config.settings"}
    from xingke_web.config.home import Home, home_make

    home_make(Home(home, home / "keys"))
    import django

    django.setup()
    chance = random.Random(seed)  # noqa: S311 - moments, not secrets
    made = os.waitpid(child(make), 0)[1] == 0
    struck = sum(killed_once(chance.choice((0.3, 1.0, 3.0)), chance) for _ in range(kills))
    ended = os.waitpid(child(pull, os.open(os.devnull, os.O_WRONLY)), 0)[1] == 0
    sys.stdout.write(json.dumps({"made": made, "struck": struck, "ended": ended, **found()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
