"""E-mail by SMTP: text and HTML, a stable Message-ID, and a way to refuse in body and headers."""

import smtplib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.utils import translation

from xingke.errors import PermanentError, TransientError
from xingke.words import both
from xingke_web.channels.contracts import Capabilities, Envelope, OutcomeUnknown


class MailRefused(PermanentError):
    """The server or the address does not permit this message."""


class MailDelayed(TransientError):
    """The server cannot take it now."""


class EmailSession:
    """One connection to the mail server."""

    def __init__(self, connection: BaseEmailBackend) -> None:
        self._connection = connection

    def send(self, envelope: Envelope) -> None:
        """Hand over one e-mail; see `Session.send`."""
        message = email_of(envelope)
        message.connection = self._connection
        _open(self._connection)
        try:
            message.send()
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise _by_code(max(codes, default=550)) from error
        except smtplib.SMTPResponseException as error:
            raise _by_code(error.smtp_code) from error
        except (smtplib.SMTPException, OSError) as error:
            # The line broke while it was on its way: the server may have taken it.
            self._connection.close()
            raise OutcomeUnknown(type(error).__name__) from error


class EmailTransport:
    """E-mail through the server of XINGKE_MAIL_URL."""

    name = "email"
    label = both("电子邮件", "E-mail")
    capabilities = Capabilities(opt_out_in_text=True)

    @contextmanager
    def session(self) -> Iterator[EmailSession]:
        """One connection for a batch."""
        connection = get_connection(fail_silently=False)
        _open(connection)
        try:
            yield EmailSession(connection)
        finally:
            connection.close()

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


def _open(connection: BaseEmailBackend) -> None:
    """Connect where there is no connection; what fails here has certainly not been sent."""
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as error:
        raise MailDelayed(f"mail server: {type(error).__name__}") from error


def _require_address(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError as error:
        raise MailRefused("the address is no e-mail address") from error


def _by_code(code: int) -> Exception:
    return MailDelayed(f"answer {code}") if 400 <= code < 500 else MailRefused(f"answer {code}")


TRANSPORT = EmailTransport()
