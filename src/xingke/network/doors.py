"""From a host to a socket: resolved once, every address judged, and only a judged one connected to."""

import ipaddress
import re
import socket
import threading
from dataclasses import dataclass
from pathlib import Path

from xingke.network.addresses import Address, allowed
from xingke.network.deadline import seconds_left
from xingke.network.errors import AddressRefused, BadHost, HostNotFound, NoAnswer, TookTooLong

LOOKUP_SECONDS = 5.0
CONNECT_SECONDS = 10.0
_NAME = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_\-.]*[A-Za-z0-9_.])?")


@dataclass(frozen=True, slots=True)
class Destination:
    """A host as it was written, with the addresses of it that may be connected to."""

    host: str
    port: int
    addresses: tuple[str, ...]


def destination(host: str, port: int) -> Destination:
    """Resolve a host and judge its addresses; what is connected to must be one of them.

    Raises
    ------
    BadHost
        It is no name and no address: a path, a list, an address with a zone.
    HostNotFound
        No name server knows it.
    AddressRefused
        It lies inside, and the administrator has not allowed it.
    """
    name = _checked(host)
    found = _looked_up(name, port)
    permitted = tuple(dict.fromkeys(str(one) for one in found if allowed().permits(name, one, port)))
    if not permitted:
        raise AddressRefused(host, port)
    return Destination(name, port, permitted)


def connected(host: str, port: int, *, most: float = CONNECT_SECONDS) -> socket.socket:
    """A socket to one of the addresses that were judged.

    Raises
    ------
    NoAnswer
        None of them answers.
    """
    to = destination(host, port)
    for address in to.addresses:
        try:
            found = socket.create_connection((address, port), timeout=seconds_left(most))
        except OSError:
            continue
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return found
    raise NoAnswer(host, port)


def socket_directory(path: str) -> str:
    """The directory of a local socket, if the administrator has allowed it.

    Raises
    ------
    AddressRefused
        It is not in the allow list.
    """
    if "\x00" in path or not path.startswith("/"):
        raise BadHost(path)
    resolved = str(Path(path).resolve())
    if not allowed().permits_directory(resolved):
        raise AddressRefused(path, None)
    return resolved


def _checked(host: str) -> str:
    text = host.strip().strip("[]")
    try:
        return str(ipaddress.ip_address(text)) if "%" not in text else _refused(host)
    except ValueError:
        pass
    try:
        name = text if text.isascii() else text.encode("idna").decode("ascii")
    except UnicodeError:
        _refused(host)
    if len(name) > 253 or not _NAME.fullmatch(name):
        _refused(host)
    return name


def _refused(host: str) -> str:
    raise BadHost(host)


def _looked_up(name: str, port: int) -> list[Address]:
    """The addresses of a name. Whatever spelling a number has (`127.1`, `0x7f000001`, `2130706433`), they come out in one form."""
    try:
        return [ipaddress.ip_address(name)]
    except ValueError:
        pass
    found: list[Address] = []
    failed: list[OSError | UnicodeError] = []

    def look() -> None:
        try:
            answers = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            failed.append(error)
        else:
            found.extend(ipaddress.ip_address(str(answer[4][0]).partition("%")[0]) for answer in answers)

    seconds = seconds_left(LOOKUP_SECONDS)
    looking = threading.Thread(target=look, daemon=True, name="xingke-lookup")
    looking.start()
    looking.join(seconds)
    if looking.is_alive():
        raise TookTooLong(round(seconds, 1))
    if failed or not found:
        raise HostNotFound(name)
    return found
