"""Attacks on the door to other machines: every spelling of an address inside is known as one."""

import ipaddress
import socket
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xingke.network import AddressRefused, AllowList, BadHost, NoAnswer, TookTooLong, allowing, connected, destination, doors, within

INSIDE = (
    "127.0.0.1", "127.1", "127.0.1", "0x7f.1", "0x7f000001", "0177.0.0.1", "017700000001", "2130706433", "localhost", "LOCALHOST",
    "[::1]", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
    "0.0.0.0", "0", "::", "10.0.0.8", "172.16.3.4", "192.168.1.1", "100.64.0.1", "169.254.1.1", "fe80::1", "fec0::1", "fd12::1",  # noqa: S104 - attacked, not listened on
    "224.0.0.1", "ff02::1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "2001:db8::1",
    "169.254.169.254", "100.100.100.200", "168.63.129.16", "fd00:ec2::254", "::ffff:169.254.169.254",
    "１２７.０.０.１", "127。0。0。1",
)  # fmt: skip
NO_HOSTS = (
    "", " ", "/run/postgresql", "@abstract", "a,b", "a b", "a\x00b", "fe80::1%eth0", "host/..", "user@host", "-oProxyCommand", "a" * 300,
    "%2Frun", "host:80", "*", "\\\\server\\share", "#", "?", "[",
)  # fmt: skip


@pytest.mark.parametrize("host", INSIDE)
def test_an_address_inside_is_refused_in_every_spelling(host):
    with allowing(), pytest.raises((AddressRefused, BadHost)) as caught:
        destination(host, 80)
    if isinstance(caught.value, AddressRefused):
        for words in caught.value.words.values():
            assert "XINGKE_ALLOWED_PRIVATE_HOSTS" in words


@pytest.mark.parametrize("host", NO_HOSTS)
def test_what_is_no_host_is_said_as_such(host):
    with allowing("0.0.0.0/0", "::/0"), pytest.raises(BadHost):
        destination(host, 80)


@pytest.mark.parametrize("host", ["1.1.1.1", "223.5.5.5", "2400:3200::1", "::ffff:8.8.8.8"])
def test_a_public_address_needs_no_leave(host):
    with allowing():
        assert destination(host, 443).addresses == (str(ipaddress.ip_address(host)),)


@pytest.mark.parametrize(
    ("entry", "yes", "no"),
    [
        ("127.0.0.1", ("127.0.0.1", 5432), ("127.0.0.2", 5432)),
        ("127.0.0.1:5432", ("127.1", 5432), ("127.0.0.1", 6379)),
        ("10.0.0.0/8", ("10.1.2.3", 80), ("192.168.0.1", 80)),
        ("[::1]:5432", ("::1", 5432), ("::1", 80)),
        ("LocalHost.", ("localhost", 80), ("127.0.0.1", 80)),
        ("10.0.0.0/8", ("::ffff:10.1.2.3", 80), ("fd12::1", 80)),
        ("169.254.0.0/16", ("169.254.1.1", 80), ("169.254.169.254", 80)),
        ("169.254.169.254", ("169.254.169.254", 80), ("169.254.169.253", 80)),
    ],
)
def test_the_administrator_allows_hosts_networks_and_ports(entry, yes, no):
    with allowing(entry):
        assert destination(*yes).addresses
        with pytest.raises(AddressRefused):
            destination(*no)


@pytest.mark.parametrize("entry", ["10.0.0.0/99", "a b", "http://x", "10.0.0.1/8/9", "!"])
def test_an_entry_that_is_none_is_an_error(entry):
    with pytest.raises(ValueError, match=r".*"):
        AllowList.parse([entry])


@given(st.ip_addresses())
def test_nothing_but_public_addresses_passes_an_empty_list(address):
    if AllowList().permits("x", address, 80):
        assert address.is_global
        assert not address.is_multicast


def test_the_name_is_looked_up_once_and_the_answer_is_what_is_connected_to(monkeypatch):
    """DNS rebinding: the second answer of the name server would be this machine."""
    answers = [[(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 80))], [(2, 1, 6, "", ("127.0.0.1", 80))]]
    monkeypatch.setattr(doors.socket, "getaddrinfo", lambda *_, **__: answers.pop(0))
    tried = []

    def connect(address, timeout):
        tried.append(address)
        raise OSError

    monkeypatch.setattr(doors.socket, "create_connection", connect)
    with allowing(), pytest.raises(NoAnswer):
        connected("rebind.example", 80)
    assert tried == [("93.184.215.14", 80)]


def test_of_several_addresses_only_permitted_ones_are_tried(monkeypatch):
    both = [(2, 1, 6, "", (text, 80)) for text in ("127.0.0.1", "93.184.215.14", "10.0.0.1")]
    monkeypatch.setattr(doors.socket, "getaddrinfo", lambda *_, **__: both)
    with allowing():
        assert destination("mixed.example", 80).addresses == ("93.184.215.14",)


def test_a_name_server_that_does_not_answer_ends_with_the_deadline(monkeypatch):
    held = threading.Event()
    monkeypatch.setattr(doors.socket, "getaddrinfo", lambda *_, **__: list(range(held.wait(20) * 0)))
    began = time.monotonic()
    with pytest.raises(TookTooLong):
        within(0.2, lambda: destination("slow.example", 80))
    held.set()
    assert time.monotonic() - began < 3


def test_work_has_a_result_an_error_or_an_end():
    assert within(5, lambda: 7) == 7
    with pytest.raises(KeyError):
        within(5, lambda: {}["a"])
    stop = threading.Event()
    with pytest.raises(TookTooLong, match=r"0\.1 seconds"):
        within(0.1, stop.wait)
    stop.set()
