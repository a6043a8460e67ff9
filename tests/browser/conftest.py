"""One demo for all browser tests: built once, served on loopback, visited by Chromium."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WORKSPACE = "complete-journey"
PASSWORD = "xingke-demo"
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}

pytest.importorskip("playwright", reason="the extra `browser` is not installed")
if CHROMIUM is None:
    pytest.skip("no Chromium on this machine", allow_module_level=True)


def xingke(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "xingke_web.cli", *arguments],
        env={**_clean_environment(), "XINGKE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
        timeout=280,
    )


def _clean_environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XINGKE_", "DJANGO_"))}
    return {**kept, "XINGKE_LANGUAGE": "en"}


@pytest.fixture(scope="session")
def site_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("demo") / "home"
    xingke("demo", "--no-serve", "--only", WORKSPACE, home=home)
    return home


@pytest.fixture(scope="session")
def site(site_home: Path) -> Iterator[str]:
    home = site_home
    port = _free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "xingke_web.cli", "serve", "--port", str(port)],
        env={**_clean_environment(), "XINGKE_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=40)


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str) -> None:
    for _ in range(120):
        try:
            with urllib.request.urlopen(f"{address}/login/", timeout=2):
                return
        except OSError:
            time.sleep(0.25)
    raise RuntimeError("the server did not answer within 30 seconds")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield browser
        browser.close()


@dataclass
class Visit:
    """A page of one person, with everything that went wrong on the way."""

    page: Any
    site: str
    problems: list[str] = field(default_factory=list)

    def open(self, path: str) -> Any:
        response = self.page.goto(f"{self.site}{path}", wait_until="networkidle")
        if response is not None and response.status >= 400:
            self.problems.append(f"{path}: status {response.status}")
        return response

    def in_workspace(self, path: str) -> Any:
        return self.open(f"/w/{WORKSPACE}/{path}")


@pytest.fixture
def visit(site: str, chromium: Any) -> Iterator[Callable[..., Visit]]:
    """A log-in: `visit("analyst", viewport=PHONE, language="en", dark=True)`."""
    contexts = []

    def log_in(person: str | None, *, viewport: dict[str, int] = DESKTOP, language: str = "zh-hans", dark: bool = False) -> Visit:
        context = chromium.new_context(viewport=viewport, locale="zh-CN", device_scale_factor=1)
        contexts.append(context)
        page = context.new_page()
        visited = Visit(page, site)
        page.on("console", lambda message: visited.problems.append(f"console: {message.text}") if message.type == "error" else None)
        page.on("pageerror", lambda error: visited.problems.append(f"error: {error}"))
        page.on("request", lambda request: _note_foreign(visited, request.url))
        context.add_cookies(
            [
                {"name": "xingke_language", "value": language, "url": site},
                {"name": "xk_theme", "value": "dark" if dark else "light", "url": site},
            ]
        )
        if person is not None:
            visited.open("/login/")
            page.fill("input[name=username]", person)
            page.fill("input[name=password]", PASSWORD)
            page.click("form:has(input[name=password]) button")
            page.wait_for_load_state("networkidle")
        return visited

    yield log_in
    for context in contexts:
        context.close()


def _note_foreign(visited: Visit, url: str) -> None:
    if not url.startswith((visited.site, "data:", "blob:", "about:")):
        visited.problems.append(f"asked for {url}")


@pytest.fixture
def axe() -> Callable[[Any], list[str]]:
    """Violations of WCAG 2.2 AA on a page, each with the first place."""
    from axe_playwright_python.sync_playwright import Axe

    def run(page: Any) -> list[str]:
        options = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
        found = Axe().run(page, options=options)
        return [f"{one['id']}: {json.dumps(one['nodes'][0]['target'])}" for one in found.response["violations"]]

    return run
