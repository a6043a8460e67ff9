"""Access tokens by the client credentials grant of OAuth 2.0 (RFC 6749, section 4.4), renewed shortly before they expire."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from xingke.network import seconds_left, tls_context
from xingke.sources.connectors.errors import BadAnswer, SourceRefused, SourceUnreachable
from xingke.words import Words, both

if TYPE_CHECKING:
    import httpx

SECONDS = 15
MOST_BYTES = 1_000_000
EARLY = timedelta(seconds=30)
"""A token is renewed this long before it expires, so that it does not expire on its way."""

REFUSALS: Mapping[str, Words] = {
    "invalid_client": both("client_id 或 client_secret 不正确", "the client id or the client secret is wrong"),
    "invalid_grant": both("授权已失效", "the grant is no longer valid"),
    "invalid_scope": both("权限范围不被接受", "the scope is not accepted"),
    "unauthorized_client": both("该客户端不能使用客户端凭据方式", "this client may not use client credentials"),
    "unsupported_grant_type": both("服务端不支持客户端凭据方式", "the server does not know client credentials"),
    "invalid_request": both(
        "请求缺少参数，请检查「令牌请求的其他参数」", "a parameter is missing; see the other parameters of the token request"
    ),
}
"""Codes of RFC 6749, section 5.2, in words."""


class Tokens:
    """The token of one reading."""

    def __init__(self, settings: Mapping[str, Any], now: Callable[[], datetime]) -> None:
        self._settings, self._now = settings, now
        self._token, self._until = "", now()

    def headers(self) -> dict[str, str]:
        """The header that identifies us; asks for a token where there is none, or where it is about to expire."""
        if not self._token or self._now() >= self._until:
            self._fetch()
        return {"Authorization": f"Bearer {self._token}"}

    def forget(self) -> None:
        """The token was refused."""
        self._token = ""

    def _fetch(self) -> None:
        import httpx

        from xingke.network.http import CheckedTransport

        settings = self._settings
        asked = {"grant_type": "client_credentials", **settings["token_params"]}
        if settings["scope"]:
            asked["scope"] = settings["scope"]
        auth = None
        if settings["token_auth"] == "body":  # noqa: S105 - a choice of the form
            asked |= {"client_id": settings["user"], "client_secret": settings["secret"]}
        else:
            # Form-encoded before they are joined (section 2.3.1), so that a colon in either does no harm.
            auth = httpx.BasicAuth(quote(settings["user"], safe=""), quote(settings["secret"], safe=""))
        # A client of its own: headers of the interface, which may hold keys, are not for the token server.
        transport = CheckedTransport(tls_context(settings["ca"]))
        try:
            with (
                httpx.Client(transport=transport, auth=auth, follow_redirects=False, trust_env=False) as client,
                client.stream(
                    "POST",
                    settings["token_url"],
                    data=asked,
                    headers={"Accept": "application/json", "User-Agent": "xingke"},
                    timeout=seconds_left(SECONDS),
                ) as response,
            ):
                self._take(response, _bounded(response))
        except httpx.TransportError as error:
            raise SourceUnreachable(
                zh=f"无法连接令牌地址（{type(error).__name__}）；请检查地址和网络",
                en=f"the token address does not answer ({type(error).__name__}); check address and network",
            ) from None

    def _take(self, response: httpx.Response, body: bytes) -> None:
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            answer = None
        said = answer if isinstance(answer, dict) else {}
        if response.status_code >= 500 or response.status_code == 429:
            status = response.status_code
            raise SourceUnreachable(
                zh=f"令牌服务繁忙（{status}）；稍后会再取", en=f"the token server is busy ({status}); it is asked again later"
            )
        token = said.get("access_token")
        if response.status_code != 200 or not isinstance(token, str) or not token or not token.isascii() or not token.isprintable():
            raise _refusal(response.status_code, str(said.get("error", "")))
        kind = str(said.get("token_type", "bearer"))
        if kind.lower() != "bearer":
            raise BadAnswer(
                zh=f"不支持令牌类型「{kind[:20]}」，只支持 bearer", en=f"a token of type '{kind[:20]}' is not known; it must be bearer"
            )
        self._token, self._until = token, self._now() + _lasts(said.get("expires_in"))


def _bounded(response: httpx.Response) -> bytes:
    taken = bytearray()
    for part in response.iter_bytes():
        seconds_left(SECONDS)
        taken += part
        if len(taken) > MOST_BYTES:
            raise BadAnswer(
                zh="令牌服务的回答过大；请检查令牌地址", en="the answer of the token server is too large; check the token address"
            )
    return bytes(taken)


def _lasts(expires_in: Any) -> timedelta:
    """How long a token is used; five minutes where the server does not say."""
    try:
        seconds = min(max(0.0, float(expires_in)), 86_400.0)  # in this order, so that NaN is no time at all
    except (TypeError, ValueError):
        seconds = 300.0
    whole = timedelta(seconds=seconds)
    return max(whole - EARLY, whole / 2)


def _refusal(status: int, code: str) -> SourceRefused:
    words = REFUSALS.get(code)
    if words is not None:
        return SourceRefused(zh=f"令牌服务拒绝：{words['zh']}（{code}）", en=f"the token server refuses: {words['en']} ({code})", code=code)
    return SourceRefused(
        zh=f"令牌服务没有给出令牌（{status}）；请检查令牌地址、client_id 和 client_secret",
        en=f"the token server gave no token ({status}); check the token address, the client id and the client secret",
        status=status,
    )
