"""kill -9 during portrait builds, at random moments, while another process reads: `python -m tests.crash_portrait --kills 50`.

Each generation of the facts gives every customer one order of the generation's amount. A reader that saw tables of two generations
together, or half a table, would find figures that no generation has.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from tests.facts import AS_OF, Facts, customer, fill, line, random_facts
from xingke.engine import Lake, LakeReader
from xingke.loop import derive
from xingke.tags import TagLibrary, general_tags
from xingke.tiers import TierScheme
from xingke.words import both

CUSTOMERS = 48
RETENTION = timedelta(seconds=20)
LONGEST_WAIT = 2.5
"""In builds: some kills fall into the first, some behind a publish."""
ONE_GENERATION = """
select (select min(amount_yuan) from order_line) as lowest_fact, (select max(amount_yuan) from order_line) as highest_fact,
       (select min(amount_yuan_all) from portrait) as lowest_tag, (select max(amount_yuan_all) from portrait) as highest_tag,
       (select count(*) from portrait) as portraits, (select count(*) from tier) as tiers,
       (select count(*) from tier_before) as tiers_before, (select sum(customers) from tag_profile) as profiled
"""


def generation(number: int) -> Facts:
    """One order a customer, all of the same amount."""
    day, amount = AS_OF - timedelta(days=10), Decimal(number)
    people = tuple(customer(customer_id) for customer_id in range(CUSTOMERS))
    lines = tuple(line(customer_id, day, customer_id, 0, 1, amount) for customer_id in range(CUSTOMERS))
    return Facts(people, random_facts(1).products, lines, ())


def lake_at(root: Path) -> Lake:
    """A lake that forgets early, so that the kills also fall into its collecting."""
    return Lake(root, keep_snapshots=3, keep_for=RETENTION)


def build(root: Path, number: int) -> None:
    """One whole generation: facts, portrait, tiers, published together."""
    library = TagLibrary(general_tags())
    now = datetime.now(UTC)
    with lake_at(root).writer(now=now) as writer:
        fill(writer, generation(number))
        derive(writer, library, TierScheme("crash", both("崩溃", "crash")), as_of=AS_OF, now=now)
        writer.publish()


def build_for_ever(root: Path, number: int) -> None:
    """Generation after generation, until somebody kills the process."""
    print("building", flush=True)  # noqa: T201 - the signal that the imports are done
    while True:
        build(root, number)
        number += 1


def read_for_ever(root: Path) -> None:
    """Read all tables together, again and again; the first wrong answer ends the process with its number of reads."""
    reader = LakeReader(lake_at(root), memory_mb=128, threads=1)
    reads, last = 0, 0
    tags = len(general_tags())
    over = root.with_name("over")
    while not over.exists():
        row = reader.rows(ONE_GENERATION)[0]
        figures = {row[name] for name in ("lowest_fact", "highest_fact", "lowest_tag", "highest_tag")}
        whole = (row["portraits"], row["tiers"], row["tiers_before"], row["profiled"]) == (
            CUSTOMERS,
            CUSTOMERS,
            CUSTOMERS,
            CUSTOMERS * tags,
        )
        seen = int(row["lowest_fact"])
        if len(figures) != 1 or not whole or seen < last:
            sys.exit(f"after {reads} reads and generation {last}: {row}")
        reads, last = reads + 1, seen
    print(reads, last)  # noqa: T201 - the driver reads it


def process(*arguments: str) -> subprocess.Popen[str]:
    """This file as another process."""
    command = [sys.executable, "-m", "tests.crash_portrait", *arguments]
    root = Path(__file__).parents[1]
    return subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def crash(root: Path, *, kills: int, seed: int = 1) -> dict[str, int]:
    """Kill a builder `kills` times while a reader reads; afterwards a build has to succeed.

    Raises
    ------
    AssertionError
        The reader met an error or a mixture of generations, or the build afterwards failed.
    """
    chance = random.Random(seed)  # noqa: S311 - moments, not secrets
    build(root, 1)
    reader = process("--read", str(root))
    started = time.monotonic()
    for number in (2, 3):  # timed beside the reader, which the killed builds have beside them too
        build(root, number)
    longest = LONGEST_WAIT * (time.monotonic() - started) / 2
    published = 3
    for _ in range(kills):
        builder = process("--build", str(root), "--generation", str(published + 1))
        assert builder.stdout is not None
        assert builder.stdout.readline() == "building\n", builder.stderr.read() if builder.stderr else ""
        time.sleep(chance.uniform(0, longest))
        os.kill(builder.pid, signal.SIGKILL)
        builder.communicate()
        assert builder.returncode == -signal.SIGKILL, "the builder ended before it was killed"
        assert reader.poll() is None, reader.communicate()
        published = int(LakeReader(lake_at(root), threads=1).value("select max(amount_yuan) from order_line"))
    build(root, published + 1)
    last = int(LakeReader(lake_at(root), threads=1).value("select min(amount_yuan_all) from portrait"))
    assert last == published + 1
    time.sleep(0.3)
    root.with_name("over").touch()
    out, err = reader.communicate(timeout=60)
    assert reader.returncode == 0, err
    reads, seen = (int(word) for word in out.split())
    assert seen == last
    return {"kills": kills, "reads": reads, "generations": last, "directories_left": len(list(root.glob("*/v=*")))}


def main() -> None:
    """Run by hand."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--generation", type=int, default=1)
    parser.add_argument("--build", type=Path)
    parser.add_argument("--read", type=Path)
    asked = parser.parse_args()
    if asked.build:
        build_for_ever(asked.build, asked.generation)
    elif asked.read:
        read_for_ever(asked.read)
    else:
        with tempfile.TemporaryDirectory() as directory:
            print(crash(Path(directory) / "lake", kills=asked.kills, seed=asked.seed))  # noqa: T201 - the report


if __name__ == "__main__":
    main()
