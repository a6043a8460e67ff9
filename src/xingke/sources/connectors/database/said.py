"""What a driver reports, in words of ours: its own text may repeat the address, and with it a password."""

from __future__ import annotations

import ssl
import struct
from typing import TYPE_CHECKING

from xingke.errors import UserFacingError
from xingke.network import certificate_refused, connected, is_certificate, tls_context
from xingke.sources.connectors.errors import SourceRefused, SourceUnreachable

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

PROBE_SECONDS = 3.0
_SSL_REQUEST = struct.pack("!ii", 8, 80_877_103)
"""The message with which a client of PostgreSQL asks for TLS."""


def said(error: Exception, address: URL, authority: str) -> UserFacingError:
    """The error of a driver in words."""
    where = f"{address.host or address.database}{f':{address.port}' if address.port else ''}"
    code, text = _code_of(error), str(getattr(error, "orig", None) or error).lower()
    if (found := _certificate_of(error, text, address, authority)) is not None:
        return certificate_refused(found, str(address.host))
    if code in {"28P01", "28000", "1045", "1698"} or "password authentication failed" in text or "access denied for user" in text:
        return SourceRefused(
            zh=f"{where} 拒绝了用户「{address.username}」的登录；请检查用户名和密码",
            en=f"{where} did not let user '{address.username}' in; check the name and the password",
            host=where,
        )
    if code in {"3D000", "1049"} or ('database "' in text and "does not exist" in text):
        return SourceRefused(
            zh=f"{where} 上没有数据库「{address.database}」", en=f"there is no database '{address.database}' at {where}", host=where
        )
    if code in {"42501", "1142", "1143", "1227"}:
        return SourceRefused(
            zh=f"用户「{address.username}」没有读取权限；请授予该表的 SELECT",
            en=f"user '{address.username}' may not read that; grant SELECT on it",
            host=where,
        )
    if code in {"25006", "1792"} or "readonly database" in text or "query_only" in text:
        return SourceRefused(zh="语句试图写入；这里只能读取", en="the statement tries to write; only reading is permitted here", host=where)
    if "server does not support ssl" in text or "ssl is required" in text or code == "3159":
        return SourceRefused(
            zh=f"{where} 与本机对加密（TLS）的要求不一致；请检查 sslmode 与 CA 证书",
            en=f"{where} and this side do not agree on encryption (TLS); check sslmode and the certificate",
            host=where,
        )
    if _never_reached(code, text):
        return SourceUnreachable(
            zh=f"无法连接 {where}；请检查主机名、端口和网络", en=f"{where} does not answer; check host, port and network", host=where
        )
    reason = _first_line(error, address)
    return SourceRefused(zh=f"数据库没有执行该查询：{reason}", en=f"the database did not run the query: {reason}", host=where)


def _certificate_of(error: Exception, text: str, address: URL, authority: str) -> ssl.SSLCertVerificationError | None:
    """What is wrong with the certificate, if it is that. libpq does not say what, so the server is asked once more for its certificate."""
    found = is_certificate(error)
    if found is not None or address.get_backend_name() != "postgresql":
        return found
    if not any(sign in text for sign in ("certificate verify failed", "does not match host name", "server certificate")):
        return None
    try:
        with connected(str(address.host), address.port or 5432, most=PROBE_SECONDS) as sock:
            sock.sendall(_SSL_REQUEST)
            if sock.recv(1) == b"S":
                tls_context(authority).wrap_socket(sock, server_hostname=str(address.host)).close()
    except ssl.SSLCertVerificationError as refused:
        return refused
    except (OSError, UserFacingError):
        pass
    return None


def _code_of(error: Exception) -> str:
    original = getattr(error, "orig", None)
    state = getattr(original, "sqlstate", None)
    if state:
        return str(state)
    arguments = getattr(original, "args", ())
    return str(arguments[0]) if arguments and isinstance(arguments[0], int) else ""


def _never_reached(code: str, text: str) -> bool:
    signs = ("connection refused", "could not translate", "failed to resolve", "can't connect", "timeout", "timed out", "connection failed")
    return code in {"2002", "2003", "2005", "2013", "2006"} or any(sign in text for sign in (*signs, "unable to open", "server closed"))


def _first_line(error: Exception, address: URL) -> str:
    line = str(getattr(error, "orig", None) or error).strip().splitlines()[0][:200]
    return line.replace(str(address.password), "****") if address.password else line
