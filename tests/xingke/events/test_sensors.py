import pytest

from xingke.events.event import Rejected
from xingke.events.sensors import parse_sensors

NOW_MS = 1_764_000_000_000
TRACK = {"type": "track", "event": "BuyTicket", "distinct_id": "d1", "time": NOW_MS, "properties": {"price": 12}, "lib": {"$lib": "python"}}


def read(arrival, **changes):
    found = parse_sensors({**TRACK, **changes}, arrival)
    return (found.reason, found.field) if isinstance(found, Rejected) else found[0]


def test_a_distinct_id_is_anonymous_until_the_call_says_that_it_is_a_login(arrival):
    assert (read(arrival).user_id, read(arrival).anonymous_id) == ("", "d1")
    login = read(arrival, properties={"$is_login_id": True})
    assert (login.user_id, login.anonymous_id) == ("d1", "")
    both = read(arrival, login_id="u1", anonymous_id="a1")
    assert (both.user_id, both.anonymous_id) == ("u1", "a1")
    named = read(arrival, identities={"$identity_login_id": "u9"})
    assert (named.user_id, named.anonymous_id) == ("u9", "d1")


def test_a_sign_up_joins_the_anonymous_id_to_the_user(arrival):
    event = read(arrival, type="track_signup", event="$SignUp", original_id="a1")
    assert (event.kind, event.user_id, event.name) == ("alias", "d1", "a1")


def test_a_profile_states_traits(arrival):
    event = read(arrival, type="profile_set", event=None, properties={"City": "杭州", "$is_login_id": True})
    assert (event.kind, event.user_id, event.traits["City"]) == ("identify", "d1", "杭州")


@pytest.mark.parametrize(("name", "kind"), [("$pageview", "page"), ("$MPViewScreen", "screen"), ("Bought", "track")])
def test_views_are_pages_and_screens(arrival, name, kind):
    assert read(arrival, event=name).kind == kind


def test_the_same_call_sent_again_has_the_same_id_whenever_it_was_flushed(arrival):
    assert read(arrival, _flush_time=1).event_id == read(arrival, _flush_time=2).event_id
    assert read(arrival, _track_id=5).event_id != read(arrival, _track_id=6).event_id
    assert read(arrival).event_id != read(arrival, time=NOW_MS + 1).event_id


def test_an_item_call_is_about_a_thing(arrival):
    event = read(arrival, type="item_set", item_type="goods", item_id="P1", distinct_id=None, event=None)
    assert (event.kind, event.name, event.customer_key, event.properties["$item_id"]) == ("item", "goods", "", "P1")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"type": "item_get"}, ("unknown_kind", "type")),
        ({"type": "item_set"}, ("no_item", "item_id")),
        ({"distinct_id": "undefined"}, ("placeholder_id", "distinct_id")),
        ({"type": "track_signup", "original_id": "0"}, ("placeholder_id", "original_id")),
        ({"type": "profile_set", "distinct_id": "null", "properties": {"$is_login_id": True}}, ("placeholder_id", "distinct_id")),
        ({"distinct_id": None}, ("no_user", "distinct_id")),
        ({"event": None}, ("no_event_name", "event")),
        ({"time": "soon"}, ("bad_time", "time")),
        ({"properties": 1}, ("wrong_type", "properties")),
        ({"type": "track_signup", "original_id": None}, ("no_user", "original_id")),
    ],
)
def test_a_bad_call_is_refused_with_its_reason(arrival, changes, expected):
    assert read(arrival, **changes) == expected
