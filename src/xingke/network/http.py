"""HTTP by way of judged addresses: the transport connects to one of them, while host header and certificate stay those of the name."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import httpx

from xingke.network.doors import destination
from xingke.network.tls import certificate_refused, is_certificate

if TYPE_CHECKING:
    from typing import Self

PORTS = {"http": 80, "https": 443}


class CheckedTransport(httpx.BaseTransport):
    """Each request goes to an address that was judged for it; a redirect or a second look-up is judged anew.

    Parameters
    ----------
    context
        For TLS. Proxies of the environment are not asked: they would resolve the name once more.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        # One pool a name: two names at one address must not share a connection whose certificate was verified for the other.
        self._pools: dict[str, httpx.HTTPTransport] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer of the first address that can be connected to."""
        name = request.url.raw_host.decode("ascii")
        to = destination(name, request.url.port or PORTS[request.url.scheme])
        pool = self._pools.setdefault(to.host, httpx.HTTPTransport(verify=self._context, trust_env=False))
        for place, address in enumerate(to.addresses):
            pinned = httpx.Request(
                request.method,
                request.url.copy_with(host=address),
                headers=request.headers,
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": to.host},
            )
            try:
                return pool.handle_request(pinned)
            except httpx.ConnectError as error:
                if (found := is_certificate(error)) is not None:
                    raise certificate_refused(found, name) from None
                if place + 1 == len(to.addresses):
                    raise
        raise httpx.ConnectError("no address", request=request)

    def close(self) -> None:
        """Close every pool."""
        for pool in self._pools.values():
            pool.close()

    def __enter__(self) -> Self:
        """Opened by the client."""
        return self
