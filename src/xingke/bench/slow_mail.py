"""A mail provider for benches: it takes its time over each message, breaks lines where it is told to, and notes what it took and when."""

import random
import socketserver
import threading
import time
from dataclasses import dataclass, field
from typing import Final

BREAKS: Final = ("cut", "mute")
"""How a line breaks: amid the content, which is then not taken, or after it was taken and before the answer."""


@dataclass(slots=True)
class Provider:
    """What the provider does and what it took.

    Parameters
    ----------
    pause
        Seconds between the end of a message and the answer to it.
    break_share
        Of the messages, how many break their line; half of them are taken all the same.
    """

    pause: float = 0.05
    break_share: float = 0.0
    seed: int = 7
    taken: list[tuple[str, float]] = field(default_factory=list)
    broken: int = 0
    _chance: random.Random = field(init=False)
    _server: "_Server" = field(init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311 - a test repeats by its seed
        self._server = _Server(self)

    def __enter__(self) -> "Provider":
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        """Where it listens on this machine."""
        return int(self._server.server_address[1])

    def breaks(self) -> str:
        """How the line of the next message breaks; empty for most."""
        if self._chance.random() >= self.break_share:
            return ""
        self.broken += 1
        return self._chance.choice(BREAKS)

    def take(self, key: str) -> None:
        """Note a message as taken now."""
        self.taken.append((key, time.time()))


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def __init__(self, provider: Provider) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.provider = provider

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed amid its words is what the bench is about."""


class _Talk(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        self._say("220 bench")
        while line := self.rfile.readline():
            command = line[:4].upper()
            if command == b"DATA":
                self._say("354 go on")
                if not self._content():
                    return
            self._say("221 bye" if command == b"QUIT" else "250 ok")

    def _content(self) -> bool:
        """Read one message; False where the line is at its end."""
        provider, key = self.server.provider, ""
        breaks = provider.breaks()
        while (line := self.rfile.readline()) != b".\r\n":
            if not line or (breaks == "cut" and key):
                return False
            if line.lower().startswith(b"message-id:"):
                key = line.partition(b"<")[2].partition(b"@")[0].decode("ascii")
        time.sleep(provider.pause)
        provider.take(key)
        return breaks != "mute"

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode("ascii"))
