"""A pause after failed log-ins, counted by name and by network address.

Only keyed hashes are stored. Counting in the database makes the pause hold over all processes.
"""

import hashlib
import hmac
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from xingke_web.accounts.models import LoginThrottle
from xingke_web.config.keys import blind_key

# One address serves a whole office, so it may fail more often than one person.
_ADDRESS_FACTOR: Final = 10


def address_of(request: HttpRequest) -> str:
    """The network address of the reader; the proxy's word for it where proxies are trusted."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.XINGKE_BEHIND_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))


def is_paused(*, username: str, address: str) -> bool:
    """Whether log-ins of this name or from this address have to wait."""
    limits = _limits(username, address)
    rows = LoginThrottle.objects.filter(key__in=limits, since__gt=timezone.now() - _window())
    return any(row.failures >= limits[row.key] for row in rows)


@transaction.atomic
def failure_count(*, username: str, address: str) -> None:
    """Count one failed log-in."""
    now = timezone.now()
    LoginThrottle.objects.filter(since__lte=now - _window()).delete()
    for key in _limits(username, address):
        LoginThrottle.objects.get_or_create(key=key, defaults={"since": now})
        LoginThrottle.objects.filter(key=key).update(failures=F("failures") + 1)


def failures_forget(*, username: str) -> None:
    """A log-in succeeded: the name starts afresh, the address does not."""
    LoginThrottle.objects.filter(key=_hash(f"name:{username.lower()}")).delete()


def _limits(username: str, address: str) -> dict[str, int]:
    limit: int = settings.XINGKE_LOGIN_ATTEMPTS
    return {_hash(f"name:{username.lower()}"): limit, _hash(f"address:{address}"): limit * _ADDRESS_FACTOR}


def _window() -> timedelta:
    return timedelta(minutes=settings.XINGKE_LOGIN_LOCK_MINUTES)


def _hash(text: str) -> str:
    return hmac.new(blind_key("log-in pause"), text.encode("utf-8"), hashlib.sha256).hexdigest()
