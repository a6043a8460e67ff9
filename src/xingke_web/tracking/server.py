"""The tracking API: a Starlette application beside Django, answering once events are behind an fdatasync."""

import base64
import binascii
import re
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from xingke.events.limits import KB, MOST_BATCH_KB
from xingke.events.values import BadEvent, time_ms
from xingke.words import both
from xingke_web.tracking.bodies import body_of, form_of, parsed_json, sensors_events
from xingke_web.tracking.contracts import KeyRights
from xingke_web.tracking.hub import Hub
from xingke_web.tracking.keybook import KeysUnknown
from xingke_web.tracking.refusals import (
    Refused,
    bad_body,
    json_response,
    origin_refused,
    overloaded,
    reasons,
    taken,
    too_fast,
    too_large,
    unknown_key,
)

KINDS: Final = {"t": "track", "i": "identify", "p": "page", "s": "screen", "g": "group", "a": "alias"}
GIF: Final = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
MOST_BYTES: Final = MOST_BATCH_KB * KB
SENSORS_PATHS: Final = ("/sa", "/sa.gif")
DEBUG_PATH: Final = "/debug"
CONFIG_PATH: Final = "/sourceConfig"
_PREFIXES: Final = ("/v1/", "/beacon/v1/", f"{CONFIG_PATH}/")
_OTHERS: Final = frozenset((*SENSORS_PATHS, DEBUG_PATH, CONFIG_PATH))
_HEADERS: Final = "Authorization, Content-Type, Content-Encoding, X-Strict-Mode"
_HEADER_NAMES: Final = re.compile(r"[\w.-]{1,60}(?: *, *[\w.-]{1,60}){0,49}", re.ASCII)

Answer = Callable[[Request], Awaitable[Response]]
hub = Hub()


def is_tracking(path: str) -> bool:
    """Whether an address belongs to the tracking API."""
    return path.startswith(_PREFIXES) or path in _OTHERS


def wake() -> None:
    """Begin the work beside the requests, once."""
    hub.wake()


def answering(read: Answer) -> Answer:
    """Turn refusals into answers, and let the browser pages that a key names read them."""

    async def endpoint(request: Request) -> Response:
        hub.wake()
        try:
            response = await read(request)
        except Refused as refused:
            response = refused.response()
        except ClientDisconnect:
            response = bad_body("连接中断", "the connection was cut").response()
        origin = request.headers.get("origin")
        if origin and _origin_known(origin):
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Allow-Credentials"] = "true"
            response.headers["Access-Control-Expose-Headers"] = "Retry-After"
            response.headers["Vary"] = "Origin"
        return response

    return endpoint


@answering
async def batch(request: Request) -> Response:
    """Several events of the Segment specification."""
    secret = _secret_in_header(request)
    rights = await _rights(request, secret) if secret else None
    value = parsed_json(await body_of(request, rights.limits.batch_bytes if rights else MOST_BYTES))
    if not isinstance(value, dict) or not isinstance(value.get("batch"), list):
        raise bad_body('请求体应为 {"batch": [...]}', 'the body must be {"batch": [...]}')
    rights = rights or await _rights(request, value.get("writeKey"))
    return await _take(request, rights, value["batch"], "segment", _sent_ms(value.get("sentAt")))


def single(kind: str) -> Answer:
    """One event whose type is in the address."""

    @answering
    async def endpoint(request: Request) -> Response:
        secret = _secret_in_header(request)
        rights = await _rights(request, secret) if secret else None
        value = parsed_json(await body_of(request, rights.limits.batch_bytes if rights else MOST_BYTES))
        if not isinstance(value, dict):
            raise bad_body("请求体应为 JSON 对象", "the body must be a JSON object")
        rights = rights or await _rights(request, value.get("writeKey"))
        return await _take(request, rights, [{**value, "type": kind}], "segment", _sent_ms(value.get("sentAt")))

    return endpoint


