"""Signed links that let a customer answer one message without logging in."""

from django.conf import settings
from django.core import signing
from django.http import Http404
from django.urls import reverse

from xingke_web.channels.models import OutboxMessage

SALT = "xingke.channels.answer"


def token_of(message_id: int) -> str:
    """The token of a message: its number and a signature. It does not expire, since a refusal has to be possible at any time."""
    return signing.Signer(salt=SALT).sign(str(message_id))


def message_of(token: str) -> OutboxMessage:
    """The message of a token; 404 for one that was not signed here."""
    try:
        number = int(signing.Signer(salt=SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        raise Http404 from None
    message = OutboxMessage.objects.select_related("text", "workspace").filter(pk=number).first()
    if message is None:
        raise Http404
    return message


def answer_address(message_id: int, page: str = "answer") -> str:
    """The full address of a message's answer page, as a customer outside can open it."""
    return site_address() + reverse(f"answers:{page}", kwargs={"token": token_of(message_id)})


def site_address() -> str:
    """Where the site is reached: the first trusted origin, else the first host name it answers to."""
    if settings.CSRF_TRUSTED_ORIGINS:
        return str(settings.CSRF_TRUSTED_ORIGINS[0]).rstrip("/")
    scheme = "https" if settings.XINGKE_HTTPS else "http"
    host = next((host for host in settings.ALLOWED_HOSTS if host not in {"*", "[::1]"}), "localhost")
    return f"{scheme}://{host}" if settings.XINGKE_HTTPS else f"{scheme}://{host}:8000"
