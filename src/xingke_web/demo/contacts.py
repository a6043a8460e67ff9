"""Contact points and consents of the demo: made by a hash of the customer's number, and marked as such wherever they show.

The data sets hold neither. Nine in ten customers have an e-mail address (of a domain that can never exist), four in five have
agreed to marketing, one in twenty has withdrawn; the rest never said anything, and unknown counts as no.
"""

import hashlib
from datetime import UTC, datetime, time, timedelta

from xingke_web.accounts.facade import workspace_info
from xingke_web.customers.facade import ConsentRow, consents_import, contact_points_import
from xingke_web.demo.samples import Sample
from xingke_web.loop.facade import lake_reader

ORIGIN = "demo"
EVIDENCE = "demo: made for the sample, no real person said this"
CONTACT_SHARE, GRANTED_SHARE, WITHDRAWN_SHARE = 0.90, 0.80, 0.05
CHANNELS = ("email", "inbox")


def contacts_make(sample: Sample) -> None:
    """Give the sample's customers addresses and consents, dated 30 days before the campaign."""
    workspace = workspace_info(sample.slug)
    numbers = lake_reader(workspace).query("select customer_id from customer order by 1").column(0).to_pylist()
    at = datetime.combine(sample.campaign.launched_on - timedelta(days=30), time(2, 0), UTC)
    addresses = [(number, f"customer-{number}@example.invalid") for number in numbers if _draw("contact", number) < CONTACT_SHARE]
    contact_points_import(workspace_id=workspace.id, channel="email", addresses=addresses, at=at, origin=ORIGIN)
    rows = [row for number in numbers for row in _consents(number, at, sample.pack)]
    consents_import(workspace_id=workspace.id, rows=rows, origin=ORIGIN)


def _consents(number: int, at: datetime, pack: str) -> list[ConsentRow]:
    """What one customer said: marketing by consent; licensed outlets also have service by contract."""
    rows = []
    drawn = _draw("consent", number)
    for channel in CHANNELS:
        if drawn < GRANTED_SHARE:
            rows.append(ConsentRow(number, "marketing", channel, "granted", "consent", EVIDENCE, at))
        elif drawn < GRANTED_SHARE + WITHDRAWN_SHARE:
            rows.append(ConsentRow(number, "marketing", channel, "withdrawn", "consent", EVIDENCE, at))
        if pack != "retail":
            rows.append(ConsentRow(number, "service", channel, "granted", "contract", EVIDENCE, at))
    return rows


def _draw(what: str, number: int) -> float:
    """A number in [0, 1) that depends on nothing but the customer."""
    digest = hashlib.blake2b(f"demo:{what}:{number}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64
