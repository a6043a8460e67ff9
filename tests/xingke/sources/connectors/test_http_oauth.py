"""OAuth 2.0 client credentials against a server on this machine that expires, takes back and refuses."""

import base64
import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from tests.pulled import given, rows_of
from xingke.errors import ConfigurationError
from xingke.network import AddressRefused, allowing
from xingke.sources.connectors.errors import SourceRefused, SourceUnreachable
from xingke.sources.connectors.http_json import HttpJsonConnector


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.reply(*self.server.site.token(asked, self.headers))

    def do_GET(self):
        self.reply(*self.server.site.page(self.path, self.headers))

    def reply(self, status, answer, headers=()):
        text = json.dumps(answer).encode()
        self.send_response(status)
        for name, value in (("Content-Length", str(len(text))), *headers):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        """Nothing is written."""


class Site:
    """A token server and an interface of three pages."""

    def __init__(self):
        self.given, self.good, self.asked, self.expires_in, self.answer, self.now = 0, set(), [], 3600, None, datetime.now(UTC)
        self.each_page = timedelta()

    def token(self, asked, headers):
        self.asked.append((asked, dict(headers)))
        if self.answer:
            return self.answer
        self.given += 1
        self.good = {f"t{self.given}"}
        return 200, {"access_token": f"t{self.given}", "token_type": "Bearer", "expires_in": self.expires_in}

    def page(self, path, headers):
        if headers.get("Authorization") not in {f"Bearer {token}" for token in self.good}:
            return 401, {}
        self.now += self.each_page
        number = int(path.rpartition("=")[2])
        return 200, [{"id": number}] if number <= 3 else []


@pytest.fixture
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.site = Site()
    server.site.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server.site
    server.shutdown()
    thread.join()
    server.server_close()


def read(site, **more):
    connector = HttpJsonConnector(sleep=lambda _: None, now=lambda: site.now)
    asked = {
        "url": f"{site.url}/rows",
        "auth": "oauth",
        "token_url": f"{site.url}/token",
        "user": "id:1",
        "secret": "s&cret",
        "paging": "page",
    } | more
    return [row["id"] for row in rows_of(connector.read(given(connector, **asked), "rows", None))]


def test_a_token_is_asked_for_once_and_used_for_every_page(site):
    assert read(site, scope="orders.read", token_params="audience: shop", headers="X-Api-Key: of the interface") == ["1", "2", "3"]
    ((asked, headers),) = site.asked
    assert asked == {"grant_type": ["client_credentials"], "scope": ["orders.read"], "audience": ["shop"]}
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")) == b"id%3A1:s%26cret"
    assert "X-Api-Key" not in headers


def test_a_token_is_renewed_before_it_expires(site):
    site.expires_in, site.each_page = 100, timedelta(seconds=80)
    assert read(site) == ["1", "2", "3"]
    assert site.given == 4


def test_a_token_that_was_taken_back_is_renewed_once(site):
    pages, taken = site.page, []

    def page(path, headers):
        if path.endswith("2") and not taken:
            taken.append(site.good.clear())
        return pages(path, headers)

    site.page = page
    assert read(site) == ["1", "2", "3"]
    assert site.given == 2


def test_an_interface_that_refuses_every_token_is_asked_twice_and_said_as_such(site):
    site.page = lambda *_: (401, {})
    with pytest.raises(SourceRefused, match="refuses the key"):
        read(site)
    assert site.given == 2


def test_id_and_secret_go_into_the_body_where_the_server_wants_them_there(site):
    read(site, token_auth="body")
    ((asked, headers),) = site.asked
    assert (asked["client_id"], asked["client_secret"], headers.get("Authorization")) == (["id:1"], ["s&cret"], None)


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (
            (401, {"error": "invalid_client", "error_description": "<inner words>"}),
            SourceRefused,
            "client id or the client secret is wrong",
        ),
        ((400, {"error": "invalid_scope"}), SourceRefused, "scope is not accepted"),
        ((400, {"error": "<script>"}), SourceRefused, r"gave no token \(400\)"),
        ((200, {"access_token": "a\r\nX: y"}), SourceRefused, "gave no token"),
        ((200, ["no object"]), SourceRefused, "gave no token"),
        ((302, {}, [("Location", "http://169.254.169.254/")]), SourceRefused, r"gave no token \(302\)"),
        ((503, {}), SourceUnreachable, "busy"),
    ],
)
def test_a_token_server_that_refuses_is_said_in_words_and_not_repeated(site, answer, error, words):
    site.answer = answer
    with pytest.raises(error, match=words) as caught:
        read(site)
    for said in caught.value.words.values():
        assert not [text for text in ("s&cret", "<", "inner words") if text in said]


@pytest.mark.parametrize("expires_in", [0, -5, "soon", None, float("nan"), 1e30])
def test_an_odd_expiry_does_no_harm(site, expires_in):
    site.expires_in = expires_in
    assert read(site) == ["1", "2", "3"]


def test_the_token_address_is_judged_as_well(site):
    with allowing(site.url.removeprefix("http://")), pytest.raises(AddressRefused):
        read(site, token_url="http://127.0.0.2/token")
    with pytest.raises(ConfigurationError, match="whole http"):
        read(site, token_url="file:///etc/passwd")
