"""A mail server on this machine that takes the demo's mail and passes nothing on; messages lie as files in the installation."""

import time
from pathlib import Path
from typing import Any

from xingke.errors import MissingExtra

HOST = "127.0.0.1"


class _Keep:
    """Writes what arrives into a directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802 - aiosmtpd looks for this name
        """Take one message."""
        (self._directory / f"{time.time_ns()}.eml").write_bytes(envelope.content)
        return "250 kept"


class Mailbox:
    """The server; `url` is what the platform sends to."""

    def __init__(self, directory: Path) -> None:
        try:
            from aiosmtpd.controller import Controller
        except ImportError:
            raise MissingExtra(feature="Demo mail", extra="demo") from None
        directory.mkdir(parents=True, exist_ok=True)
        self._controller = Controller(_Keep(directory), hostname=HOST, port=_free_port())

    @property
    def url(self) -> str:
        """The address for XINGKE_MAIL_URL."""
        return f"smtp://{HOST}:{self._controller.port}"

    def start(self) -> None:
        """Listen, in a thread of its own."""
        self._controller.start()

    def stop(self) -> None:
        """Stop listening."""
        self._controller.stop()


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
