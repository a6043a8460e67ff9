"""The one door to other machines: an address is resolved, judged, and connected to as judged, within a deadline."""

from xingke.network.addresses import AllowList, AllowListEntry, allow, allowing
from xingke.network.deadline import is_hurried, seconds_left, within
from xingke.network.doors import Destination, connected, destination, socket_directory
from xingke.network.errors import AddressRefused, BadHost, CertificateRefused, HostNotFound, NoAnswer, TookTooLong, Unreachable
from xingke.network.tls import BadCertificate, certificate_refused, is_certificate, tls_context

__all__ = [
    "AddressRefused",
    "AllowList",
    "AllowListEntry",
    "BadCertificate",
    "BadHost",
    "CertificateRefused",
    "Destination",
    "HostNotFound",
    "NoAnswer",
    "TookTooLong",
    "Unreachable",
    "allow",
    "allowing",
    "certificate_refused",
    "connected",
    "destination",
    "is_certificate",
    "is_hurried",
    "seconds_left",
    "socket_directory",
    "tls_context",
    "within",
]
