"""The connection to a mail server, which knows at every moment whether it may have taken the message."""

import smtplib
from typing import Final

from django.core.mail.backends.smtp import EmailBackend

CLOSING: Final = 421
"""The answer with which a server says that it closes the line (RFC 5321, 3.8): possible at any command, and nothing is taken."""


class Line(smtplib.SMTP):
    """SMTP that notes when the content began to leave, and what was answered to its end."""

    content_left = False
    verdict: int | None = None

    def begin(self) -> None:
        """Forget what became of the message before."""
        self.content_left, self.verdict = False, None

    def getreply(self) -> tuple[int, bytes]:
        """The server's next answer; one that is no SMTP is a broken line."""
        code, text = super().getreply()
        if code < 0:
            self.close()
            raise smtplib.SMTPServerDisconnected("the answer is no SMTP")
        if self.content_left and self.verdict is None:
            self.verdict = code
        elif code == 354:
            self.content_left = True
        return code, text

    @property
    def is_closed(self) -> bool:
        """Whether one of the two ends has closed it."""
        return self.sock is None


class EncryptedLine(Line, smtplib.SMTP_SSL):
    """The same over TLS from the first byte on."""


class LineBackend(EmailBackend):
    """Django's SMTP backend over such a connection."""

    connection: Line | None
    _partial_connection: Line | None

    @property
    def connection_class(self) -> type[Line]:
        """What is opened."""
        return EncryptedLine if self.use_ssl else Line

    def greet(self) -> None:
        """Open where nothing is open, and say who we are: what fails here has certainly not been sent."""
        self.open()
        if self.connection is not None:
            self.connection.ehlo_or_helo_if_needed()

    def drop(self) -> None:
        """Close at once, without a farewell that nobody may answer."""
        for line in (self.connection, self._partial_connection):
            if line is not None:
                line.close()
        self.connection = None
        self._partial_connection = None