@answering
async def sensors(request: Request) -> Response:
    """Events of Sensors Analytics clients: a form, or an image address with everything in the query."""
    rights, events, sent_ms = await _sensors_request(request)
    answer = await _take(request, rights, events, "sensors", sent_ms)
    is_image = request.url.path.endswith(".gif") and answer.status_code == 200
    return Response(GIF, media_type="image/gif", headers={"Cache-Control": "no-store"}) if is_image else answer


@answering
async def sensors_debug(request: Request) -> Response:
    """The debug mode of Sensors Analytics clients: every event must be good, and with `Dry-Run: true` nothing is kept."""
    rights, events, sent_ms = await _sensors_request(request)
    if request.headers.get("dry-run", "").lower() == "true":
        rejected = await hub.read_only(rights, events, dialect="sensors", sent_ms=sent_ms)
    else:
        receipt, rejected = await hub.take(rights, events, dialect="sensors", sent_ms=sent_ms, strict=True)
        hub.rates.take(rights.id, rights.rate_per_second, receipt.counted if receipt else 0)
    if rejected:
        raise Refused(
            400, "bad_events", both("有事件不合格，未保留", "an event is not acceptable; nothing was kept"), reasons=reasons(rejected)
        )
    return json_response({})  # the JavaScript client takes anything else for an error


async def _sensors_request(request: Request) -> tuple[KeyRights, list[Any], int | None]:
    fields = form_of(await body_of(request, MOST_BYTES * 2), request.url.query)
    rights = await _rights(request, _secret_in_header(request) or fields.get("token"))
    events = sensors_events(fields, rights.limits.batch_bytes)
    sent = next((one["_flush_time"] for one in events if isinstance(one, dict) and one.get("_flush_time")), None)
    return rights, events, _sent_ms(sent)


@answering
async def segment_settings(request: Request) -> Response:
    """What Segment's client for browsers asks before it sends: that there is nothing but this address to send to."""
    secret = request.path_params["key"]
    rights = await _rights(request, secret)
    secure = request.url.scheme == "https" or request.headers.get("origin", "").startswith("https://")
    here = {"apiKey": secret, "apiHost": f"{request.url.netloc}/v1", "protocol": "https" if secure else "http"}
    content = {"integrations": {"Segment.io": here}, "plan": {"track": {}}, "metrics": {"sampleRate": 0}, "enabledMiddleware": {}}
    return json_response({**content, "remotePlugins": [], "name": rights.name}, headers={"Cache-Control": "no-store"})


@answering
async def rudder_settings(request: Request) -> Response:
    """What RudderStack's client for browsers asks before it sends: that the source is live and has no destinations in the page."""
    rights = await _rights(request, _secret_in_header(request))
    off = {"enabled": False}
    source = {
        "id": str(rights.id),
        "name": rights.name,
        "workspaceId": str(rights.workspace_id),
        "enabled": True,
        "config": {"statsCollection": {"errors": off, "metrics": off}},
        "connections": [],
        "destinations": [],
        "dataplanes": {},
    }
    return json_response({"source": source}, headers={"Cache-Control": "no-store"})


@answering
async def preflight(request: Request) -> Response:
    """What a browser asks before it sends from another origin.

    Clients add headers of their own from version to version (attempts, times, ids). None of them does harm here, so a page that a key names
    may send whichever it asks for.
    """
    await hub.keys.refresh()
    if not _origin_known(request.headers.get("origin", "")):
        raise origin_refused()
    asked = request.headers.get("access-control-request-headers", "").strip()
    return Response(
        status_code=204,
        headers={
            "Access-Control-Allow-Methods": "POST, GET, OPTIONS",
            "Access-Control-Allow-Headers": asked if _HEADER_NAMES.fullmatch(asked) else _HEADERS,
            "Access-Control-Max-Age": "600",
        },
    )


