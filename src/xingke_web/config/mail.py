"""From one mail address to Django's settings."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from xingke.errors import ConfigurationError

_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class BadMailAddress(ConfigurationError):
    """The address of the mail server cannot be used."""

    def __init__(self) -> None:
        super().__init__(
            zh="XINGKE_MAIL_URL 应以 smtp://、smtp+starttls:// 或 smtps:// 开头并给出主机，或留空",
            en="XINGKE_MAIL_URL must start with smtp://, smtp+starttls:// or smtps:// and name a host, or be empty",
        )


def mail_settings(url: str, *, directory: Path) -> dict[str, Any]:
    """Django's `EMAIL_*` settings; messages become files in `directory` where the address is empty."""
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": str(directory)}
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise BadMailAddress
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or _PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+starttls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 20,
    }
