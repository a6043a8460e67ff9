"""What is sent as JSON, as records: an object is one, an array is several."""

import json
from collections.abc import Iterator
from typing import Any

from xingke.errors import UserFacingError
from xingke.sources.connectors.contract import Batch, Cursor, Rejected
from xingke.sources.connectors.http_json.paths import at_path
from xingke.sources.connectors.rows import MOST_COLUMNS, fitting, flattened, table_of_records
from xingke.sources.connectors.spool import Message, Spool

MESSAGES = 2_000
MOST_RECORDS = 100_000


class BadPayload(UserFacingError):
    """A payload that holds no records; `reason` is its code in quarantine."""

    def __init__(self, reason: str, *, zh: str, en: str) -> None:
        super().__init__(zh=zh, en=en, reason=reason)
        self.reason = reason


def records_of(body: bytes, path: str = "") -> list[dict[str, Any]]:
    """The records of a payload.

    Raises
    ------
    BadPayload
        It is no JSON, no object or array of objects, or holds more records or fields than are taken at once.
    """
    try:
        sent = json.loads(body.decode("utf-8-sig"), parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        raise BadPayload("not_json", zh="内容不是 UTF-8 的 JSON", en="the content is not JSON in UTF-8") from None
    found = at_path(sent, path)
    records = found if isinstance(found, list) else [found]
    if not records or not all(isinstance(record, dict) and record for record in records):
        where = path or "$"
        raise BadPayload(
            "not_a_record",
            zh=f"「{where}」处应是一个 JSON 对象，或对象的数组，且不为空",
            en=f"at '{where}' there must be a JSON object, or an array of objects, and not empty",
        )
    if len(records) > MOST_RECORDS:
        raise BadPayload("too_large", zh=f"一次最多 {MOST_RECORDS:,} 条", en=f"at most {MOST_RECORDS:,} records are taken at once")
    if max(len(flattened(record)) for record in records) > MOST_COLUMNS:
        raise BadPayload("too_large", zh=f"一条最多 {MOST_COLUMNS:,} 个字段", en=f"a record may have {MOST_COLUMNS:,} fields at most")
    return records


def spooled(spool: Spool, cursor: Cursor | None, path: str) -> Iterator[Batch]:
    """The messages behind the cursor as batches; each row has a column `received_at`, its own where it brings one."""
    number = int(cursor["number"]) if cursor else 0
    while messages := spool.after(number, most=MESSAGES):
        number = messages[-1].number
        records, rejected, units = [], [], []
        for message in messages:
            if message.reason:
                rejected.append(_rejected(message, message.reason))
                continue
            try:
                sent, long = fitting(records_of(message.body, path), place=f"message {message.number}")
                rejected += long
                records += [{"received_at": message.received_at, **record} for record in sent]
                units += [message.number] * len(sent)
            except BadPayload as bad:  # the settings may have changed since it came
                rejected.append(_rejected(message, bad.reason))
        yield Batch(table_of_records(records), {"number": number}, tuple(rejected), tuple(units))


def _rejected(message: Message, reason: str) -> Rejected:
    return Rejected(f"message {message.number}", reason, message.body.decode("utf-8", "replace"))
