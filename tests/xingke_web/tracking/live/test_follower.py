"""Events in the log change the tags of their customers, each once, and what rules say differently is written down with its cause."""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.facts import Facts, customer, random_facts
from xingke.events.arrival import Arrival
from xingke.events.parse import parse_segment
from xingke.events.store import EventStore, batch_of
from xingke.words import both
from xingke_web.accounts.facade import workspace_create, workspace_info
from xingke_web.config.vault import vault_of
from xingke_web.loop.facade import lake_reader, run_loop, tag_moves_of
from xingke_web.tracking.compaction import compact_workspace
from xingke_web.tracking.live.follower import Follower
from xingke_web.tracking.live.running import Followers
from xingke_web.tracking.places import events_root
from xingke_web.tracking.services import key_make

DAY = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
ASKED = "select event_count_7d, has_open_cart from portrait where customer_id = 3"


@pytest.fixture
def followed(db, request):
    """A workspace after a pass, on a day of its own, with one client that sends events."""
    with time_machine.travel(DAY, tick=False):
        slug = "live-" + hashlib.sha256(request.node.name.encode()).hexdigest()[:8]
        workspace = workspace_create(slug=slug, name=both("活动", "Live"), pack="wholesale")
        key_make(workspace, name="app", system="app")
        people = tuple(customer(number) for number in range(12))
        run_loop(workspace.slug, source=Facts(people, random_facts(1).products, (), ()), location=workspace.lake_path)
        yield workspace_info(workspace.slug)


def send(workspace, *events: dict) -> None:
    """Put events into the log, as the tracking API does."""
    arrival = Arrival(round(datetime.now(UTC).timestamp() * 1000), "app", "app")
    read = [parse_segment(event, arrival) for event in events]

    async def store() -> None:
        opened = EventStore(events_root(workspace), vault_of(workspace.id))
        await opened.add(batch_of("app", "app", [(event.event_id, line) for event, line in read], []))
        await opened.close()

    asyncio.run(store())


def track(message: str, name: str = "Product Added", user: str = "c3") -> dict:
    return {"type": "track", "event": name, "userId": user, "messageId": message, "timestamp": datetime.now(UTC).isoformat()}


def shown(workspace) -> tuple:
    return tuple(lake_reader(workspace).rows(ASKED)[0].values())


@pytest.mark.django_db(transaction=True)
def test_an_event_changes_the_tags_of_its_customer_and_a_repeat_does_not(followed) -> None:
    assert shown(followed) == (0, False)
    follower = Follower(followed)
    send(followed, track("one"))
    assert follower.step(followed) == 1
    assert shown(followed) == (1, True)
    send(followed, track("one"), track("two", "Order Completed"))
    follower.step(followed)
    assert shown(followed) == (2, False)
    moves = [(move.tag, move.old, move.new, move.cause) for move in tag_moves_of(followed.id, 3)]
    assert moves == [("has_open_cart", True, False, "event:two"), ("has_open_cart", False, True, "event:one")]


@pytest.mark.django_db(transaction=True)
def test_after_a_pass_the_same_events_count_once(followed) -> None:
    follower = Follower(followed)
    send(followed, track("one"))
    follower.step(followed)
    compact_workspace(followed)
    run_loop(followed.slug)
    assert lake_reader(followed).value("select count(*) from tracked_event") == 1
    send(followed, track("two"))
    follower.step(followed)
    assert shown(followed) == (2, True)


@pytest.mark.django_db(transaction=True)
def test_a_follower_that_starts_anew_finds_everything_again(followed) -> None:
    send(followed, track("one"), track("two"))
    Follower(followed).step(followed)
    again = Follower(followed)
    while again.step(followed):
        pass
    assert shown(followed) == (2, True)


@pytest.mark.django_db(transaction=True)
def test_the_next_day_begins_with_the_values_of_its_own_pass(followed) -> None:
    follower = Follower(followed)
    send(followed, track("one"))
    follower.step(followed)
    compact_workspace(followed)
    with time_machine.travel(DAY + timedelta(days=1), tick=False):
        run_loop(followed.slug)
        assert shown(followed) == (1, True)
        follower.step(workspace_info(followed.slug))
        assert shown(followed) == (1, True)


@pytest.mark.django_db(transaction=True)
def test_events_of_people_whom_nobody_knows_change_nothing_and_are_not_lost(followed) -> None:
    send(followed, track("one", user="stranger"))
    assert Follower(followed).step(followed) == 1
    assert shown(followed) == (0, False)
    compact_workspace(followed)
    run_loop(followed.slug)
    assert lake_reader(followed).rows("select value, reason from quarantine_tracked_event") == [
        {"value": "app/stranger", "reason": "unknown_reference"}
    ]


@pytest.mark.django_db(transaction=True)
def test_a_workspace_is_followed_by_one_process_at_a_time(followed) -> None:
    send(followed, track("one"))
    first, second = Followers(), Followers()
    assert first.step([followed]) == 1
    assert second.step([followed]) == 0
    first.close()
    assert second.step([followed]) == 1
    second.close()
