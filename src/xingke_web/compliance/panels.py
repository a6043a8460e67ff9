"""The state of the engine in the top bar."""

from collections.abc import Mapping
from typing import Any, cast

from django.http import HttpRequest

from xingke_web.accounts.permissions import ViewerRequest
from xingke_web.compliance.rules import rules_of


def top_bar(request: HttpRequest) -> Mapping[str, Any]:
    """How many rules are in force; none is a failure, since then everything is refused."""
    return {"rules": len(rules_of(cast("ViewerRequest", request).viewer.workspace))}
