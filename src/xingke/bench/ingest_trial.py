"""A throw-away installation of the platform and its processes, for benches that load the tracking API from outside."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from xingke.errors import XingkeError

MODULE: Final = "xingke_web.tracking.trial"
START_SECONDS: Final = 120.0


class TrialFailed(XingkeError):
    """A process of the trial installation ended or did not answer."""


@dataclass(slots=True)
class Trial:
    """The installation in a directory, its write key, and the processes that run."""

    home: Path
    key: str = ""
    module: str = MODULE
    variables: Mapping[str, str] = field(default_factory=dict)
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    def make(self) -> None:
        """Make the installation with one workspace and one write key."""
        self.key = self.ask("make").strip()

    def ask(self, *arguments: str) -> str:
        """Run a role to its end; what it printed."""
        done = subprocess.run(self._command(*arguments), env=self._environment(), capture_output=True, text=True, check=False)  # noqa: S603 - our own module
        if done.returncode:
            raise TrialFailed(f"{arguments[0]} ended with code {done.returncode}: {done.stderr[-2000:]}")
        return done.stdout

    def check(self) -> dict[str, Any]:
        """What the log and the pieces hold, once everything is compacted."""
        found: dict[str, Any] = json.loads(self.ask("check").splitlines()[-1])
        return found

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start a role that runs until it is ended."""
        with (self.home / f"{arguments[0]}.log").open("a") as log:
            process = subprocess.Popen(self._command(*arguments), env=self._environment(), stdout=log, stderr=log, text=True)  # noqa: S603 - our own module
        self.processes.append(process)
        return process

    def talk(self, role: str) -> "subprocess.Popen[str]":
        """Start a role that answers each line it is sent with one line."""
        process = subprocess.Popen(  # noqa: S603 - our own module
            self._command(role), env=self._environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.processes.append(process)
        return process

    def end(self) -> None:
        """End all processes of the trial."""
        for process in self.processes:
            with suppress(ProcessLookupError):
                process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()
        self.processes.clear()

    @property
    def lake(self) -> Path:
        """The lake of the workspace."""
        return self.home / "lakes" / "trial"

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", self.module, *arguments]

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("XINGKE_", "DJANGO_"))}
        return {**kept, "XINGKE_HOME": str(self.home), "XINGKE_LOG_LEVEL": "WARNING", **self.variables}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_open(port: int, *, seconds: float = START_SECONDS) -> None:
    """Wait until somebody listens on a port of this machine."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise TrialFailed(f"nothing listens on port {port} after {seconds} s")


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far; 0 where the system does not say."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
