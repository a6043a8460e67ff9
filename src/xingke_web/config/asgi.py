"""The application that an ASGI server runs: Django, and beside it the tracking API, which needs none of Django's middleware."""

import gc
import os
from collections.abc import Awaitable, Callable
from typing import Any

from django.core.asgi import get_asgi_application
from django.utils.module_loading import import_string

from xingke_web.config.home import home_check, home_here

Application = Callable[[Any, Any, Any], Awaitable[None]]  # ASGI has no types of its own

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xingke_web.config.settings")
home_check(home_here())
_django: Application = get_asgi_application()
# By name: the settings are below every app, and the tracking API is one.
_tracking: Application = import_string("xingke_web.tracking.server.application")
_is_tracking: Callable[[str], bool] = import_string("xingke_web.tracking.server.is_tracking")
_wake: Callable[[], None] = import_string("xingke_web.tracking.server.wake")

# What has been loaded stays: the collector need not look through it again and again while events are read.
gc.collect()
gc.freeze()


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Answer a request by the application that its address belongs to."""
    if scope["type"] == "http":
        _wake()
    is_tracking = scope["type"] == "http" and _is_tracking(scope["path"])
    await (_tracking if is_tracking else _django)(scope, receive, send)
