"""One request after the other: again after a pause where the server is busy, never to another host, never beyond a size."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from xingke.errors import TransientError
from xingke.network import HostNotFound, is_hurried, seconds_left, tls_context
from xingke.sources.connectors.errors import BadAnswer, SourceRefused, SourceUnreachable
from xingke.sources.connectors.http_json.tokens import Tokens

if TYPE_CHECKING:
    import httpx
    from tenacity import RetryCallState

SECONDS = 30
TRIES = 6
LONGEST_PAUSE = 300
MOST_REDIRECTS = 3
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})


class _Busy(TransientError):
    """The server asks to come again; `pause` in seconds where it says so."""

    def __init__(self, status: int, pause: float | None) -> None:
        super().__init__(f"answered {status}")
        self.status, self.pause = status, pause


class Asker:
    """Asks one host.

    Parameters
    ----------
    sleep
        How a pause is made.
    now
        The time, to read `Retry-After` where it is a date.
    """

    def __init__(
        self, settings: Mapping[str, Any], client: httpx.Client, *, sleep: Callable[[float], None], now: Callable[[], datetime]
    ) -> None:
        self._settings, self._client, self._sleep, self._now = settings, client, sleep, now
        self._limit = settings["most_megabytes"] * 1_000_000
        self._tokens = Tokens(settings, now) if settings["auth"] == "oauth" else None

    def ask(self, url: str, parameters: Mapping[str, str]) -> tuple[Any, httpx.Response]:
        """The answer as JSON, and its envelope.

        Raises
        ------
        SourceUnreachable
            Nobody answers, or the server is still busy after several tries.
        SourceRefused
            It does not let us in, has nothing there, or sends us to another host.
        BadAnswer
            The answer is too large or no JSON.
        """
        import httpx
        from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

        trying = Retrying(
            retry=retry_if_exception_type((_Busy, HostNotFound, httpx.TransportError)),
            # Where somebody waits for the answer, being told at once is better than being told after the pauses.
            stop=stop_after_attempt(1 if is_hurried() else TRIES),
            wait=_pause,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            response, body = trying(self._once, url, dict(parameters))
        except _Busy as busy:
            raise SourceUnreachable(
                zh=f"{_host(url)} 繁忙（{busy.status}）；稍后会再取",
                en=f"{_host(url)} is busy ({busy.status}); it is asked again later",
                status=busy.status,
            ) from None
        except httpx.TransportError as error:
            kind = type(error).__name__
            raise SourceUnreachable(
                zh=f"无法连接 {_host(url)}（{kind}）；请检查地址和网络",
                en=f"{_host(url)} does not answer ({kind}); check address and network",
            ) from None
        return _json(body, response), response

    def _once(self, url: str, parameters: Mapping[str, str]) -> tuple[httpx.Response, bytes]:
        renewed = False
        for _ in range(MOST_REDIRECTS + 2):
            response, body = self._request(url, parameters)
            if response.status_code in BUSY:
                raise _Busy(response.status_code, _asked_pause(response.headers.get("Retry-After"), self._now()))
            if response.status_code == 401 and self._tokens is not None and not renewed:
                self._tokens.forget()  # it may have been taken back before its time; a fresh one is tried once
                renewed = True
                continue
            if not response.has_redirect_location:
                return _let_in(response), body
            url, parameters = self.same_host(url, str(response.url.join(response.headers["Location"]))), {}
        raise SourceRefused(zh="转向次数过多", en="it sends us on too often")

    def same_host(self, url: str, to: str) -> str:
        """The address to go on to, if it is on the same host."""
        import httpx

        here, there = httpx.URL(url), httpx.URL(url).join(to)
        if (here.scheme, here.host, here.port) != (there.scheme, there.host, there.port):
            raise SourceRefused(
                zh=f"{here.host} 要求转向另一主机 {there.host}；为防凭据外泄不跟随，请直接填写该地址",
                en=f"{here.host} sends us to another host, {there.host}; it is not followed, so that no key leaves; enter that address",
            )
        return str(there)

    def _request(self, url: str, parameters: Mapping[str, str]) -> tuple[httpx.Response, bytes]:
        method, body = self._settings["method"], None
        if method == "POST":
            body = {**json.loads(self._settings["body"] or "{}"), **parameters}
        query = parameters if method == "GET" else {}
        headers = self._tokens.headers() if self._tokens is not None else {}
        timeout = seconds_left(SECONDS)
        with self._client.stream(method, url, params=query or None, json=body, headers=headers, timeout=timeout) as response:
            taken = bytearray()
            for part in response.iter_bytes():
                seconds_left(SECONDS)
                taken += part
                if len(taken) > self._limit:
                    most = self._settings["most_megabytes"]
                    raise BadAnswer(zh=f"一页超过 {most} MB；请减小每页行数", en=f"a page is larger than {most} MB; ask for smaller pages")
        return response, bytes(taken)


@contextmanager
def client_of(settings: Mapping[str, Any]) -> Iterator[httpx.Client]:
    """A client with the key and the headers of the settings."""
    import httpx

    from xingke.network.http import CheckedTransport

    headers = {"Accept": "application/json", "User-Agent": "xingke", **settings["headers"]}
    auth = None
    match settings["auth"]:
        case "bearer":
            headers["Authorization"] = f"Bearer {settings['secret']}"
        case "header":
            headers[settings["auth_header"] or "X-Api-Key"] = settings["secret"]
        case "basic":
            auth = httpx.BasicAuth(settings["user"], settings["secret"])
        case _:
            pass
    transport = CheckedTransport(tls_context(settings["ca"]))
    with httpx.Client(transport=transport, headers=headers, auth=auth, timeout=SECONDS, follow_redirects=False, trust_env=False) as client:
        yield client


def _pause(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.pause if isinstance(error, _Busy) else None
    return min(asked if asked is not None else 2.0 ** (state.attempt_number - 1), LONGEST_PAUSE)


def _asked_pause(header: str | None, now: datetime) -> float | None:
    if not header:
        return None
    if header.strip().isdigit():
        return float(header)
    try:
        at = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds())


def _let_in(response: httpx.Response) -> httpx.Response:
    status, host = response.status_code, response.url.host
    if status in {401, 403}:
        raise SourceRefused(
            zh=f"{host} 拒绝了凭据（{status}）；请检查密钥", en=f"{host} refuses the key ({status}); check it", status=status
        )
    if status == 404:
        path = response.url.path
        raise SourceRefused(zh=f"{host} 上没有 {path}（404）", en=f"there is nothing at {path} of {host} (404)", status=status)
    if status >= 300:
        raise SourceRefused(zh=f"{host} 回答了 {status}", en=f"{host} answered {status}", status=status)
    return response


def _json(body: bytes, response: httpx.Response) -> Any:
    try:
        return json.loads(body, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        # Its kind and size, and nothing of it: what other machines answer is not for this page.
        kind, host = response.headers.get("Content-Type", "").partition(";")[0][:60] or "?", response.url.host
        raise BadAnswer(
            zh=f"{host} 的回答不是 JSON（类型 {kind}，{len(body):,} 字节）；请检查地址",
            en=f"{host} answered something that is not JSON ({kind}, {len(body):,} bytes); check the address",
        ) from None


def _host(url: str) -> str:
    import httpx

    return httpx.URL(url).host
