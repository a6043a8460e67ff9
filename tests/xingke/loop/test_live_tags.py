"""Tags between two passes are those that a full pass over the same events gives."""

from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from tests.facts import AS_OF, NOW, Facts, event, fill, lake_of, random_facts
from xingke.engine import Lake, LakeReader
from xingke.engine.live import LiveTable
from xingke.loop import derive
from xingke.loop.live import LiveTags
from xingke.schema import TRACKED_EVENT
from xingke.tags import Grain, TagLibrary, general_tags
from xingke.tiers import TierScheme
from xingke.words import both

LIBRARY = TagLibrary(general_tags())
SCHEME = TierScheme("share", both("x", "x"))
TOMORROW = AS_OF + timedelta(days=1)


def passed(root: Path, facts: Facts, *, as_of=AS_OF) -> Lake:
    """A lake after a full pass."""
    lake = Lake(root)
    with lake.writer(now=NOW) as writer:
        fill(writer, facts)
        derive(writer, LIBRARY, SCHEME, as_of=as_of, now=NOW)
        writer.publish()
    return lake


def rows_of(events: list[dict]) -> pa.Table:
    return pa.Table.from_pylist(events, schema=TRACKED_EVENT.arrow_schema)


def test_only_the_tags_that_events_can_change_are_computed() -> None:
    named = {tag.name for tag in LIBRARY.reading(Grain.EVENT).tags}
    assert {"event_count_7d", "has_open_cart", "is_active_online"} <= named
    assert "amount_yuan_30d" not in named


@pytest.mark.parametrize("seed", [1, 2])
def test_values_added_bit_by_bit_are_those_of_a_full_pass(seed: int, tmp_path: Path) -> None:
    facts = random_facts(seed, customers=120)
    today = [row for row in facts.events if row["happened_on"] <= AS_OF]
    before = facts.before(AS_OF)
    live = LiveTags(passed(tmp_path / "a", before).current(), LIBRARY, as_of=TOMORROW)
    new = [row for row in today if row["happened_on"] == AS_OF]
    assert len(new) > 3
    for place in range(0, len(new), 3):
        live.add(rows_of(new[place : place + 3]))
    full = passed(tmp_path / "b", Facts(facts.customers, facts.products, before.lines, before.touches, tuple(today)), as_of=TOMORROW)
    expected = {row["customer_id"]: row for row in LakeReader(full).rows("select * from portrait")}
    got = live.values.to_pylist()
    assert {row["customer_id"] for row in got} == {row["customer_id"] for row in new}
    assert all(row[tag] == expected[row["customer_id"]][tag] for row in got for tag in live.tags)


def test_an_event_that_came_before_changes_nothing(tmp_path: Path) -> None:
    facts = random_facts(1)
    live = LiveTags(passed(tmp_path, facts).current(), LIBRARY, as_of=TOMORROW)
    row = event(3, AS_OF, 900_001, "track", "Product Added")
    first = live.add(rows_of([row]))
    assert {change.tag for change in first} >= {"cart_count_7d"}
    assert live.add(rows_of([row])) == []
    known = next(one for one in facts.events if one["customer_id"] == 3 and one["happened_on"] < AS_OF)
    assert live.add(rows_of([known])) == []


def test_a_rule_says_what_it_was_and_what_it_is(tmp_path: Path) -> None:
    facts = Facts(random_facts(1).customers, random_facts(1).products, (), ())
    live = LiveTags(passed(tmp_path, facts).current(), LIBRARY, as_of=TOMORROW)
    changes = {change.tag: change for change in live.add(rows_of([event(3, AS_OF, 1, "track", "Product Added")]))}
    assert (changes["has_open_cart"].old, changes["has_open_cart"].new) == (False, True)
    changes = {change.tag: change for change in live.add(rows_of([event(3, AS_OF, 2, "track", "Order Completed")]))}
    assert (changes["has_open_cart"].old, changes["has_open_cart"].new) == (True, False)


def test_readers_see_newer_values_until_a_pass_holds_them(tmp_path: Path) -> None:
    facts = random_facts(1).before(AS_OF)
    lake = passed(tmp_path, facts)
    reader = LakeReader(lake, live=("portrait",))
    asked = "select cart_count_7d, amount_yuan_365d from portrait where customer_id = 1"
    before = reader.rows(asked)[0]
    live = LiveTags(lake.current(), LIBRARY, as_of=TOMORROW)
    live.add(rows_of([event(1, AS_OF, 1, "track", "Product Added")]))
    table = LiveTable(lake.root, "portrait")
    table.write(live.values, as_of=live.as_of)
    assert reader.rows(asked)[0] == {**before, "cart_count_7d": before["cart_count_7d"] + 1}
    assert reader.value("select count(*) from portrait") == len(facts.customers)
    with lake.writer(now=NOW) as writer:
        derive(writer, LIBRARY, SCHEME, as_of=TOMORROW, now=NOW)
        writer.publish()
    assert reader.value("select cart_count_7d from portrait where customer_id = 1") == before["cart_count_7d"]
    table.clear()
    assert LakeReader(lake, live=("portrait",)).value("select count(*) from portrait") == len(facts.customers)


def test_a_lake_without_newer_values_reads_as_before(tmp_path: Path) -> None:
    lake = lake_of(tmp_path, random_facts(1))
    assert LakeReader(lake, live=("portrait",)).value("select count(*) from customer") == 26
