"""From the log to tables: events as rows of `tracked_event`, what identify calls say as rows of `source_record`, both in intake form."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

import orjson
import pyarrow as pa

from xingke.events.event import Event
from xingke.events.personal import Blinder, blinded_key, form_of, record_fields, without_personal
from xingke.schema.intake import INTAKE_TABLES, RECORD

_DAY_MS: Final = 24 * 3600 * 1000
_SHANGHAI_MS: Final = 8 * 3600 * 1000

Person = tuple[str, str]
"""A system, and the id by which it knows somebody."""


def links_in(events: Iterable[Event]) -> dict[Person, str]:
    """Which anonymous ids turned out to be which users: identify and alias calls that name both."""
    return {
        (event.system, event.anonymous_id): event.user_id
        for event in events
        if event.kind in {"identify", "alias"} and event.user_id and event.anonymous_id and event.user_id != event.anonymous_id
    } | {
        (event.system, event.name): event.user_id
        for event in events
        if event.kind == "alias" and event.user_id and event.name and event.name != event.user_id
    }


def event_rows(events: Sequence[Event], users: Mapping[Person, str], blinder: Blinder) -> pa.Table:
    """Rows of `tracked_event` in intake form.

    Parameters
    ----------
    users
        Users by anonymous id, for events that name only the latter.
    blinder
        Makes keyed hashes of the personal values in properties and keys; no row holds one readable.
    """
    keys = [blinded_key(event.user_id or users.get((event.system, event.anonymous_id), event.anonymous_id), blinder) for event in events]
    instants = pa.timestamp("ms", tz="UTC")
    columns = {
        "system": [event.system for event in events],
        "customer_key": keys,
        "happened_on": pa.array([(event.happened_ms + _SHANGHAI_MS) // _DAY_MS for event in events], pa.int32()).cast(pa.date32()),
        "happened_at": pa.array([event.happened_ms for event in events], instants),
        "received_at": pa.array([event.received_ms for event in events], instants),
        "event_id": [event.event_id for event in events],
        "kind": [event.kind for event in events],
        "name": [_name(event, blinder) for event in events],
        "source": [event.source for event in events],
        "properties": [_properties(event, blinder) for event in events],
    }
    return pa.table(columns).cast(INTAKE_TABLES["tracked_event"].arrow_schema)


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


def _business_day(event: Event) -> date:
    return date(1970, 1, 1) + timedelta(days=(event.happened_ms + _SHANGHAI_MS) // _DAY_MS)


def _fields(event: Event) -> dict[str, str]:
    if event.kind != "identify":
        return {}
    fields = record_fields(event.traits)
    form = form_of(event.user_id)
    if form:
        fields.setdefault(form, event.user_id)
    return fields
