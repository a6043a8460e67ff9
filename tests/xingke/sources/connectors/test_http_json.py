"""Against a server on this machine that pages, is busy, and sends astray."""

import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.pulled import given, rows_of
from xingke.errors import ConfigurationError
from xingke.sources.connectors.errors import BadAnswer, SourceRefused, SourceUnreachable
from xingke.sources.connectors.http_json import CONNECTOR, HttpJsonConnector

ROWS = [{"id": number, "name": f"店 {number}", "updated_at": f"2026-03-{number:02d}", "at": {"county": "东"}} for number in range(1, 8)]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.answer({})

    def do_POST(self):
        self.answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def answer(self, body):
        address = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()} | body
        status, headers, answer = self.server.site(address.path, asked, self.headers)
        text = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(text)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        """Nothing is written: the tests read what came."""


class Site:
    """What the server answers; counts what it was asked."""

    def __init__(self):
        self.asked, self.busy = [], []

    def __call__(self, path, asked, headers):
        self.asked.append((path, asked, dict(headers)))
        if self.busy:
            return self.busy.pop(0)
        return getattr(self, path.strip("/"))(asked)

    def whole(self, _asked):
        return 200, {}, {"data": {"items": ROWS}}

    def page(self, asked):
        start = (int(asked["p"]) - 1) * 3
        return 200, {}, {"items": ROWS[start : start + 3]}

    def offset(self, asked):
        start = int(asked["skip"])
        return 200, {}, ROWS[start : start + int(asked["take"])]

    def token(self, asked):
        start = int(asked.get("after", 0))
        return 200, {}, {"items": ROWS[start : start + 3], "next": str(start + 3) if start + 3 < len(ROWS) else None}

    def link(self, asked):
        start = int(asked.get("from", 0))
        more = {"Link": f'</link?from=0>; rel="first", </link?from={start + 3}>; rel="next"'} if start + 3 < len(ROWS) else {}
        return 200, more, ROWS[start : start + 3]

    def body(self, asked):
        start = int(asked.get("from", 0))
        return 200, {}, {"items": ROWS[start : start + 3], "links": {"next": f"/body?from={start + 3}" if start + 3 < len(ROWS) else ""}}

    def since(self, asked):
        found = [row for row in self.rows if row["updated_at"] >= asked.get("since", "")]
        return 200, {}, list(reversed(found))

    def moved(self, _asked):
        return 302, {"Location": "/whole"}, b""

    def astray(self, _asked):
        return 302, {"Location": "http://localhost.example/whole"}, b""

    def closed(self, _asked):
        return 401, {}, {"error": "no"}

    def words(self, _asked):
        return 200, {}, b"<html>maintenance</html>"

    def deep(self, _asked):
        return 200, {}, b"[" * 100_000 + b"]" * 100_000

    def large(self, _asked):
        return 200, {}, b"[" + b" " * 2_000_000 + b"]"

    def odd(self, _asked):
        return 200, {}, [{"id": 1, "sum": 12.5, "none": None, "list": [1, 2]}, "text", {"id": 2, "other": True}]

    rows = ROWS


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


def read(site, path, cursor=None, connector=CONNECTOR, **settings):
    return list(connector.read(given(connector, url=f"{site.url}/{path}", **settings), "rows", cursor))


