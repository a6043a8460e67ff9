"""E-mail by SMTP: text and HTML, a stable Message-ID, and a way to refuse in body and headers."""

import smtplib
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.utils import parseaddr
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.utils import translation

from xingke.errors import PermanentError, TransientError
from xingke.words import both
from xingke_web.channels.contracts import Capabilities, Envelope, LineClosed, OutcomeUnknown
from xingke_web.channels.email.lines import CLOSING, Line, LineBackend


class MailRefused(PermanentError):
    """The server or the address does not permit this message."""


class MailDelayed(TransientError):
    """The server cannot take it now."""


class MailLineClosed(MailDelayed, LineClosed):
    """The server closed the line, by a word (421) or without one, before it took anything of the message."""


IDLE_SECONDS: Final = 10.0
"""After so long a pause the line is tried before a message is handed over; servers close idle lines."""


class EmailSession:
    """One connection to the mail server, opened again where it was closed."""

    def __init__(self, backend: BaseEmailBackend) -> None:
        self._backend = backend
        self._used_at = time.monotonic()

    def ready(self) -> None:
        """Open the line where there is none, and see that one that was idle still stands."""
        backend = self._backend
        try:
            if not isinstance(backend, LineBackend):
                backend.open()
                return
            if backend.connection is not None and time.monotonic() - self._used_at > IDLE_SECONDS and not _stands(backend.connection):
                backend.drop()
            backend.greet()
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise MailDelayed(f"mail server: {type(error).__name__}") from error
        self._used_at = time.monotonic()

    def send(self, envelope: Envelope) -> None:
        """Hand over one e-mail; see `Session.send`."""
        message = email_of(envelope)
        message.connection = self._backend
        self.ready()
        if isinstance(self._backend, LineBackend) and self._backend.connection is not None:
            self._transmit(message, self._backend.connection)
        else:
            message.send()
        self._used_at = time.monotonic()

    def close(self) -> None:
        """Let the line go."""
        if isinstance(self._backend, LineBackend):
            self._backend.drop()
        else:
            self._backend.close()

    def _transmit(self, message: EmailMultiAlternatives, line: Line) -> None:
        """Send over a line; what became of it follows from how far the line came, whatever kind of error it was."""
        line.begin()
        broken: Exception | None = None
        try:
            message.send()
        except (smtplib.SMTPException, OSError, ValueError) as error:
            broken = error
        if line.is_closed or CLOSING in {line.verdict, _answer(broken)}:
            self.close()
        if broken is not None:
            _raise(line, broken)


def _raise(line: Line, broken: Exception) -> None:
    """Say what an error of sending means: refused, delayed, line closed, or unknown. Nothing where the message was taken after all."""
    if not line.content_left:
        if isinstance(broken, ValueError | smtplib.SMTPNotSupportedError):
            raise MailRefused(f"cannot be written: {type(broken).__name__}") from broken
        raise _by_code(_answer(broken)) from broken
    if line.verdict is None or not (200 <= line.verdict < 300 or 400 <= line.verdict < 600):
        raise OutcomeUnknown(type(broken).__name__) from broken
    if line.verdict >= 400:
        raise _by_code(line.verdict) from broken


def _answer(error: Exception | None) -> int | None:
    """The code that the server answered, None where it answered nothing."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max((code for code, _ in error.recipients.values()), default=None)
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else None


def _by_code(code: int | None) -> Exception:
    if code is None or code == CLOSING:
        return MailLineClosed("the line was closed" if code is None else f"answer {code}")
    return MailRefused(f"answer {code}") if 500 <= code < 600 else MailDelayed(f"answer {code}")


def _stands(line: Line) -> bool:
    try:
        return line.noop()[0] == 250
    except (smtplib.SMTPException, OSError):
        return False


class EmailTransport:
    """E-mail through the server of XINGKE_MAIL_URL."""

    name = "email"
    label = both("电子邮件", "E-mail")
    capabilities = Capabilities(opt_out_in_text=True)

    @contextmanager
    def session(self) -> Iterator[EmailSession]:
        """One connection for many messages."""
        backend = get_connection(fail_silently=False)
        session = EmailSession(LineBackend(fail_silently=False) if type(backend) is EmailBackend else backend)
        try:
            yield session
        finally:
            session.close()

    def send_all(self, envelopes: Sequence[Envelope]) -> None:
        """E-mail is handed over one by one."""
        raise NotImplementedError("email is not transactional")


def email_of(envelope: Envelope) -> EmailMultiAlternatives:
    """The message; a subject or address that would open a header of its own is refused before anything is sent."""
    _require_address(envelope.address)
    opt_out = f"{envelope.link}opt-out/"
    _, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    domain = sender.rpartition("@")[2] or "localhost"
    message = EmailMultiAlternatives(
        subject=" ".join(envelope.subject.split()),
        body=envelope.body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[envelope.address],
        headers={
            "Message-ID": f"<{envelope.key}@{domain}>",
            "List-Unsubscribe": f"<{opt_out}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    with translation.override("en" if envelope.language == "en" else "zh-hans"):
        html = render_to_string("channels/email.html", {"envelope": envelope, "opt_out": opt_out})
    message.attach_alternative(html, "text/html")
    return message


def _require_address(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError as error:
        raise MailRefused("the address is no e-mail address") from error


TRANSPORT = EmailTransport()
