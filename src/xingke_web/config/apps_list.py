"""The apps of the platform, in order of dependence. A new app is one line here.

What an app's `urls.py` holds lies below `/w/<workspace>/` (with `app_name`), unless `SITE_URLS` names it as lying below `/`.
"""

from typing import Final

APPS: Final = (
    "ui",
    "accounts",
    "audit",
    "jobs",
    "loop",
    "ingest",
    "customers",
    "identity",
    "tracking",
    "audiences",
    "compliance",
    "channels",
    "campaigns",
    "privacy",
    "insight",
)

SITE_URLS: Final = ("ui.urls", "accounts.site_urls", "channels.site_urls", "ingest.site_urls")
