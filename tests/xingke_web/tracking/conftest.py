"""A real server on loopback, in a process and an installation of its own, for the clients that nobody here wrote."""

import asyncio
import base64
import json
import shutil
import subprocess
import urllib.error
import urllib.request
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from xingke.bench.ingest_trial import Trial, free_port, wait_until_open

NOW_MS = 1_764_000_000_000


@dataclass
class Server:
    """The running server, and what it holds."""

    trial: Trial
    port: int
    process: subprocess.Popen | None = None
    reader: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def key(self) -> str:
        return self.trial.key

    @cached_property
    def shop_key(self) -> str:
        """Another key, for the pages of one shop alone."""
        return self.trial.ask("key", "https://shop.example.com").strip()

    def start(self) -> None:
        self.process = self.trial.start("serve", str(self.port))
        wait_until_open(self.port)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self.trial.processes.remove(self.process)

    def events(self) -> list[dict]:
        """Every event in the log, in order."""
        if self.reader is None:
            self.reader = self.trial.talk("events")
        print(file=self.reader.stdin, flush=True)
        return json.loads(self.reader.stdout.readline())

    def post(self, path: str, content, *, key: str | None = None, headers: dict[str, str] | None = None, method: str = "POST"):
        """Status, headers and JSON of an answer."""
        token = base64.b64encode(f"{self.key if key is None else key}:".encode()).decode()
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        sent = {"Authorization": f"Basic {token}", "Content-Type": "application/json", **(headers or {})}
        request = urllib.request.Request(
            self.url + path,
            data=body if method == "POST" else None,
            headers={name: value for name, value in sent.items() if value},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.headers, refused.read()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    trial = Trial(Path(tmp_path_factory.mktemp("trial")))
    trial.make()
    running = Server(trial, free_port())
    running.start()
    yield running
    trial.end()


@pytest.fixture
def events_in(workspace):
    """Puts events, as a client sends them, into the log of the workspace, with an empty lake before and after."""
    from xingke.events.event import Rejected
    from xingke.events.store import EventStore, batch_of
    from xingke_web.config.vault import vault_of
    from xingke_web.tracking.contracts import rights_of
    from xingke_web.tracking.hub import PARSERS
    from xingke_web.tracking.places import events_root
    from xingke_web.tracking.services import key_make

    shutil.rmtree(workspace.lake_path, ignore_errors=True)
    root = events_root(workspace)
    rights = rights_of(key_make(workspace, name="app", system="app").key, root)

    def put(*raws, now_ms: int = NOW_MS):
        arrival = rights.arrival(now_ms, None)
        found = [PARSERS["segment"](raw, arrival) for raw in raws]
        good = [(one[0].event_id, one[1]) for one in found if not isinstance(one, Rejected)]
        bad = [one.to_line() for one in found if isinstance(one, Rejected)]

        lines(*good, bad=bad)

    def lines(*good, bad=()):
        vault = vault_of(workspace.id)

        async def add():
            store = EventStore(root, vault)
            await store.add(batch_of("app", "app", good, list(bad)))
            await store.close()

        asyncio.run(add())

    put.lines = lines
    yield put
    shutil.rmtree(workspace.lake_path, ignore_errors=True)
