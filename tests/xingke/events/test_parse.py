import uuid
from dataclasses import replace

import pytest

from xingke.events.arrival import Arrival, Plan, PlannedProperty
from xingke.events.event import Event, Rejected
from xingke.events.limits import DEFAULT_LIMITS
from xingke.events.parse import parse_segment
from xingke.events.reasons import NOTES, REASONS
from xingke.words import is_complete

NOW_MS = 1_764_000_000_000
TRACK = {"type": "track", "event": "Ordered", "userId": "u1", "messageId": "m1", "timestamp": "2025-11-24T16:00:00Z"}
DEEP: dict = {}
for _ in range(12):
    DEEP = {"in": DEEP}


def read(arrival: Arrival, **changes) -> Event:
    found = parse_segment({**TRACK, **changes}, arrival)
    assert not isinstance(found, Rejected), found
    event, line = found
    assert Event.from_line(line) == event
    return event


def refused(arrival: Arrival, **changes) -> tuple[str, str]:
    found = parse_segment({**TRACK, **changes}, arrival)
    assert isinstance(found, Rejected), found
    assert Rejected.from_line(found.to_line()).reason == found.reason
    return found.reason, found.field


def test_an_event_of_the_segment_specification_is_read(arrival):
    event = read(arrival, properties={"sku": "6901028", "price": 23.5}, anonymousId=None)
    assert (event.kind, event.name, event.user_id, event.anonymous_id) == ("track", "Ordered", "u1", "")
    assert (event.event_id, event.happened_ms, event.properties["price"]) == ("m1", NOW_MS, 23.5)
    assert event.notes == ()


def test_traits_of_rudderstack_are_found_in_the_context(arrival):
    event = read(arrival, type="identify", traits=None, context={"traits": {"city": "杭州"}})
    assert event.traits == {"city": "杭州"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"type": "trick"}, "unknown_kind"),
        ({"type": None}, "unknown_kind"),
        ({"type": ["track"]}, "unknown_kind"),
        ({"userId": None}, "no_user"),
        ({"userId": "", "anonymousId": ""}, "no_user"),
        ({"event": None}, "no_event_name"),
        ({"event": " "}, "no_event_name"),
        ({"event": 7}, "wrong_type"),
        ({"userId": {"id": 1}}, "wrong_type"),
        ({"userId": True}, "wrong_type"),
        ({"properties": [1]}, "wrong_type"),
        ({"properties": "text"}, "wrong_type"),
        ({"context": 3}, "wrong_type"),
        ({"userId": "u" * 256}, "text_too_long"),
        ({"event": "e" * 201}, "text_too_long"),
        ({"properties": {"text": "x" * 9000}}, "text_too_long"),
        ({"properties": {"text": "x" * 64_000}}, "event_too_large"),
        ({"properties": {f"p{n}": "x" * 100 for n in range(400)}}, "event_too_large"),
        ({"properties": {"text": "a\0b"}}, "nul_byte"),
        ({"properties": {"a\0b": 1}}, "nul_byte"),
        ({"userId": "a\0b"}, "nul_byte"),
        ({"event": "a\0b"}, "nul_byte"),
        ({"properties": DEEP}, "too_deep"),
        ({"properties": {"text": "\ud800"}}, "bad_text"),
        ({"timestamp": "yesterday"}, "bad_time"),
        ({"timestamp": "0000-01-01"}, "bad_time"),
        ({"timestamp": "1970-01-01T00:00:00Z"}, "bad_time"),
        ({"timestamp": True}, "bad_time"),
        ({"timestamp": float("nan")}, "bad_time"),
        ({"timestamp": -1e300}, "bad_time"),
        ({"timestamp": {"at": 1}}, "bad_time"),
        ({"type": "group"}, "no_user"),
        ({"type": "alias"}, "no_user"),
    ],
)
def test_a_bad_event_is_refused_with_its_reason(arrival, changes, reason):
    assert refused(arrival, **changes)[0] == reason


@pytest.mark.parametrize("raw", [None, 7, "text", [], True])
def test_what_is_no_object_is_refused(arrival, raw):
    found = parse_segment(raw, arrival)
    assert isinstance(found, Rejected)
    assert found.reason == "not_an_object"


def test_every_reason_and_note_has_words_in_both_languages():
    assert all(is_complete(reason.label) and is_complete(reason.accepts) for reason in REASONS.values())
    assert all(map(is_complete, NOTES.values()))


