"""Events of the Sensors Analytics (神策) clients, read into the one form.

`track` is a track event, `track_signup` joins an anonymous id to a user (alias), the `profile_*` calls state traits (identify); item calls
are about things and not about people. `distinct_id` is a user's id where the call says so (`$is_login_id`, `login_id`), else anonymous.
"""

from typing import Any, Final

from xingke.events.arrival import Arrival
from xingke.events.event import Event
from xingke.events.parse import Parsed, event_name, made_id, parsed
from xingke.events.values import BadEvent, happened, identifier, mapping

_TRACK: Final = frozenset({"track", "track_id_bind", "track_id_unbind"})
_PROFILE: Final = frozenset({"profile_set", "profile_set_once", "profile_increment", "profile_append", "profile_unset", "profile_delete"})
_STATING: Final = frozenset({"profile_set", "profile_set_once"})
_LOGIN_KEYS: Final = ("$identity_login_id", "login_id")
_SCREENS: Final = {"$pageview": "page", "$MPViewScreen": "screen", "$AppViewScreen": "screen"}


def parse_sensors(raw: Any, arrival: Arrival) -> Parsed:
    """An event with its line for the log, or why it is refused."""
    return parsed(raw, arrival, "sensors", _sensors)


def _sensors(raw: dict[str, Any], arrival: Arrival) -> Event:
    limits = arrival.limits
    kind = raw.get("type")
    if type(kind) is not str or kind not in _TRACK | _PROFILE | {"track_signup"}:
        raise BadEvent("unknown_kind", "type")
    properties = mapping(raw.get("properties"), "properties")
    user, anonymous = _people(raw, properties, arrival)
    at, notes = happened(raw.get("time"), "time", arrival)
    track_id = identifier(raw.get("_track_id"), "_track_id", limits)
    # `_track_id` is drawn at random for each call of a client, from a range too small to be unique on its own.
    event_id = f"{track_id}-{raw.get('time')}-{user or anonymous}"[: limits.identifier] if track_id else _content_id(raw)
    name = event_name(raw.get("event"), "event", arrival)
    if kind in _TRACK and not name:
        raise BadEvent("no_event_name", "event")
    is_profile = kind in _PROFILE
    return Event(
        event_id=event_id,
        kind="identify" if is_profile else "alias" if kind == "track_signup" else _SCREENS.get(name, "track"),
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
        notes=notes,
    )


def _content_id(raw: dict[str, Any]) -> str:
    # The time of sending differs when the same event is sent again.
    return made_id({name: value for name, value in raw.items() if name != "_flush_time"}, dated="time" in raw)


def _people(raw: dict[str, Any], properties: dict[str, Any], arrival: Arrival) -> tuple[str, str]:
    limits = arrival.limits
    distinct = identifier(raw.get("distinct_id"), "distinct_id", limits)
    if not distinct:
        raise BadEvent("no_user", "distinct_id")
    if raw["type"] == "track_signup":
        original = identifier(raw.get("original_id"), "original_id", limits)
        if not original:
            raise BadEvent("no_user", "original_id")
        return distinct, original
    identities = mapping(raw.get("identities"), "identities")
    login = next((identifier(identities[key], key, limits) for key in _LOGIN_KEYS if identities.get(key)), "")
    login = login or identifier(raw.get("login_id"), "login_id", limits)
    if login:
        anonymous = identifier(raw.get("anonymous_id"), "anonymous_id", limits)
        return login, anonymous or (distinct if distinct != login else "")
    if properties.get("$is_login_id") is True:
        return distinct, identifier(raw.get("anonymous_id"), "anonymous_id", limits)
    return "", distinct
