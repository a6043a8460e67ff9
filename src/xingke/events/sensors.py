"""Events of the Sensors Analytics (神策) clients, read into the one form.

`track` is a track event, `track_signup` joins an anonymous id to a user (alias), the `profile_*` calls state traits (identify); item calls
are about things and not about people: they have an `item_type` and an `item_id` in place of a `distinct_id`. `distinct_id` is a user's id
where the call says so (`$is_login_id`, `login_id`), else anonymous.
"""

from typing import Any, Final

from xingke.events.arrival import Arrival
from xingke.events.event import ITEM, Event
from xingke.events.limits import Limits
from xingke.events.parse import Parsed, event_name, made_id, parsed
from xingke.events.people import earlier, people
from xingke.events.values import BadEvent, happened, identifier, mapping

_TRACK: Final = frozenset({"track", "track_id_bind", "track_id_unbind"})
_PROFILE: Final = frozenset({"profile_set", "profile_set_once", "profile_increment", "profile_append", "profile_unset", "profile_delete"})
_ITEM: Final = frozenset({"item_set", "item_delete"})
_STATING: Final = frozenset({"profile_set", "profile_set_once"})
_KNOWN: Final = _TRACK | _PROFILE | _ITEM | {"track_signup"}
_LOGIN_KEYS: Final = ("$identity_login_id", "login_id")
_SCREENS: Final = {"$pageview": "page", "$MPViewScreen": "screen", "$AppViewScreen": "screen"}


def parse_sensors(raw: Any, arrival: Arrival) -> Parsed:
    """An event with its line for the log, or why it is refused."""
    return parsed(raw, arrival, "sensors", _sensors)


def _sensors(raw: dict[str, Any], arrival: Arrival) -> Event:
    limits = arrival.limits
    kind = raw.get("type")
    if type(kind) is not str or kind not in _KNOWN:
        raise BadEvent("unknown_kind", "type")
    if kind in _ITEM:
        return _item(kind, raw, arrival)
    properties = mapping(raw.get("properties"), "properties")
    is_profile, name = kind in _PROFILE, event_name(raw.get("event"), "event", arrival)
    known_as = "identify" if is_profile else "alias" if kind == "track_signup" else _SCREENS.get(name, "track")
    user, anonymous, about = people(known_as, *_ids(raw, properties, arrival), ("distinct_id", "distinct_id"))
    at, notes = happened(raw.get("time"), "time", arrival)
    if kind in _TRACK and not name:
        raise BadEvent("no_event_name", "event")
    return Event(
        event_id=_event_id(raw, user or anonymous, limits),
        kind=known_as,
        name="" if is_profile else anonymous if kind == "track_signup" else name,
        user_id=user,
        anonymous_id=anonymous,
        happened_ms=at,
        received_ms=arrival.received_ms,
        source=arrival.source,
        system=arrival.system,
        properties={"$profile": kind, **properties} if is_profile and kind not in _STATING else {} if is_profile else properties,
        traits=properties if kind in _STATING else {},
        context=mapping(raw.get("lib"), "lib"),
        notes=(*notes, *about),
    )


def _item(kind: str, raw: dict[str, Any], arrival: Arrival) -> Event:
    limits = arrival.limits
    item = identifier(raw.get("item_id"), "item_id", limits)
    if not item:
        raise BadEvent("no_item", "item_id")
    at, notes = happened(raw.get("time"), "time", arrival)
    return Event(
        event_id=_event_id(raw, item, limits),
        kind=ITEM,
        name=event_name(raw.get("item_type"), "item_type", arrival),
        user_id="",
        anonymous_id="",
        happened_ms=at,
        received_ms=arrival.received_ms,
        source=arrival.source,
        system=arrival.system,
        properties={**mapping(raw.get("properties"), "properties"), "$call": kind, "$item_id": item},
        traits={},
        context=mapping(raw.get("lib"), "lib"),
        notes=notes,
    )


def _event_id(raw: dict[str, Any], about: str, limits: Limits) -> str:
    track_id = identifier(raw.get("_track_id"), "_track_id", limits)
    # `_track_id` is drawn at random for each call of a client, from a range too small to be unique on its own.
    return f"{track_id}-{raw.get('time')}-{about}"[: limits.identifier] if track_id else _content_id(raw)


def _content_id(raw: dict[str, Any]) -> str:
    # The time of sending differs when the same event is sent again.
    return made_id({name: value for name, value in raw.items() if name != "_flush_time"}, dated="time" in raw)


def _ids(raw: dict[str, Any], properties: dict[str, Any], arrival: Arrival) -> tuple[str, str]:
    """The user's id and the anonymous id as the call has them."""
    limits = arrival.limits
    distinct = identifier(raw.get("distinct_id"), "distinct_id", limits)
    if not distinct:
        raise BadEvent("no_user", "distinct_id")
    if raw["type"] == "track_signup":
        return distinct, earlier(identifier(raw.get("original_id"), "original_id", limits), "original_id")
    identities = mapping(raw.get("identities"), "identities")
    login = next((identifier(identities[key], key, limits) for key in _LOGIN_KEYS if identities.get(key)), "")
    login = login or identifier(raw.get("login_id"), "login_id", limits)
    if login:
        anonymous = identifier(raw.get("anonymous_id"), "anonymous_id", limits)
        return login, anonymous or (distinct if distinct != login else "")
    if properties.get("$is_login_id") is True:
        return distinct, identifier(raw.get("anonymous_id"), "anonymous_id", limits)
    return "", distinct
