"""Requests that nobody meant: every registered address, with the fields of its own forms, and values that no form would offer."""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver

ODD = (
    "", " ", "\x00", "a\x00b", "\ud800", "�", "\u202e反", "😀" * 40, "'", '"', "\\", "%", "%00", "%s", "{}",
    "{0.__class__}", "{{7*7}}", "<script>", "--", "' or 1=1 --", "; drop table x", "../../etc/passwd", "/etc/passwd", "/etc/*",
    "**x", "~root", "C:\\x", "file:///etc/passwd", "-1", "0", "1", "2", "00", "1e309", "-1e309", "NaN", "Infinity", "9" * 19,
    "9" * 40, "9" * 5000, "-" + "9" * 400, "1.5", "1,5", "１２", "٣", "0x10", "1_000", "on", "true", "null", "undefined",
    "[]", "[" * 3000, "{" * 3000, '{"a":' * 900 + "1" + "}" * 900, "[[[]]]", '{"op":"all","of":[]}', '{"op":"not"}',
    '{"op":"in","attribute":"city","values":[null,{}]}', '{"op":"days_ago","attribute":"opened_on","compare":"<=","days":1e30}',
    '{"op":"=","attribute":"city","value":"\\u0000"}', "a: &x [1]\nb: *x", "- " * 2000, "tables: [{",
    "tables:\n- table: customer\n  columns: 3", "!!python/object:os.system x", "2026-02-30", "0000-00-00", "9999-12-31",
    "10000-01-01", "2026-13-01T25:61:61Z", "2026-01-01T00:00:00+99:99", "-0001-01-01", "1900-01-01", "x" * 300, "x" * 20_000,
    "张三", "\ufeff客户", "a\nb", "a\r\nSet-Cookie: x=1", "/ia/polk", "/ia", "/", "//", "/IA/POLK", "wholesale", "iowa",
    "elsewhere", "admin", "http://127.0.0.1:1/", "http://[::1", "postgres://x", "00000000-0000-0000-0000-000000000000", "xk-c1",
    "segment", "customer", "order_line", "value", "-name", "name", "page", "csv", "zh-hans", "=1+1", "+1", "@x", "\t", "١٢٣",
    "½", "²",
)  # fmt: skip
"""Values of the kinds that break programs: empty, invisible, huge, nested, almost right, right for something else."""

FILES = (
    b"", b"\x00" * 50, b"\xff\xfe", b"\xef\xbb\xbf", b'a,b\n"1,2\n3,4\n', b"a\n" * 3, b"a,b\n1\n1,2,3\n",
    b"PK\x03\x04" + b"\x00" * 40, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "客户编号,店名\nA1,店\n".encode(),
    "客户编号,店名\nA1,店\n".encode("gb18030"), "客户编号,店名\nA1,店\n".encode("utf-16"), b"{", b"[{}]",
    b'[{"a":[{"b":1}]}]', b"[" * 5000, b"<html><table><tr><td>a</td></tr></table>", b"PAR1PAR1", b"\x1f\x8b\x08", b"sep=;\n",
    b",,,,\n,,,,\n", b"a" * 100_000, b'"', b"'", b"\r\r\r",
)  # fmt: skip

METHODS = ("get",) * 24 + ("post",) * 20 + ("head", "options", "put", "delete")
_KINDS = {
    "SlugConverter": "x",
    "IntConverter": "7",
    "StringConverter": "x",
    "UUIDConverter": "00000000-0000-0000-0000-000000000000",
    "PathConverter": "a/b",
}


@dataclass(frozen=True)
class Address:
    """A registered address: its text with the places to be filled, and what kind each is."""

    text: str
    converters: dict[str, Any]

    def filled(self, draw: random.Random, known: dict[str, list[str]]) -> str:
        """The address with values that fit its places, known ones more often than not."""
        text = self.text
        for name, converter in self.converters.items():
            kind = type(converter).__name__
            value = draw.choice(known.get(name) or [_KINDS.get(kind, "x")]) if draw.random() < 0.93 else self._odd(draw, kind)
            text = re.sub(rf"<(?:\w+:)?{name}>", quote(value, safe="/" if kind == "PathConverter" else "").replace("\\", ""), text)
        return "/" + text

    def _odd(self, draw: random.Random, kind: str) -> str:
        if kind == "IntConverter":
            return draw.choice(["0", "1", "9" * 18, "9" * 19, "9" * 30, "00"])
        return draw.choice(ODD)[:200].encode("utf-8", "replace").decode() or "x"


def addresses(patterns: Any = None, prefix: str = "", converters: dict[str, Any] | None = None) -> Iterator[Address]:
    """Every address that the site knows."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        known = {**(converters or {}), **each.pattern.converters}
        if isinstance(each, URLResolver):
            yield from addresses(each.url_patterns, prefix + str(each.pattern), known)
        elif isinstance(each, URLPattern):
            yield Address(prefix + str(each.pattern), known)


class Fields(HTMLParser):
    """The names and offered values of a page's fields, and the queries of its links."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, set[str]] = {}
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a field, an option, or the query of a link."""
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            self.found.setdefault(self._select, set()).add(value)
        elif tag in ("input", "textarea", "button") and name and name != "csrfmiddlewaretoken":
            self.found.setdefault(name, set()).add(value)
        for place in ("href", "hx-get", "hx-post", "action"):
            for key, text in parse_qsl(urlsplit(given.get(place) or "").query):
                self.found.setdefault(key, set()).add(text)


@dataclass(frozen=True)
class Attack:
    """One request of the fuzzer, as the test client takes it."""

    method: str
    address: str
    data: dict[str, Any]
    content_type: str | None
    headers: dict[str, str]

    def __str__(self) -> str:
        """What is needed to send it again."""
        return f"{self.method} {self.address[:300]!r} {self.content_type} {json.dumps(self.data, default=repr)[:1500]} {self.headers}"


def attack(draw: random.Random, places: list[Address], known: dict[str, list[str]], fields: dict[str, set[str]]) -> Attack:
    """Draw a request."""
    address, method = draw.choice(places).filled(draw, known), draw.choice(METHODS)
    names = sorted(fields) or ["q"]
    data: dict[str, Any] = {}
    for name in draw.sample(names, k=min(len(names), draw.randrange(0, 9))):
        offered = sorted(fields.get(name, ()))
        value: Any = draw.choice(offered) if offered and draw.random() < 0.5 else draw.choice(ODD)
        data[name] = [value, draw.choice(ODD)] if draw.random() < 0.05 else value
    headers = {"HX-Request": "true"} if draw.random() < 0.3 else {}
    if method == "get" or method == "head":
        return Attack(method, address, {key: _sent(value) for key, value in data.items()}, None, headers)
    if draw.random() < 0.15:
        body = draw.choice([draw.choice(ODD).encode("utf-8", "replace"), json.dumps(data).encode(), draw.choice(FILES)])
        return Attack(
            method,
            address,
            {"body": body},
            draw.choice(["application/json", "text/plain", "application/xml", "multipart/form-data; boundary=x"]),
            headers,
        )
    if draw.random() < 0.1:
        data[draw.choice(["file", "book", "mapping"])] = SimpleUploadedFile(
            draw.choice(["a.csv", "a.xlsx", "a.json", "", "../a.csv"]) or "x", draw.choice(FILES) or b" "
        )
    return Attack(method, address, {key: _sent(value) for key, value in data.items()}, None, headers)


def _sent(value: Any) -> Any:
    """Text as a browser can send it: halves of surrogate pairs become question marks on the way."""
    if isinstance(value, list):
        return [_sent(each) for each in value]
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
