"""Events, webhooks and taps: refused with a reason, one bad part never failing the others."""

from datetime import UTC, datetime

import pytest

from tests.bad_input.bounds import is_told, within_bounds
from tests.bad_input.payloads import BODIES, COMPRESSED, EVENT, EVENTS, FORMS, HOOKS, ODD_BUT_RIGHT, TAPS
from xingke.errors import UserFacingError
from xingke.events.arrival import Arrival
from xingke.events.event import Rejected
from xingke.events.parse import parse_segment
from xingke.events.reasons import REASONS as EVENT_REASONS
from xingke.events.sensors import parse_sensors
from xingke.schema.findings import REASONS
from xingke.sources.connectors.payload import BadPayload
from xingke.sources.connectors.singer.messages import singer_batches
from xingke.sources.connectors.spool import Spool
from xingke.sources.connectors.webhook import receive
from xingke_web.tracking.bodies import inflated, parsed_json, sensors_events
from xingke_web.tracking.refusals import Refused

ARRIVAL = Arrival(received_ms=1_764_000_000_000, source="app", system="app")
MOST = 500 << 10


@pytest.mark.parametrize("name", EVENTS)
def test_a_bad_event_waits_with_its_reason(name):
    raw, reason = EVENTS[name]
    with within_bounds(50):
        found = parse_segment(raw, ARRIVAL)
    assert isinstance(found, Rejected)
    assert found.reason == reason
    assert EVENT_REASONS[reason].accepts["zh"]


@pytest.mark.parametrize("name", EVENTS)
def test_a_bad_event_in_the_other_dialect_does_not_break_it_either(name):
    raw, _ = EVENTS[name]
    with within_bounds(50):
        found = parse_sensors(raw, ARRIVAL)
    assert isinstance(found, Rejected)
    assert found.reason in EVENT_REASONS


@pytest.mark.parametrize("name", ODD_BUT_RIGHT)
def test_an_odd_event_is_taken(name):
    assert not isinstance(parse_segment(ODD_BUT_RIGHT[name], ARRIVAL), Rejected)


def test_a_bad_event_does_not_fail_its_neighbour():
    found = [parse_segment(raw, ARRIVAL) for raw in (EVENT, None, EVENT | {"messageId": "m2"})]
    assert [isinstance(one, Rejected) for one in found] == [False, True, False]


def refused_well(work):
    with within_bounds(80), pytest.raises(Refused) as refused:
        work()
    assert 400 <= refused.value.status < 500
    assert refused.value.words["zh"]
    assert refused.value.response().body


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_no_json_is_refused(name):
    refused_well(lambda: parsed_json(BODIES[name]))


@pytest.mark.parametrize("name", COMPRESSED)
def test_a_body_that_does_not_unfold_is_refused(name):
    refused_well(lambda: inflated(COMPRESSED[name], MOST, 31))


@pytest.mark.parametrize("name", FORMS)
def test_a_form_without_events_is_refused(name):
    refused_well(lambda: sensors_events(FORMS[name], MOST))


@pytest.mark.parametrize("name", HOOKS)
def test_a_webhook_without_records_is_kept_with_its_reason(name, tmp_path):
    token = "a-shared-token-of-a-good-length"
    settings = {"signing": "token", "secret": token, "rows_path": "", "most_kilobytes": 1024}
    spool = Spool(tmp_path / "hook.spool")
    with within_bounds(80), pytest.raises(BadPayload) as refused:
        receive(settings, {"authorization": f"Bearer {token}"}, HOOKS[name], spool=spool, now=datetime(2026, 3, 1, tzinfo=UTC))
    assert is_told(refused.value)
    assert refused.value.reason in REASONS
    assert [message.body for message in spool.after(0, most=10)] == [HOOKS[name]]


@pytest.mark.parametrize("name", TAPS)
def test_a_broken_tap_is_told_or_its_records_wait(name):
    with within_bounds(200):
        try:
            batches = list(singer_batches(TAPS[name]))
        except UserFacingError as refused:
            told = refused
        else:
            told = None
    if told is not None:
        assert is_told(told, "1" if len(TAPS[name]) == 1 else "2")
    else:
        assert not any(table.num_rows for batch in batches for table in batch.tables.values())