@answering
async def unknown(request: Request) -> Response:
    """An address that is none."""
    words = both("没有此接口；可用 /v1/batch、/v1/track 等，见接口文档", "no such address; /v1/batch, /v1/track and others are documented")
    raise Refused(404, "unknown_address", words)


async def _take(request: Request, rights: KeyRights, events: list[Any], dialect: str, sent_ms: int | None) -> Response:
    if len(events) > rights.limits.batch_events:
        most = rights.limits.batch_events
        raise Refused(413, "too_many", both(f"一次最多 {most} 个事件", f"{most} events a request at most"))
    strict = request.headers.get("x-strict-mode") == "1"
    hub.rates.take(rights.id, rights.rate_per_second, len(events))
    receipt, rejected = await hub.take(rights, events, dialect=dialect, sent_ms=sent_ms, strict=strict)
    if receipt is None:
        words = both("严格模式：有事件不合格，整批未保留", "strict mode: an event is not acceptable, nothing of the request was kept")
        raise Refused(400, "bad_events", words, reasons=reasons(rejected))
    return taken(receipt, rejected)


async def _rights(request: Request, secret: Any) -> KeyRights:
    try:
        rights = await hub.keys.find(secret) if isinstance(secret, str) and secret else None
    except KeysUnknown as error:
        raise overloaded() from error
    if rights is None:
        raise unknown_key()
    origin = _page_of(request)
    if origin and not _allows(rights, origin):
        raise origin_refused()
    seconds = hub.rates.wait_seconds(rights.id, rights.rate_per_second)
    if seconds:
        raise too_fast(seconds)
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > 2 * rights.limits.batch_bytes:
        raise too_large(rights.limits.batch_bytes)
    return rights


def _page_of(request: Request) -> str | None:
    """The origin of the page that sent a request; None where no page did.

    Images and other requests that a page makes without asking carry no `Origin`: their page is told by `Referer`, and one that hides itself
    is unknown ("null"), which only a key for all pages allows. Mini programs post with a `Referer` of their own and are no page.
    """
    origin = request.headers.get("origin")
    fetched = request.headers.get("sec-fetch-site", "none")
    if origin or (request.method != "GET" and fetched == "none"):
        return origin
    parts = urlsplit(request.headers.get("referer", ""))
    if parts.scheme and parts.netloc:
        return f"{parts.scheme}://{parts.netloc}"
    return None if fetched == "none" else "null"


def _secret_in_header(request: Request) -> str | None:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value.strip(), validate=True).decode("utf-8").partition(":")[0]
        except (binascii.Error, ValueError):
            return None
    return request.query_params.get("writeKey") or request.query_params.get("token")


def _sent_ms(value: Any) -> int | None:
    try:
        return time_ms(value, "sentAt")
    except BadEvent:
        return None  # an unreadable time of sending only means that the clock cannot be corrected


def _allows(rights: KeyRights, origin: str) -> bool:
    return "*" in rights.origins or origin in rights.origins


def _origin_known(origin: str) -> bool:
    return any(_allows(rights, origin) for rights in hub.keys.keys.values())


application = Starlette(
    routes=[
        *(Route(f"/v1/{name}", batch, methods=["POST"]) for name in ("batch", "import", "b")),
        *(Route(f"/v1/{name}", single(kind), methods=["POST"]) for short, kind in KINDS.items() for name in (short, kind)),
        Route("/beacon/v1/batch", batch, methods=["POST"]),
        *(Route(path, sensors, methods=["GET", "POST"]) for path in SENSORS_PATHS),
        Route(DEBUG_PATH, sensors_debug, methods=["GET", "POST"]),
        Route("/v1/projects/{key}/settings", segment_settings, methods=["GET"]),
        *(Route(path, rudder_settings, methods=["GET"]) for path in (CONFIG_PATH, f"{CONFIG_PATH}/")),
        Route("/{rest:path}", preflight, methods=["OPTIONS"]),
        Route("/{rest:path}", unknown, methods=["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH"]),
    ]
)
