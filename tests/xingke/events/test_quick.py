"""The quick reader says what the careful one says, or nothing."""

from dataclasses import replace

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from xingke.events.arrival import Arrival, Plan
from xingke.events.event import Rejected
from xingke.events.parse import parse_segment
from xingke.events.quick import Quick

NOW_MS = 1_764_000_000_000
ARRIVAL = Arrival(received_ms=NOW_MS, source="app", system="app")
ORDINARY = {
    "type": "track",
    "event": "Viewed",
    "userId": "u1",
    "anonymousId": "a1",
    "messageId": "m1",
    "timestamp": "2025-11-24T16:00:00.123Z",
    "properties": {"sku": "1", "list": [1, {"x": None}]},
    "context": {"library": {"name": "x"}, "page": {"path": "/"}, "more": [[], [], [], {}, {}, {}, {}]},
}

texts = st.one_of(st.text(max_size=4), st.sampled_from(["null", "0", " u ", "x" * 256, "\0", "\ud800", "", " "]))
odd = st.one_of(texts, st.none(), st.booleans(), st.integers(-2, 2), st.just([]), st.just({}), st.floats())
times = st.one_of(
    odd,
    st.datetimes().map(lambda one: one.isoformat()),
    st.sampled_from(
        ["2025-11-24T16:00:00+08:00", "2025-11-24T16:00:00-0800", "2025-11-24", "2025-11-24 16:00", "2025-11-24T16Z", "20251124T160000Z"]
    ),
    st.sampled_from(
        ["2035-01-01T00:00:00Z", "1999-01-01T00:00:00Z", "2020-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "2025-11-24T24:00:00Z"]
    ),
)
values = st.recursive(odd, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)), max_leaves=8)
deep = st.integers(8, 13).map(lambda levels: orjson.loads('{"in":' * levels + "1" + "}" * levels))
objects = st.one_of(st.dictionaries(texts, values, max_size=3), deep, odd, st.just({"long": "y" * 9000}))
changes = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("type", "event", "userId", "anonymousId", "messageId"), odd),
        **dict.fromkeys(("timestamp", "originalTimestamp"), times),
        **dict.fromkeys(("properties", "context", "traits"), objects),
    },
)
arrivals = st.sampled_from(
    [
        ARRIVAL,
        replace(ARRIVAL, sent_ms=NOW_MS - 1000),
        replace(ARRIVAL, sent_ms=NOW_MS - 60_000),
        replace(ARRIVAL, kinds=frozenset({"page"})),
        replace(ARRIVAL, names=frozenset({"Viewed"})),
        replace(ARRIVAL, plan=Plan(mode="flag")),
    ]
)


@settings(max_examples=400)
@given(changes, st.sets(st.sampled_from(sorted(ORDINARY)), max_size=2), arrivals)
def test_the_quick_reader_agrees_with_the_careful_one(changed, left_out, arrival):
    raw = {name: value for name, value in {**ORDINARY, **changed}.items() if name not in left_out}
    quick = Quick(arrival).read(raw)
    if quick is not None:
        careful = parse_segment(raw, arrival)
        assert not isinstance(careful, Rejected)
        assert quick == (careful[0].event_id, careful[1])


def test_the_ordinary_event_is_read_quickly():
    for more in ({}, {"userId": None}, {"anonymousId": None}, {"properties": {}}):
        assert Quick(ARRIVAL).read({**ORDINARY, **more}) is not None
    assert Quick(ARRIVAL).read([]) is None
