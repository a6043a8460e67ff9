"""A limit on guesses of passwords, counted before the password is looked at.

Every guess takes a place in each of its counters first, in one transaction, so that a hundred guesses at once are no more than the limit
allows. Only keyed hashes are stored, and counting in the database makes the limit hold over all processes.

A browser that logged in before carries a signed cookie and is counted by itself. Every other guess is counted by name and address together,
by address, and by name with a far higher limit, so that strangers neither lock out a person who uses their own browser, nor lock a name
by a handful of guesses (the device cookies of OWASP).
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from typing import Final

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from xingke_web.accounts.models import LoginThrottle
from xingke_web.config.keys import blind_key

DEVICE_COOKIE: Final = "xingke_device"
_DEVICE_DAYS: Final = 180
# One address serves a whole office, so it may fail more often than one person.
_ADDRESS_FACTOR: Final = 10
# Guesses at one name from all over the world: enough room that nobody locks a name in passing, little enough that no password is found.
_NAME_FACTOR: Final = 20


class Attempts:
    """The counters that one guess of a password takes a place in."""

    def __init__(self, limits: Mapping[str, int]) -> None:
        self._limits = {_hash(key): limit for key, limit in limits.items()}

    def take(self) -> bool:
        """Take a place in every counter; false where one is full, and then none is taken."""
        now = timezone.now()
        with transaction.atomic():
            LoginThrottle.objects.filter(since__lte=now - _window()).delete()
            keys = sorted(self._limits)
            LoginThrottle.objects.bulk_create([LoginThrottle(key=key, since=now) for key in keys], ignore_conflicts=True)
            rows = list(LoginThrottle.objects.select_for_update().filter(key__in=keys).order_by("key"))
            if any(row.failures >= self._limits[row.key] for row in rows):
                return False
            LoginThrottle.objects.filter(key__in=keys).update(failures=F("failures") + 1)
        return True

    def give_back(self) -> None:
        """The guess was right: it leaves its places, and what was wrong before it in the narrowest counter is forgotten."""
        narrowest = min(self._limits.values())
        with transaction.atomic():
            LoginThrottle.objects.filter(key__in=[key for key, limit in self._limits.items() if limit == narrowest]).delete()
            LoginThrottle.objects.filter(key__in=self._limits, failures__gt=0).update(failures=F("failures") - 1)


def log_in_attempts(request: HttpRequest | None, *, username: str) -> Attempts:
    """The counters of a log-in: of the browser where it is known for this name, else of name and address, address, and name."""
    name, limit = username.casefold(), int(settings.XINGKE_LOGIN_ATTEMPTS)
    device = _device_of(request, name) if request is not None else ""
    if device:
        return Attempts({f"device:{device}": limit})
    address = _network_of(address_of(request)) if request is not None else ""
    return Attempts(
        {
            f"name and address:{name}\0{address}": limit,
            f"address:{address}": limit * _ADDRESS_FACTOR,
            f"name:{name}": limit * _NAME_FACTOR,
        }
    )


def own_password_attempts(user_id: int) -> Attempts:
    """The counter of a person who is asked for their password while logged in."""
    return Attempts({f"own password:{user_id}": int(settings.XINGKE_LOGIN_ATTEMPTS)})


def device_remember(response: HttpResponse, *, username: str) -> None:
    """Let the browser carry that this name logged in with it."""
    value = signing.dumps([_hash(f"device of:{username.casefold()}"), secrets.token_urlsafe(12)], salt=DEVICE_COOKIE)
    age = timedelta(days=_DEVICE_DAYS)
    response.set_cookie(DEVICE_COOKIE, value, max_age=age, httponly=True, samesite="Lax", secure=settings.XINGKE_HTTPS, path="/login/")


def address_of(request: HttpRequest) -> str:
    """The network address of the reader; the proxy's word for it where a proxy is configured, and never otherwise."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.XINGKE_BEHIND_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))


def _device_of(request: HttpRequest, name: str) -> str:
    """The browser's own mark where it carries one for this name."""
    try:
        owner, mark = signing.loads(request.COOKIES.get(DEVICE_COOKIE, ""), salt=DEVICE_COOKIE, max_age=timedelta(days=_DEVICE_DAYS))
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(mark) if hmac.compare_digest(str(owner), _hash(f"device of:{name}")) else ""


def _network_of(address: str) -> str:
    """The address, or the network of one connection where the holder chooses freely within it (IPv6)."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)


def _window() -> timedelta:
    return timedelta(minutes=settings.XINGKE_LOGIN_LOCK_MINUTES)


def _hash(text: str) -> str:
    return hmac.new(blind_key("log-in pause"), text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
