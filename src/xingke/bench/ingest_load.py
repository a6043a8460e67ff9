"""A client that loads the tracking API as hard as it can: raw sockets, batches made beforehand, each event with an id of its own."""

import asyncio
import base64
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass(slots=True)
class LoadFigures:
    """What the client saw: batches answered with 200, their waiting times, events the server says it counted."""

    answered: int = 0
    events: int = 0
    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)

    @property
    def events_per_second(self) -> float:
        """Acknowledged events a second of wall time."""
        return self.events / self.seconds if self.seconds else 0.0

    def wait_ms(self, share: float) -> float:
        """A percentile of the waiting time of a batch, in milliseconds."""
        ordered = sorted(self.waits)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else 0.0


def bodies(*, batches: int, size: int, run: str) -> list[bytes]:
    """Request bodies of `size` track events each, about 400 bytes an event; `run` makes the ids unlike those of other runs."""
    now = datetime.now(UTC).isoformat()
    return [
        json.dumps({"batch": [_event(run, batch * size + index, now) for index in range(size)], "sentAt": now}).encode()
        for batch in range(batches)
    ]


def _event(run: str, number: int, now: str) -> dict[str, object]:
    return {
        "type": "track",
        "event": "Product Viewed",
        "userId": f"customer-{number % 20_000}",
        "anonymousId": None,
        "messageId": f"{run}-{number}",
        "timestamp": now,
        "properties": {
            "sku": f"6901028{number % 1000:06d}",
            "price": 23.5,
            "quantity": number % 7,
            "channel": "mini_program",
            "first": False,
        },
        "context": {"library": {"name": "load", "version": "1"}, "locale": "zh-CN"},
    }


def request_bytes(body: bytes, *, host: str, key: str) -> bytes:
    """The whole HTTP request of a batch."""
    token = base64.b64encode(f"{key}:".encode()).decode()
    lines = (
        "POST /v1/batch HTTP/1.1",
        f"Host: {host}",
        f"Authorization: Basic {token}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def send_all(requests: Sequence[bytes], *, host: str, ports: Sequence[int], connections: int) -> LoadFigures:
    """Send the requests over some connections at once, each waiting for its answer."""
    figures, queue = LoadFigures(), iter(requests)
    started = time.perf_counter()
    await asyncio.gather(*(_connection(queue, figures, host, ports[place % len(ports)]) for place in range(connections)))
    figures.seconds = time.perf_counter() - started
    return figures


async def _connection(queue: Iterator[bytes], figures: LoadFigures, host: str, port: int) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    for request in queue:
        started = time.perf_counter()
        writer.write(request)
        status, body = await answer(reader)
        if status == 200:
            figures.answered += 1
            figures.events += json.loads(body)["accepted"]
            figures.waits.append(time.perf_counter() - started)
    writer.close()


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Status and body of an HTTP answer with a stated length; raises EOFError where it is cut."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    length = next(int(line.partition(b":")[2]) for line in lines if line.lower().startswith(b"content-length"))
    return int(lines[0].split(b" ")[1]), await reader.readexactly(length)