@pytest.mark.parametrize(
    ("stamp", "sent", "expected", "notes"),
    [
        (None, None, NOW_MS, ("no_time",)),
        (NOW_MS - 60_000, None, NOW_MS - 60_000, ()),
        ((NOW_MS - 60_000) / 1000, None, NOW_MS - 60_000, ()),
        # The client's clock is an hour slow and says that the event happened a minute before it was sent.
        (NOW_MS - 3_660_000, NOW_MS - 3_600_000, NOW_MS - 60_000, ("skew_corrected",)),
        (NOW_MS + 3_540_000, NOW_MS + 3_600_000, NOW_MS - 60_000, ("skew_corrected",)),
        (NOW_MS - 60_000, NOW_MS - 4_000, NOW_MS - 60_000, ()),
        (NOW_MS + 14 * 60_000, None, NOW_MS + 14 * 60_000, ()),
        (NOW_MS + 16 * 60_000, None, NOW_MS, ("future_time",)),
        ("9999-12-31T00:00:00Z", None, NOW_MS, ("future_time",)),
        (NOW_MS - 40 * 86_400_000, None, NOW_MS - 40 * 86_400_000, ("late",)),
    ],
)
def test_times_are_corrected_by_the_clock_of_the_server(arrival, stamp, sent, expected, notes):
    event = read(replace(arrival, sent_ms=sent), timestamp=stamp)
    assert (event.happened_ms, event.notes) == (expected, notes)


def test_a_dated_event_without_an_id_gets_the_same_one_when_it_comes_again(arrival):
    first, again = read(arrival, messageId=None), read(arrival, messageId=None)
    other = read(arrival, messageId=None, userId="u2")
    assert first.event_id == again.event_id != other.event_id
    assert "made_id" in first.notes


def test_undated_events_without_ids_are_different_events(arrival):
    assert read(arrival, messageId=None, timestamp=None).event_id != read(arrival, messageId=None, timestamp=None).event_id


def test_a_key_sends_only_what_its_scope_names(arrival):
    narrow = replace(arrival, kinds=frozenset({"track"}), names=frozenset({"Ordered"}))
    assert read(narrow).name == "Ordered"
    assert refused(narrow, event="Viewed") == ("not_permitted", "event")
    assert refused(narrow, type="identify") == ("not_permitted", "type")


PLAN = {"Ordered": {"sku": PlannedProperty("text", required=True), "first": PlannedProperty("flag"), "price": PlannedProperty("number")}}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"properties": {"sku": "1", "first": True, "price": 2}}, None),
        ({"properties": {"sku": "1", "other": []}}, None),
        ({"properties": {}}, ("plan_mismatch", "properties.sku")),
        ({"properties": {"sku": 1}}, ("plan_mismatch", "properties.sku")),
        ({"properties": {"sku": "1", "price": True}}, ("plan_mismatch", "properties.price")),
        ({"event": "Viewed"}, ("not_in_plan", "event")),
    ],
)
def test_the_tracking_plan_flags_or_refuses(arrival, changes, expected):
    strict, lax = (replace(arrival, plan=Plan(mode, PLAN)) for mode in ("refuse", "flag"))
    assert read(replace(arrival, plan=Plan("off", PLAN)), **changes).notes == ()
    assert read(lax, **changes).notes == ((expected[0],) if expected else ())
    if expected:
        assert refused(strict, **changes) == expected
    else:
        read(strict, **changes)


def test_limits_are_those_of_the_arrival(arrival):
    small = replace(arrival, limits=replace(DEFAULT_LIMITS, event_bytes=100))
    assert refused(small, properties={"text": "x" * 200})[0] == "event_too_large"


NOBODY = ["null", "undefined", "None", "NaN", "[object Object]", "0", "-1", "FALSE", "anonymous", "Guest", str(uuid.UUID(int=0))]


@pytest.mark.parametrize("user", NOBODY)
def test_a_placeholder_is_nobodys_id(arrival, user):
    assert refused(arrival, userId=user) == ("placeholder_id", "userId")
    assert refused(arrival, userId=None, anonymousId=user) == ("placeholder_id", "anonymousId")
    under = read(arrival, userId=user, anonymousId="a1")
    assert (under.user_id, under.anonymous_id, under.notes) == ("", "a1", ("placeholder_user",))
    alone = read(arrival, anonymousId=user)
    assert (alone.user_id, alone.anonymous_id, alone.notes) == ("u1", "", ("placeholder_anonymous",))


@pytest.mark.parametrize("user", NOBODY)
def test_a_call_that_says_who_somebody_is_never_joins_a_placeholder(arrival, user):
    assert refused(arrival, type="identify", userId=user, anonymousId="a1", traits={"phone": "13800000001"}) == ("placeholder_id", "userId")
    assert refused(arrival, type="alias", userId=user, previousId="u0") == ("placeholder_id", "userId")
    assert refused(arrival, type="alias", previousId=user) == ("placeholder_id", "previousId")
    assert read(arrival, type="identify", anonymousId=user).anonymous_id == ""
