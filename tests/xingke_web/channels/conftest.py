"""Outlets with consent and an address, and messages planned for them with a verdict each."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest
from django.db import connection

from tests.xingke_web.channels.provider import Provider
from xingke_web.accounts.contracts import WorkspaceInfo
from xingke_web.channels.contracts import NewText, Recipient
from xingke_web.channels.counting import facts_for
from xingke_web.channels.outbox import outbox_add
from xingke_web.channels.registry import transports
from xingke_web.channels.texts import action_for, text_fingerprint
from xingke_web.compliance.facade import verdicts_for_many
from xingke_web.customers import guard
from xingke_web.customers.facade import contact_point_set
from xingke_web.customers.models import Consent, Customer

NOW = datetime(2024, 7, 1, 2, 0, tzinfo=UTC)
"""Ten in the morning in Shanghai, the business time of the workspace."""

EARLIER = NOW - timedelta(days=30)


@pytest.fixture
def outlets(workspace: WorkspaceInfo) -> Callable[..., list[int]]:
    """A function that makes outlets who consented to marketing, numbered from 1."""

    def make(count: int, channel: str = "inbox") -> list[int]:
        customers = Customer.objects.bulk_create(
            [
                Customer(
                    workspace_id=workspace.id, number=number, source_key=f"k{number}", name=f"网点{number}", kind="outlet", status="active",
                    org_path="/ia/polk/ames" if number % 2 else "/ia/linn/marion", licence_status="valid",
                    licence_valid_until=date(2030, 1, 1), age_state="not_a_person",
                )
                for number in range(1, count + 1)
            ]
        )  # fmt: skip
        Consent.objects.bulk_create(
            [
                Consent(customer=each, purpose="marketing", channel=channel, state="granted", basis="consent", evidence="form", at=EARLIER)
                for each in customers
            ]
        )
        if channel == "email":
            for each in customers:
                contact_point_set(
                    workspace_id=workspace.id, number=each.number, channel="email", address=f"shop{each.number}@example.com", at=EARLIER
                )
        return [each.number for each in customers]

    return make


@pytest.fixture
def plan(workspace: WorkspaceInfo) -> Callable[..., int]:
    """A function that judges customers and plans a message for each."""

    def planned(
        numbers: list[int], *, channel: str = "inbox", what: str = "campaign:1", body: str = "{name}，您好。", subject: str = "问候"
    ):
        action = action_for(
            actor="爱荷华烈酒", purpose="marketing", channel=channel, subject=subject, body=body, language="zh", template_key=what,
            pack=workspace.pack, at=NOW,
        )  # fmt: skip
        prints = text_fingerprint(subject, body)
        facts = facts_for(workspace.id, numbers, channel=channel, purpose="marketing", fingerprint=prints, at=NOW)
        verdicts = verdicts_for_many(workspace=workspace, action=action, numbers=numbers, facts=facts, subject=what)
        new = NewText(
            what=what, step="1", campaign_key=what.replace("campaign:", "xk-c"), org_path="/", actor=action.actor, purpose="marketing",
            channel=channel, language="zh", subject=subject, body=body, template_key=what,
        )  # fmt: skip
        return outbox_add(workspace_id=workspace.id, new=new, recipients=[Recipient(n, verdicts[n].id or 0, NOW) for n in numbers])

    return planned


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Provider:
    """A provider of our own in place of the mail server."""
    own = Provider()
    monkeypatch.setitem(cast("dict[str, Any]", transports()), "email", own)
    return own


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """For tests whose other processes look at the database: the consent ledger is emptied around its triggers."""
    yield
    guard.guard_off(connection)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM customers_consent")
    guard.guard_on(connection)
