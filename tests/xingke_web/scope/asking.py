"""Requests made from the registered addresses, and what an answer gives away."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern

from tests.xingke_web.scope import planted as plants
from xingke_web.config.addresses import Reach, addresses_all, reach_of


@dataclass(frozen=True)
class Fixed:
    """A part of an address that names nothing of any unit."""

    value: str


NAMED: Mapping[tuple[str, str], str | Fixed] = {
    ("audiences", "key"): "segment", ("audiences", "name"): Fixed("amount_yuan_365d"),
    ("campaigns", "campaign_id"): "campaign", ("campaigns", "message_id"): "message", ("insight", "campaign_id"): "campaign",
    ("insight", "goal"): "goal", ("channels", "key"): "inbox", ("customers", "number"): "number", ("customers", "channel"): Fixed("email"),
    ("identity", "number"): "number", ("identity", "pair_id"): "pair", ("identity", "decision_id"): "decision",
    ("identity", "batch"): "batch", ("ingest", "table"): Fixed("order_line"), ("ingest", "code"): Fixed("late"),
    ("ingest", "load_id"): "load", ("ingest", "key"): Fixed("orders"), ("ingest", "number"): "import",
    ("ingest", "connection_id"): "connection", ("ingest", "kind"): Fixed("webhook"), ("ingest", "what"): Fixed("pause"),
    ("jobs", "job_id"): "job", ("privacy", "number"): "number", ("tracking", "number"): "key",
    ("answers", "token"): Fixed("forged"), ("hooks", "key"): Fixed("forged"),
}  # fmt: skip
"""By app and parameter: which planted thing it names. A new parameter has to be told here."""

PRIVACY_KEYS = {"use_decide": "use", "use_export": "use", "incident_step": "incident", "block_lift": "block"}
SHARED = frozenset({"load", "import", "connection", "job", "use", "incident", "block", "key"})
"""What belongs to the whole workspace."""


@dataclass(frozen=True)
class Address:
    """One registered address."""

    route: str
    pattern: URLPattern
    app: str

    @property
    def name(self) -> str:
        return f"{self.app}:{self.pattern.name}"

    @property
    def is_inside(self) -> bool:
        return self.route.startswith("w/")

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(name for name in self.pattern.pattern.converters if name != "workspace")

    def reach(self, method: str) -> Reach | None:
        return reach_of(self.pattern.callback, method)

    def named(self, parameter: str) -> str | Fixed:
        if (self.app, parameter) == ("privacy", "key"):
            return PRIVACY_KEYS.get(str(self.pattern.name), "request")
        if self.pattern.name == "pull" or self.pattern.name == "pull_undo":
            return Fixed("1") if parameter == "number" else "connection"
        return NAMED[self.app, parameter]

    @property
    def names_rows(self) -> bool:
        """Whether the address names something that belongs to somebody."""
        return any(isinstance(self.named(one), str) for one in self.parameters)

    def url(self, slug: str, ids: plants.Ids, shared: plants.Ids) -> str:
        text = f"/{self.route}".replace("<slug:workspace>", slug)
        for parameter in self.parameters:
            what = self.named(parameter)
            value = what.value if isinstance(what, Fixed) else (shared if what in SHARED else ids).values[what]
            text = re.sub(rf"<(\w+:)?{parameter}>", str(value), text)
        return text


def addresses() -> list[Address]:
    from django.urls import get_resolver

    apps = {pattern: space for space, pattern in _spaces(get_resolver())}
    return [Address(route, pattern, apps[pattern]) for route, pattern in addresses_all()]


def _spaces(resolver: Any, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            yield space, each
        else:
            yield from _spaces(each, each.namespace or space)


def text_of(response: HttpResponseBase) -> str:
    """Everything that goes out: headers and body; HTML, JSON, CSV and files alike, escapes of JSON undone."""
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    text = body.decode("utf-8", "replace")
    if response.headers.get("Content-Type", "").startswith("application/json"):
        text += json.dumps(json.loads(text), ensure_ascii=False)
    return f"{dict(response.headers)}\n{text}"


def leaks_of(text: str, allowed: frozenset[str], whole: bool) -> list[str]:
    """Tokens of others in an answer, and the count of all customers in that of somebody who sees a part."""
    said = text.casefold()
    found = [token for token in {*plants.TOKENS.values(), plants.FOREIGN} - allowed if token in said]
    if not whole and re.search(rf"(?<![\w.,#-]){plants.WHOLE}(?![\w.,%-])", re.sub(r"<svg.*?</svg>", "", text, flags=re.DOTALL)):
        found.append(f"the count {plants.WHOLE}")
    return found


def allowed_for(path: str) -> frozenset[str]:
    """Tokens that somebody of a unit may read: of units at or below it. What units above share is told apart."""
    inside = {token for unit, token in plants.TOKENS.items() if path == "/" or unit == path or unit.startswith(f"{path}/")}
    return frozenset(inside)


def shared_with(path: str) -> frozenset[str]:
    """Tokens of the segments that units above share."""
    return frozenset(token for unit, token in plants.TOKENS.items() if unit == "/" or path.startswith(f"{unit}/"))


class PlainClient(Client):
    """A browser that keeps no copy of each template's context: a thousand answers are read as text alone."""

    def request(self, **request: Any) -> Any:
        return self.handler(self._base_environ(**request))


def plain(client: Client) -> PlainClient:
    """The same browser, without copies."""
    made = PlainClient()
    made.cookies = client.cookies
    return made


@dataclass(frozen=True)
class Asked:
    """A request and its answer."""

    what: str
    status: int
    text: str


def ask(client: Client, method: str, url: str, data: Mapping[str, Any], **headers: str) -> Asked:
    """One request whose writing is taken back, so that the next one finds the same world."""
    with transaction.atomic():
        point = transaction.savepoint()
        try:
            response = getattr(client, method.lower())(url, data, headers=headers)
            said = " ".join(str(message) for message in _messages(response))
            return Asked(f"{method} {url} {dict(data)} {headers}", response.status_code, f"{text_of(response)}\n{said}")
        finally:
            transaction.savepoint_rollback(point)


def _messages(response: Any) -> list[Any]:
    request = getattr(response, "wsgi_request", None)
    return list(getattr(request, "_messages", None) or []) if request is not None else []
