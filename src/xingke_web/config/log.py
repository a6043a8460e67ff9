"""Logging that keeps personal data out: errors are written as type and place, never with the values of a request.

The message of an exception may quote what a person typed (a database repeats the row it refuses), so it is left out
unless the exception is one of ours, whose messages are written for logs.
"""

import logging
import traceback
from types import TracebackType
from typing import Any

from xingke.errors import XingkeError

ExceptionParts = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def safe_trace(error: BaseException) -> str:
    """Where an error came from, frame by frame, and its type; the message only if it is one of ours."""
    frames = traceback.extract_tb(error.__traceback__)
    places = "".join(f'  "{frame.filename}", line {frame.lineno}, in {frame.name}\n' for frame in frames)
    said = f": {error}" if isinstance(error, XingkeError) else ""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = f"{safe_trace(cause)}\nwhich led to:\n" if cause is not None else ""
    return f"{before}{places}{type(error).__module__}.{type(error).__qualname__}{said}"


class SafeFormatter(logging.Formatter):
    """One line a record, with the reference of the request, and exceptions without their values."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        request = getattr(record, "request", None)
        record.reference = getattr(request, "reference", None) or "-"
        record.exc_text = None
        return super().format(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name and loose type are logging's
        """The exception of a record, without the values it carries."""
        return safe_trace(ei[1]) if ei[1] is not None else ""


def logging_settings(*, level: str) -> dict[str, Any]:
    """Django's `LOGGING`: everything to standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"safe": {"()": SafeFormatter, "format": "%(asctime)s %(levelname)s %(name)s [%(reference)s] %(message)s"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "safe"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "django": {"handlers": ["stderr"], "level": level if level != "DEBUG" else "INFO", "propagate": False},
            "xingke": {"handlers": ["stderr"], "level": level, "propagate": False},
            "xingke_web": {"handlers": ["stderr"], "level": level, "propagate": False},
        },
    }
