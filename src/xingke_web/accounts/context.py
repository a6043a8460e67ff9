"""What every template sees of the person who looks."""

from typing import Any

from django.http import HttpRequest


def viewer(request: HttpRequest) -> dict[str, Any]:
    """`viewer`, None before log-in."""
    return {"viewer": getattr(request, "viewer", None)}
