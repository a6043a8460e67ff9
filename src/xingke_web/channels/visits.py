"""Who opens the links of a message: a person, or a scanner, preview or prefetch that opens them before the person does.

Opening a link counts for nothing by itself, since machines open links, too. A click is counted when the page says that somebody looks
at it (`seen.js`: it is visible and used, or stays visible), or when an answer is given; neither if the request says it is a machine's,
or if all links of the message were opened within seconds, as scanners do.
"""

import re
from datetime import timedelta
from typing import Final

from django.http import HttpRequest
from django.utils import timezone

from xingke_web.channels.models import LinkVisit, OutboxMessage

BURST: Final = timedelta(seconds=5)
"""Within so short a time nobody follows both links of a message from the mail itself."""

_AHEAD: Final = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
_MACHINES: Final = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|scan|preview|prefetch|headless|phantom|barracuda|mimecast|proofpoint|safelinks|urldefense|"
    r"facebookexternalhit|curl/|wget/|python|java/|go-http|libwww|axios/|node-fetch|httpclient|monitor",
    re.IGNORECASE,
)


def is_machine(request: HttpRequest) -> bool:
    """Whether a request says itself that no person looks at the answer: HEAD, a prefetch, or a program's name."""
    headers = request.headers
    agent = headers.get("User-Agent", "").strip()
    ahead = " ".join(headers.get(name, "") for name in _AHEAD).lower()
    return (
        request.method == "HEAD"
        or any(word in ahead for word in ("prefetch", "prerender", "preview"))
        or not agent
        or bool(_MACHINES.search(agent))
    )


def visited(request: HttpRequest, message: OutboxMessage, link: str) -> None:
    """Note that a link of a message was opened from outside; a way within our own pages is none."""
    from_own_page = request.headers.get("Sec-Fetch-Site") == "same-origin" or request.headers.get("Referer", "").startswith(
        f"{request.scheme}://{request.get_host()}/"
    )
    if not from_own_page:
        LinkVisit.objects.update_or_create(message=message, link=link, defaults={"at": timezone.now()})


def is_person(request: HttpRequest, message: OutboxMessage) -> bool:
    """Whether what this request says of a message may count as a person's act."""
    return not is_machine(request) and not _in_a_burst(message)


def _in_a_burst(message: OutboxMessage) -> bool:
    at = sorted(LinkVisit.objects.filter(message=message).values_list("at", flat=True))
    return len(at) > 1 and at[-1] - at[0] <= BURST
