"""Which addresses may be reached: public ones, and what the administrator has allowed beside them."""

import ipaddress
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

METADATA = frozenset(
    ipaddress.ip_address(text)
    for text in ("169.254.169.254", "169.254.170.2", "fd00:ec2::254", "100.100.100.200", "168.63.129.16", "192.0.0.192")
)
"""Where clouds hand out credentials. They are allowed one by one only: a network around them does not do."""

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE = ipaddress.IPv6Network("::/96")


@dataclass(frozen=True, slots=True)
class AllowListEntry:
    """A host by name, a network, or the directory of a socket; with a port, that port alone."""

    host: str = ""
    network: Network | None = None
    directory: str = ""
    port: int | None = None


@dataclass(frozen=True, slots=True)
class AllowList:
    """What may be reached beside public addresses; empty allows nothing."""

    entries: tuple[AllowListEntry, ...] = ()

    @classmethod
    def parse(cls, texts: Iterable[str]) -> "AllowList":
        """Entries such as `db.inside`, `127.0.0.1:5432`, `10.0.0.0/8`, `[::1]:5432`, `/run/postgresql`.

        Raises
        ------
        ValueError
            One is none of these.
        """
        return cls(tuple(_entry(text.strip()) for text in texts if text.strip()))

    def permits(self, host: str, address: Address, port: int) -> bool:
        """Whether a host that was found at this address may be connected to."""
        inner = _inner(address)
        if _is_public(inner):
            return True
        name = host.rstrip(".").lower()
        for entry in self.entries:
            if entry.port not in (None, port):
                continue
            if entry.network is not None and inner in entry.network:
                single = entry.network.num_addresses == 1
                if single or inner not in METADATA:
                    return True
            if entry.host and entry.host == name and inner not in METADATA:
                return True
        return False

    def permits_directory(self, directory: str) -> bool:
        """Whether sockets in a directory, given with links resolved, may be used."""
        return any(entry.directory and entry.directory == directory for entry in self.entries)


def _entry(text: str) -> AllowListEntry:
    if text.startswith("/"):
        return AllowListEntry(directory=text.rstrip("/") or "/")
    host, port = _port_of(text)
    try:
        return AllowListEntry(network=ipaddress.ip_network(host.strip("[]"), strict=False), port=port)
    except ValueError:
        pass
    name = host.rstrip(".").lower()
    if not name or not all(part.replace("-", "").replace("_", "").isalnum() for part in name.split(".")):
        raise ValueError(text)
    return AllowListEntry(host=name, port=port)


def _port_of(text: str) -> tuple[str, int | None]:
    head, colon, tail = text.rpartition(":")
    if colon and tail.isdigit() and (":" not in head or head.startswith("[")):
        return head, int(tail)
    return text, None


def _inner(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, if it does."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address.sixtofour:
        return address.sixtofour
    if address.teredo:
        return address.teredo[1]
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def _is_public(address: Address) -> bool:
    local = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    return address.is_global and not (address.is_multicast or address.is_reserved or local or address in METADATA)


_allowed = AllowList()


def allow(found: AllowList) -> None:
    """Set the allow list of this process; called once, with what the administrator has set."""
    global _allowed
    _allowed = found


def allowed() -> AllowList:
    """The allow list of this process."""
    return _allowed


@contextmanager
def allowing(*texts: str) -> Iterator[None]:
    """Another allow list for a while; for tests."""
    before = _allowed
    allow(AllowList.parse(texts))
    try:
        yield
    finally:
        allow(before)
