"""A line between clients and servers that breaks: requests are lost before or after they are taken, delayed, or answered 429 and 503."""

import asyncio
import random
import threading
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field

TROUBLE = ("drop before", "drop after", "delay", "429", "503")


@dataclass
class Line:
    """Forwards to the servers in turn; what carries events is disturbed with a probability of `share`."""

    servers: list[int]
    seed: int
    share: float = 0.35
    port: int = 0
    done: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._random, self._turn = random.Random(self.seed), 0  # noqa: S311 - a test repeats by its seed
        self._loop, up = asyncio.new_event_loop(), threading.Event()
        self._thread = threading.Thread(target=self._run, args=(up,), daemon=True)
        self._thread.start()
        up.wait(30)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self, up: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._handle, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        up.set()
        self._loop.run_forever()
        server.close()
        open_ = asyncio.all_tasks(self._loop)
        for task in open_:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*open_, return_exceptions=True))
        self._loop.run_until_complete(asyncio.sleep(0.1))  # what is closed is gone only then
        self._loop.close()

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer), suppress(OSError, asyncio.IncompleteReadError, ValueError):
            head = await reader.readuntil(b"\r\n\r\n")
            fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
            request = head + await reader.readexactly(int(fields.get(b"content-length", b"0")))
            answer = await self._answer(head, request, fields.get(b"origin", b"*"))
            writer.write(answer)
            await writer.drain()

    async def _answer(self, head: bytes, request: bytes, origin: bytes) -> bytes:
        carries = head.startswith(b"POST") and self._random.random() < self.share
        what = self._random.choice(TROUBLE) if carries else "pass"
        self.done[what] += 1
        if what == "drop before":
            return b""
        if what in ("429", "503"):
            lines = (b"HTTP/1.1 %s No" % what.encode(), b"Retry-After: 1", b"Content-Length: 0", b"Connection: close")
            return b"\r\n".join((*lines, b"Access-Control-Allow-Origin: " + origin, b"Access-Control-Allow-Credentials: true", b"", b""))
        if what == "delay":
            await asyncio.sleep(self._random.uniform(0.2, 1.5))
        answer = await self._forwarded(head, request)
        return b"" if what == "drop after" else answer

    async def _forwarded(self, head: bytes, request: bytes) -> bytes:
        self._turn += 1
        turn = [self.servers[(self._turn + place) % len(self.servers)] for place in range(len(self.servers))]
        reader, writer = await self._connected(turn)
        first = head.index(b"\r\n") + 2
        kept = b"".join(line + b"\r\n" for line in head[first:-4].split(b"\r\n") if not line.lower().startswith(b"connection:"))
        with closing(writer):
            writer.write(head[:first] + kept + b"Connection: close\r\n\r\n" + request[len(head) :])
            answer = await reader.read(-1)
        self.done[answer[9:12].decode() or "cut"] += 1
        return answer

    async def _connected(self, ports: list[int]) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """The first server that is there, as a load balancer finds it."""
        for port in ports[:-1]:
            with suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", port)
        return await asyncio.open_connection("127.0.0.1", ports[-1])
