"""Broken events and payloads."""

import base64
import gzip
import json
import zlib

EVENT = {"type": "track", "event": "Viewed", "userId": "u1", "messageId": "m1", "timestamp": "2025-11-24T15:59:00Z"}


def changed(**fields):
    """An event with other fields; a field that is `...` is left out."""
    return {name: value for name, value in (EVENT | fields).items() if value is not ...}


def nested(levels):
    value = 1
    for _ in range(levels):
        value = {"a": value}
    return value


EVENTS = {
    "no object": ([1], "not_an_object"),
    "a text": ("track", "not_an_object"),
    "null": (None, "not_an_object"),
    "no type": (changed(type=...), "unknown_kind"),
    "type of another word": (changed(type="delete"), "unknown_kind"),
    "type is a list": (changed(type=["track"]), "unknown_kind"),
    "type in capitals": (changed(type="TRACK"), "unknown_kind"),
    "no user": (changed(userId=...), "no_user"),
    "user of blanks": (changed(userId=""), "no_user"),
    "user is a list": (changed(userId=["u1"]), "wrong_type"),
    "user is an object": (changed(userId={"id": 1}), "wrong_type"),
    "user of a thousand letters": (changed(userId="u" * 1000), "text_too_long"),
    "user with NUL": (changed(userId="u\x001"), "nul_byte"),
    "no name": (changed(event=...), "no_event_name"),
    "name is a number": (changed(event=7), "wrong_type"),
    "name of a thousand letters": (changed(event="e" * 1000), "text_too_long"),
    "name with NUL": (changed(event="e\x00"), "nul_byte"),
    "properties are a list": (changed(properties=[1]), "wrong_type"),
    "properties are a text": (changed(properties="x"), "wrong_type"),
    "traits are a number": (changed(type="identify", traits=3), "wrong_type"),
    "context is a flag": (changed(context=True), "wrong_type"),
    "time of no calendar": (changed(timestamp="2025-02-31T10:00:00Z"), "bad_time"),
    "time in words": (changed(timestamp="yesterday"), "bad_time"),
    "time is a list": (changed(timestamp=[2025]), "bad_time"),
    "time before 2000": (changed(timestamp="1970-01-01T00:00:00Z"), "bad_time"),
    "year 0": (changed(timestamp="0000-01-01T00:00:00Z"), "bad_time"),
    "message id is an object": (changed(messageId={}), "wrong_type"),
    "message id of a thousand letters": (changed(messageId="m" * 1000), "text_too_long"),
    "nested fifty levels": (changed(properties=nested(50)), "too_deep"),
    "a text of 64 kB": (changed(properties={"a": "x" * 65_536}), "event_too_large"),
    "a text of 10 kB": (changed(properties={"a": "x" * 10_000}), "text_too_long"),
    "NUL in a property": (changed(properties={"a": "x\x00y"}), "nul_byte"),
    "half a surrogate pair": (changed(properties={"a": "\ud800"}), "bad_text"),
    "ten thousand properties": (changed(properties={f"p{place}": place for place in range(10_000)}), "event_too_large"),
    "group without an id": (changed(type="group", groupId=...), "no_user"),
    "alias without an earlier id": (changed(type="alias", previousId=...), "no_user"),
}

ODD_BUT_RIGHT = {
    "year 9999": changed(timestamp="9999-12-31T00:00:00Z"),
    "a day in the future": changed(timestamp="2031-01-01T00:00:00Z"),
    "no message id": changed(messageId=...),
    "no time": changed(timestamp=...),
    "user is a number": changed(userId=12345),
    "HTML in a property": changed(properties={"title": "<script>alert(1)</script>"}),
    "formula in a property": changed(properties={"title": "=cmd|' /C calc'!A0"}),
    "unknown fields": changed(surprise={"a": 1}),
    "empty properties": changed(properties={}),
    "a negative price": changed(properties={"price": -1}),
}

BOMB = gzip.compress(b"[" + b" " * (64 << 20) + b"]", compresslevel=9)

BODIES = {
    "empty": b"",
    "no JSON": b"hello",
    "JSON that breaks off": b'{"batch": [{"type": "track"',
    "two values": b"{} {}",
    "invalid UTF-8": b'{"batch": "\xff\xfe"}',
    "a hundred thousand brackets": b"[" * 100_000,
    "zeros": b"\x00" * 100,
    "UTF-16": json.dumps({"batch": []}).encode("utf-16"),
}

COMPRESSED = {
    "gzip of nothing": b"",
    "no gzip": b"hello",
    "gzip cut off": gzip.compress(b"x" * 10_000)[:-20],
    "gzip with a damaged sum": gzip.compress(b"x" * 10_000)[:-8] + b"\x00" * 8,
    "a bomb of 64 MB": BOMB,
    "deflate for gzip": zlib.compress(b"{}"),
}

FORMS = {
    "neither data nor list": {},
    "empty data": {"data": ""},
    "no base64": {"data": "***"},
    "base64 of half a character": {"data": "YQ"},
    "base64 of no JSON": {"data": base64.b64encode(b"hello").decode()},
    "base64 of a bomb": {"data_list": base64.b64encode(BOMB).decode(), "gzip": "1"},
}

HOOKS = {
    "empty": b"",
    "no JSON": b"hello",
    "a text": b'"x"',
    "a number": b"7",
    "an empty array": b"[]",
    "an empty object": b"{}",
    "an array of numbers": b"[1, 2]",
    "records and others": b'[{"a": 1}, 2]',
    "invalid UTF-8": b'{"a": "\xff"}',
    "breaks off": b'{"a": ',
    "a hundred thousand brackets": b"[" * 100_000,
    "three thousand fields": json.dumps({f"f{place}": place for place in range(3000)}).encode(),
}

TAPS = {
    "no JSON": ["hello"],
    "no type": ['{"stream": "s"}'],
    "type is a number": ['{"type": 7}'],
    "a record before its schema": ['{"type": "RECORD", "stream": "s", "record": {"a": 1}}'],
    "a schema without one": ['{"type": "SCHEMA", "stream": "s"}'],
    "a schema that is a list": ['{"type": "SCHEMA", "stream": "s", "schema": []}'],
    "a record without one": ['{"type": "SCHEMA", "stream": "s", "schema": {"properties": {"a": {}}}}', '{"type": "RECORD", "stream": "s"}'],
    "a record that is a list": [
        '{"type": "SCHEMA", "stream": "s", "schema": {"properties": {"a": {}}}}',
        '{"type": "RECORD", "stream": "s", "record": [1]}',
    ],
    "a state without a value": ['{"type": "STATE"}'],
    "a line that breaks off": ['{"type": "SCHEMA", "stream": "s", "sch'],
    "a hundred thousand brackets": ["[" * 100_000],
    "a line of 17 MB": ['{"type": "STATE", "value": {"a": "' + "x" * 17_000_000 + '"}}'],
}