WAYS = {
    "whole": {"rows_path": "data.items"},
    "page": {"rows_path": "items", "paging": "page", "page_param": "p", "page_size": "3"},
    "offset": {"paging": "offset", "page_param": "skip", "size_param": "take", "page_size": "2"},
    "token": {"rows_path": "items", "paging": "token", "page_param": "after", "next_path": "next"},
    "link": {"paging": "link"},
    "body": {"rows_path": "items", "paging": "next_path", "next_path": "links.next"},
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_paging_brings_every_row_once(site, way):
    rows = rows_of(read(site, way, **WAYS[way]))
    assert [row["id"] for row in rows] == ["1", "2", "3", "4", "5", "6", "7"]
    assert rows[0] == {"id": "1", "name": "店 1", "updated_at": "2026-03-01", "at.county": "东"}


def test_paging_goes_by_post_as_well(site):
    read(site, "page", **WAYS["page"], method="POST", body='{"only": "open"}')
    assert [asked for _, asked, _ in site.asked] == [{"only": "open", "p": str(page)} for page in (1, 2, 3)]


def test_only_what_is_new_is_asked_for_and_taken(site):
    how = {"cursor_field": "updated_at", "cursor_param": "since"}
    site.rows = ROWS[:5]
    cursor = json.loads(json.dumps(read(site, "since", **how)[-1].cursor))
    site.rows = [*ROWS[:5], {"id": 50, "updated_at": "2026-03-05"}, *ROWS[5:]]
    again = read(site, "since", cursor, **how)
    assert site.asked[-1][1] == {"since": "2026-03-05"}
    assert sorted(row["id"] for row in rows_of(again)) == ["50", "6", "7"]
    assert rows_of(read(site, "since", again[-1].cursor, **how)) == []


def test_a_busy_server_is_asked_again_after_the_pause_it_names(site):
    pauses = []
    patient = HttpJsonConnector(sleep=pauses.append, now=lambda: datetime(2026, 3, 1, tzinfo=UTC))
    site.busy = [(429, {"Retry-After": "7"}, b""), (503, {"Retry-After": "Sun, 01 Mar 2026 00:00:20 GMT"}, b""), (500, {}, b"")]
    assert len(rows_of(read(site, "whole", connector=patient, rows_path="data.items"))) == 7
    assert pauses == [7, 20, 4]
    site.busy = [(503, {}, b"")] * 6
    with pytest.raises(SourceUnreachable, match="busy"):
        read(site, "whole", connector=patient)


@pytest.mark.parametrize(
    ("settings", "header"),
    [
        ({"auth": "bearer", "secret": "abc"}, ("Authorization", "Bearer abc")),
        ({"auth": "header", "auth_header": "X-Key", "secret": "abc"}, ("X-Key", "abc")),
        ({"auth": "basic", "user": "u", "secret": "p"}, ("Authorization", "Basic dTpw")),
        ({"headers": "X-Shop: 7"}, ("X-Shop", "7")),
    ],
)
def test_the_key_goes_where_the_settings_say(site, settings, header):
    read(site, "whole", rows_path="data.items", **settings)
    assert site.asked[0][2][header[0]] == header[1]


def test_a_way_inside_the_host_is_followed_and_one_to_another_host_is_not(site):
    assert len(rows_of(read(site, "moved", rows_path="data.items"))) == 7
    with pytest.raises(SourceRefused, match="another host"):
        read(site, "astray", auth="bearer", secret="abc")


def test_bad_answers_are_said_in_words(site):
    with pytest.raises(SourceRefused, match="refuses the key"):
        read(site, "closed", auth="bearer", secret="hidden")
    for path, words in (("words", r"not JSON \(\?, 24 bytes\)"), ("deep", "not JSON"), ("large", "larger than 1 MB")):
        with pytest.raises(BadAnswer, match=words):
            read(site, path, most_megabytes="1")
    with pytest.raises(BadAnswer, match="at the top are: data"):
        read(site, "whole", rows_path="items")
    with pytest.raises(BadAnswer, match="more than 2 pages"):
        read(site, "token", **WAYS["token"], most_pages="2")
    with pytest.raises(BadAnswer, match="same as the one before"):
        read(site, "whole", rows_path="data.items", paging="page")


def test_what_is_no_record_is_rejected_with_its_place_and_the_rest_is_kept(site):
    (batch,) = read(site, "odd")
    assert batch.rows.to_pylist() == [
        {"id": "1", "sum": "12.5", "none": None, "list": "[1, 2]", "other": None},
        {"id": "2", "sum": None, "none": None, "list": None, "other": "true"},
    ]
    assert [(one.place, one.reason, one.record) for one in batch.rejected] == [("page 1", "not_a_record", "text")]


@pytest.mark.parametrize("url", ["ftp://host/x", "http://", "http://host:port/", "rows"])
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(ConfigurationError, match="http"):
        CONNECTOR.check(given(CONNECTOR, url=url))


def test_nobody_at_the_address_is_said_as_such():
    impatient = HttpJsonConnector(sleep=lambda _: None)
    with pytest.raises(SourceUnreachable, match=r"127\.0\.0\.1 does not answer"):
        impatient.check(given(impatient, url="http://127.0.0.1:1/"))
