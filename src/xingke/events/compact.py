"""From the log to tables: events as rows of `tracked_event`, what identify calls say as rows of `source_record`, both in intake form."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import orjson
import pyarrow as pa

from xingke.events.event import ITEM, Event
from xingke.events.items import item_fields
from xingke.events.personal import Blinder, blinded_key, form_of, record_fields, without_personal
from xingke.schema.business_day import business_day, business_days
from xingke.schema.intake import INTAKE_TABLES, RECORD

Person = tuple[str, str]
"""A system, and the id by which it knows somebody."""


Logins = Sequence[tuple[int, str]]
"""Who logged in on a device, in the order of time: (milliseconds since 1970, user)."""


def links_in(events: Iterable[Event]) -> dict[Person, list[tuple[int, str]]]:
    """Which anonymous ids turned out to be which users, and when: identify and alias calls that name both."""
    found: dict[Person, set[tuple[int, str]]] = {}
    for event in events:
        if event.kind not in {"identify", "alias"} or not event.user_id:
            continue
        for earlier in (event.anonymous_id, event.name if event.kind == "alias" else ""):
            if earlier and earlier != event.user_id:
                found.setdefault((event.system, earlier), set()).add((event.happened_ms, event.user_id))
    return {person: sorted(logins) for person, logins in found.items()}


def user_at(logins: Logins, happened_ms: int) -> str:
    """Whose an anonymous event is: the user's who had logged in last by then, else of the one who was the first to log in.

    So what happens on a device that several people use stays with the one who had it at that time.
    """
    place = bisect_right(logins, happened_ms, key=lambda login: login[0])
    return logins[max(place - 1, 0)][1]


def event_rows(events: Sequence[Event], users: Mapping[Person, Logins], blinder: Blinder) -> pa.Table:
    """Rows of `tracked_event` in intake form; what clients say of things is nobody's event and has none.

    Parameters
    ----------
    users
        Log-ins by anonymous id, for events that name only the latter.
    blinder
        Makes keyed hashes of the personal values in properties and keys; no row holds one readable.
    """
    events = [event for event in events if event.kind != ITEM]
    keys = [blinded_key(_key(event, users), blinder) for event in events]
    instants = pa.timestamp("ms", tz="UTC")
    columns = {
        "system": [event.system for event in events],
        "customer_key": keys,
        "happened_on": business_days(pa.array([event.happened_ms for event in events], instants)),
        "happened_at": pa.array([event.happened_ms for event in events], instants),
        "received_at": pa.array([event.received_ms for event in events], instants),
        "event_id": [event.event_id for event in events],
        "kind": [event.kind for event in events],
        "name": [_name(event, blinder) for event in events],
        "source": [event.source for event in events],
        "properties": [_properties(event, blinder) for event in events],
    }
    return pa.table(columns).cast(INTAKE_TABLES["tracked_event"].arrow_schema)


def _key(event: Event, users: Mapping[Person, Logins]) -> str:
    logins = () if event.user_id else users.get((event.system, event.anonymous_id), ())
    return user_at(logins, event.happened_ms) if logins else event.customer_key


def _name(event: Event, blinder: Blinder) -> str | None:
    if event.kind in {"group", "alias"}:
        return blinded_key(event.name, blinder)
    return event.name or None


def _properties(event: Event, blinder: Blinder) -> str | None:
    kept = {**event.properties, **({"traits": event.traits} if event.traits else {})}
    return orjson.dumps(without_personal(kept, blinder)).decode() if kept else None


def record_rows(events: Iterable[Event], before: Mapping[Person, Mapping[str, Any]], blinder: Blinder) -> pa.Table:
    """Rows of `source_record`, one a person of whom the events say something; what was known before and is not contradicted stays.

    Parameters
    ----------
    before
        Earlier records by system and key, opened.
    """
    records: dict[Person, dict[str, Any]] = {}
    for event in sorted(events, key=lambda one: one.happened_ms):
        fields = _fields(event)
        if fields:
            person = (event.system, blinded_key(event.customer_key, blinder))
            record = records.setdefault(person, dict(before.get(person, {})))
            record |= fields
            record["updated_on"] = _business_day(event)
    names = RECORD.column_names
    rows = [{**dict.fromkeys(names), **record, "system": system, "source_id": key} for (system, key), record in sorted(records.items())]
    return pa.Table.from_pylist(rows, schema=RECORD.arrow_schema)


def product_rows(events: Iterable[Event]) -> pa.Table:
    """Rows of `product` in intake form, one an item of which clients say something; the newest word on each property holds.

    An item that a client deletes stays: orders may speak of it.
    """
    rows: dict[Person, dict[str, Any]] = {}
    for event in sorted((one for one in events if one.kind == ITEM), key=lambda one: one.happened_ms):
        said = item_fields(event.properties)
        if said and event.properties.get("$call") == "item_set":
            key = str(event.properties["$item_id"])
            rows.setdefault((event.system, key), {"system": event.system, "product_key": key}).update(said)
    schema = INTAKE_TABLES["product"].arrow_schema
    return pa.Table.from_pylist([{**dict.fromkeys(schema.names), **row} for _, row in sorted(rows.items())], schema=schema)


def _business_day(event: Event) -> date:
    return business_day(datetime.fromtimestamp(event.happened_ms / 1000, UTC))


def _fields(event: Event) -> dict[str, str]:
    if event.kind != "identify":
        return {}
    fields = record_fields(event.traits)
    form = form_of(event.user_id)
    if form:
        fields.setdefault(form, event.user_id)
    return fields
