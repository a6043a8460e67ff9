"""The client of paho, which connects to a judged address and asks no proxy of the environment."""

import socket
import ssl

from paho.mqtt.client import Client

from xingke.errors import UserFacingError
from xingke.network import connected


class NotConnected(OSError):
    """paho tries again after an `OSError` only; why it is one, `__cause__` says in words."""


class CheckedClient(Client):
    """Its host stays the name, for which the certificate is verified."""

    def _create_socket_connection(self) -> socket.socket:
        try:
            return connected(self._host, self._port, most=self.connect_timeout)
        except UserFacingError as error:
            raise NotConnected(str(error)) from error

    def _ssl_wrap_socket(self, tcp_sock: socket.socket) -> ssl.SSLSocket:
        if self._ssl_context is None:
            raise ValueError("TLS without a context")
        return self._ssl_context.wrap_socket(tcp_sock, server_hostname=self._host)  # closes itself where the certificate is refused
