"""The clients of other makers, two servers of one installation, a line that breaks between them, and a site that the clients run on."""

import json
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.browser.clients.proxy import Line
from xingke.bench.ingest_trial import Trial, free_port, wait_until_open

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def packages() -> Path:
    """The clients as npm has them, held to the lock file by their hashes."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("Node and npm are not installed")
    there = HERE / "node_modules"
    lock = there / ".package-lock.json"
    if not lock.exists() or lock.stat().st_mtime < (HERE / "package-lock.json").stat().st_mtime:
        installed = subprocess.run([npm, "ci"], cwd=HERE, capture_output=True, text=True)
        if installed.returncode:
            pytest.skip(f"the clients cannot be installed here: {installed.stderr[-200:]}")
        lock.touch()
    return there


@dataclass
class Installation:
    """Two servers that take events for one workspace."""

    trial: Trial
    ports: list[int]

    def __post_init__(self) -> None:
        self._servers = {port: self.trial.start("serve", str(port)) for port in self.ports}
        for port in self.ports:
            wait_until_open(port)
        self._reader = self.trial.talk("events")

    def kill(self, port: int) -> None:
        """End one server on the spot, and start it again."""
        process = self._servers[port]
        process.kill()
        process.wait()
        self.trial.processes.remove(process)
        self._servers[port] = self.trial.start("serve", str(port))

    def events(self) -> list[dict]:
        print(file=self._reader.stdin, flush=True)
        return json.loads(self._reader.stdout.readline())

    def until(self, wanted: Callable[[list[dict]], bool], *, seconds: float = 150) -> list[dict]:
        """The events in the log once they are as wanted; those that are there when the time is over."""
        deadline = time.monotonic() + seconds
        while not wanted(found := self.events()) and time.monotonic() < deadline:
            time.sleep(0.5)
        return found


@pytest.fixture(scope="session")
def installation(tmp_path_factory) -> Iterator[Installation]:
    trial = Trial(Path(tmp_path_factory.mktemp("clients")))
    trial.make()
    yield Installation(trial, [free_port(), free_port()])
    trial.end()


@pytest.fixture
def line(installation) -> Iterator[Line]:
    for port in installation.ports:  # those that the test before has killed are up again
        wait_until_open(port)
    running = Line(installation.ports, seed=7)
    yield running
    running.close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture(scope="session")
def pages(packages) -> Iterator[str]:
    """A site of another origin that has the bundles, and an empty page to run them in."""
    (packages / "empty.html").write_text("<!doctype html><title>shop</title>", encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(packages)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
