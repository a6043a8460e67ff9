"""What is said about a certificate that cannot be trusted, and a private authority that is."""

import ipaddress
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.pulled import given, rows_of
from xingke.network import BadCertificate, CertificateRefused, tls_context
from xingke.sources.connectors.database import CONNECTOR as DATABASE
from xingke.sources.connectors.http_json import CONNECTOR as HTTP
from xingke.sources.connectors.mqtt import CONNECTOR as MQTT

NOW = datetime.now(UTC)


class Authority:
    """A certificate authority of a firm."""

    def __init__(self):
        self.key, self.name = ec.generate_private_key(ec.SECP256R1()), _name("Firm CA")
        self.certificate = self._made(self.key, self.name, self.name, self.key, [], NOW + timedelta(days=9), is_authority=True)

    def issue(self, path, *, hosts=("localhost", "127.0.0.1"), until=NOW + timedelta(days=9), self_signed=False):
        """A context of a server with a certificate of its own."""
        key, name = ec.generate_private_key(ec.SECP256R1()), _name("server")
        issuer, signing = (name, key) if self_signed else (self.name, self.key)
        made = self._made(key, name, issuer, signing, hosts, until, is_authority=False)
        path.write_bytes(
            made.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context, pem(made)

    @staticmethod
    def _made(key, name, issuer, signing, hosts, until, *, is_authority):
        begun = until - timedelta(days=30)
        made = x509.CertificateBuilder(issuer, name, key.public_key(), x509.random_serial_number(), begun, until)
        made = made.add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        if hosts:
            names = [x509.IPAddress(ipaddress.ip_address(host)) if host[0].isdigit() else x509.DNSName(host) for host in hosts]
            made = made.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return made.sign(signing, hashes.SHA256())


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture(scope="module")
def authority():
    return Authority()


class Listener:
    """A port that speaks TLS: at once, or after the request of a client of PostgreSQL."""

    def __init__(self, context, *, as_postgres=False):
        self.context, self.as_postgres = context, as_postgres
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                try:
                    self.greet(connection)
                except OSError:
                    continue

    def greet(self, connection):
        if self.as_postgres:
            connection.recv(8)
            connection.sendall(b"S")
        with self.context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(4096)
            secure.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\nConnection: close\r\n\r\n[{"id": 1}]')

    def end(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(10)


FAULTS = {
    "issuer": ({}, ""),
    "self_signed": ({"self_signed": True}, ""),
    "expired": ({"until": NOW - timedelta(days=1)}, "ca"),
    "host": ({"hosts": ("other.example",)}, "ca"),
}


def ask(kind, port, ca):
    """Check a connection of a kind at a port."""
    if kind == "http":
        return HTTP.check(given(HTTP, url=f"https://127.0.0.1:{port}/", ca=ca))
    if kind == "postgres":
        return DATABASE.check(given(DATABASE, url=f"postgresql://reader@127.0.0.1:{port}/shop?sslmode=verify-full", ca=ca))
    return MQTT.check(given(MQTT, host="127.0.0.1", port=str(port), topic="a", tls="on", ca=ca))


@pytest.mark.parametrize("kind", ["http", "postgres", "mqtt"])
@pytest.mark.parametrize("reason", FAULTS)
def test_what_is_wrong_with_a_certificate_is_said(tmp_path, authority, kind, reason):
    how, trusted = FAULTS[reason]
    context, _ = authority.issue(tmp_path / "server.pem", **how)
    listener = Listener(context, as_postgres=kind == "postgres")
    try:
        with pytest.raises(CertificateRefused) as caught:
            ask(kind, listener.port, pem(authority.certificate) if trusted else "")
    finally:
        listener.end()
    assert caught.value.reason == reason
    assert "127.0.0.1" in str(caught.value)


@pytest.mark.parametrize("self_signed", [False, True])
def test_a_private_authority_or_the_certificate_itself_is_trusted(tmp_path, authority, self_signed):
    context, own = authority.issue(tmp_path / "server.pem", self_signed=self_signed)
    listener = Listener(context)
    try:
        settings = given(HTTP, url=f"https://localhost:{listener.port}/", ca=own if self_signed else pem(authority.certificate))
        assert rows_of(HTTP.read(settings, "rows", None)) == [{"id": "1"}]
    finally:
        listener.end()


@pytest.mark.parametrize(
    "text", ["hello", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "中文", "-----BEGIN PRIVATE KEY-----"]
)
def test_a_text_that_is_no_certificate_is_refused(text):
    with pytest.raises(BadCertificate):
        tls_context(text)
