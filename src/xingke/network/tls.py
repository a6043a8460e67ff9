"""Certificates: whom we trust, and what is said about one that we do not."""

from __future__ import annotations

import re
import ssl
from functools import cache

from xingke.errors import ConfigurationError
from xingke.network.errors import CertificateRefused

MOST_CHARACTERS = 200_000
_PEM = re.compile("-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\\s]+-----END CERTIFICATE-----")


class BadCertificate(ConfigurationError):
    """A text that holds no certificate of a certificate authority."""


def tls_context(authority: str = "") -> ssl.SSLContext:
    """A client's context that verifies chain and host.

    Parameters
    ----------
    authority
        Certificates as PEM; then these alone are trusted: a private certificate authority, or the certificate of the server itself. Without
        them it is the authorities of the system.

    Raises
    ------
    BadCertificate
        The text holds no certificate.
    """
    if not authority.strip():
        return _public()
    # A private key that was pasted beside its certificate is of no use here and must not be kept.
    if len(authority) > MOST_CHARACTERS or "PRIVATE KEY" in authority:
        raise BadCertificate(zh="只应粘贴 CA 证书，不要粘贴私钥", en="paste the certificate alone, and never a private key")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        context.load_verify_locations(cadata="\n".join(_PEM.findall(authority)))  # files often have words beside
    except (ssl.SSLError, ValueError):
        raise BadCertificate(
            zh="其中没有可读的证书；应为 PEM 文本，以 -----BEGIN CERTIFICATE----- 开头",
            en="there is no certificate in it; it must be PEM text that begins with -----BEGIN CERTIFICATE-----",
        ) from None
    return context


@cache
def _public() -> ssl.SSLContext:
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def is_certificate(error: BaseException | None) -> ssl.SSLCertVerificationError | None:
    """The certificate error behind an error, if there is one."""
    seen = 0
    while error is not None and seen < 10:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error
        error, seen = error.__cause__ or error.__context__, seen + 1
    return None


def certificate_refused(error: ssl.SSLCertVerificationError, host: str) -> CertificateRefused:
    """What is wrong with the certificate of a host, and what to do about it."""
    match error.verify_code:  # the numbers of X509_verify_cert_error in OpenSSL
        case 10:
            return CertificateRefused(
                "expired",
                zh=f"{host} 的证书已过期；请对方更新证书，并检查本机时钟",
                en=f"the certificate of {host} has expired; have it renewed, and check the clock of this machine",
            )
        case 9:
            return CertificateRefused(
                "expired",
                zh=f"{host} 的证书尚未生效；请检查双方的时钟",
                en=f"the certificate of {host} is not valid yet; check the clocks of both sides",
            )
        case 18:
            return CertificateRefused(
                "self_signed",
                zh=f"{host} 使用自签名证书；请把该证书粘贴到「CA 证书」中",
                en=f"{host} shows a self-signed certificate; paste it into 'CA certificate' to trust it",
            )
        case 62 | 64:
            return CertificateRefused(
                "host",
                zh=f"证书不是发给 {host} 的；请填写证书上的主机名",
                en=f"the certificate was not made out to {host}; enter the host name that stands in it",
            )
        case 2 | 19 | 20 | 21:
            return CertificateRefused(
                "issuer",
                zh=f"{host} 的证书由未知的 CA 签发；请把贵单位的 CA 证书（PEM）粘贴到「CA 证书」中",
                en=f"the certificate of {host} was issued by an unknown authority; paste the certificate of your authority (PEM) "
                "into 'CA certificate'",
            )
        case _:
            reason = error.verify_message
            return CertificateRefused(
                "other", zh=f"{host} 的证书未通过验证：{reason}", en=f"the certificate of {host} cannot be verified: {reason}"
            )
