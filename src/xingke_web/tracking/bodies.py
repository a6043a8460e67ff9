"""Reading what clients send: plain or compressed JSON, forms of Sensors Analytics, beacons."""

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs

import orjson
from starlette.requests import Request

from xingke.words import both
from xingke_web.tracking.refusals import Refused, bad_body, too_large

_WINDOW: Final = {"gzip": 31, "deflate": 15}


async def body_of(request: Request, most: int) -> bytes:
    """The body, decompressed; raises Refused where it is larger than `most` bytes or cannot be decompressed."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise too_large(most)
        parts.append(part)
    raw = b"".join(parts)
    encoding = request.headers.get("content-encoding", "").strip().lower()
    if encoding in {"", "identity"}:
        return raw
    if encoding not in _WINDOW:
        raise Refused(415, "unknown_encoding", both("Content-Encoding 只支持 gzip 与 deflate", "Content-Encoding: gzip and deflate only"))
    return inflated(raw, most, _WINDOW[encoding])


def inflated(raw: bytes, most: int, window: int) -> bytes:
    """The decompressed bytes; stops at `most`, so that a small body cannot fill the memory."""
    try:
        stream = zlib.decompressobj(window)
        content = stream.decompress(raw, most + 1)
    except zlib.error as error:
        raise bad_body("压缩内容损坏", "the compressed body is damaged") from error
    if len(content) > most:
        raise too_large(most)
    if not stream.eof:
        raise bad_body("压缩内容不完整", "the compressed body is cut off")
    return content


def parsed_json(content: bytes) -> Any:
    """The JSON value of a body.

    What the quick reader refuses is read by the patient one: `NaN`, halves of surrogate pairs. An event that holds such a thing
    then goes to quarantine alone, and not its whole batch.
    """
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise bad_body("请求体不是有效的 JSON", "the body is not valid JSON") from error


def form_of(content: bytes, query: str) -> Mapping[str, str]:
    """The fields of a form body and of the query, the body's first."""
    try:
        text = content.decode("ascii")
        fields = {**parse_qs(query, max_num_fields=50), **parse_qs(text, max_num_fields=50)}
    except ValueError as error:
        raise bad_body("表单无法识别", "the form cannot be read") from error
    return {name: values[0] for name, values in fields.items()}


def sensors_events(fields: Mapping[str, str], most: int) -> list[Any]:
    """The events of a Sensors Analytics form: `data` (one) or `data_list`, base64 of JSON, compressed where `gzip` says or it looks so."""
    text = fields.get("data_list") or fields.get("data")
    if not text:
        raise bad_body("缺少 data 或 data_list", "neither data nor data_list was sent")
    try:
        raw = base64.b64decode(text.replace(" ", "+"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise bad_body("data 不是有效的 base64", "data is not valid base64") from error
    if raw[:2] == b"\x1f\x8b":
        raw = inflated(raw, most, 31)
    if len(raw) > most:
        raise too_large(most)
    value = parsed_json(raw)
    return value if isinstance(value, list) else [value]
