"""What a merged customer consented to, where they are reached and where their page leads."""

from datetime import UTC, datetime, timedelta

import pytest

from xingke_web.customers.facade import consent_record, contact_address, contact_point_set, recipient_facts
from xingke_web.identity.models import Redirect

MERGED_AT = datetime(2024, 6, 1, tzinfo=UTC)
AT = datetime(2024, 6, 20, tzinfo=UTC)
SURVIVOR, MERGED = 4, 8


@pytest.fixture
def merge(queued):
    return lambda: Redirect.objects.create(workspace_id=queued.id, number=MERGED, survivor=SURVIVOR, since=MERGED_AT)


@pytest.fixture
def said(queued):
    def say(number: int, state: str, days: int, channel: str = "sms") -> None:
        at = MERGED_AT + timedelta(days=days)
        consent_record(
            workspace_id=queued.id,
            number=number,
            purpose="marketing",
            channel=channel,
            state=state,
            basis="consent",
            evidence="form",
            at=at,
        )

    return say


def facts(workspace, number=SURVIVOR):
    return recipient_facts(workspace.id, [number], channel="sms", purpose="marketing", at=AT)[number]


def test_a_withdrawal_of_either_holds_for_both(queued, merge, said):
    said(SURVIVOR, "granted", -5)
    said(MERGED, "withdrawn", -20)
    assert facts(queued).consent == "granted"
    merge()
    assert (facts(queued).consent, facts(queued).consent_basis) == ("withdrawn", "unknown")


def test_a_withdrawal_for_all_channels_suppresses_the_survivor(queued, merge, said):
    said(SURVIVOR, "granted", -5)
    said(MERGED, "withdrawn", -20, channel="all")
    merge()
    assert facts(queued).suppressed


def test_a_grant_of_the_merged_customer_counts_where_the_survivor_said_nothing(queued, merge, said):
    said(MERGED, "granted", -20)
    merge()
    assert facts(queued).consent == "granted"


def test_a_grant_given_after_the_merge_lifts_the_withdrawal_from_before(queued, merge, said):
    said(MERGED, "withdrawn", -20)
    merge()
    said(SURVIVOR, "granted", 3)
    assert facts(queued).consent == "granted"


def test_taking_the_merge_back_gives_each_their_own_ledger_again(queued, merge, said):
    said(SURVIVOR, "granted", -5)
    said(MERGED, "withdrawn", -20)
    before = (facts(queued), facts(queued, MERGED))
    redirect = merge()
    assert facts(queued) != before[0]
    redirect.delete()
    assert (facts(queued), facts(queued, MERGED)) == before


def test_the_survivor_is_reached_where_the_merged_customer_was(queued, merge):
    contact_point_set(workspace_id=queued.id, number=MERGED, channel="sms", address="13812345621", at=MERGED_AT)
    assert (facts(queued).contact_point, contact_address(queued.id, SURVIVOR, "sms")) == (False, None)
    merge()
    assert (facts(queued).contact_point, contact_address(queued.id, SURVIVOR, "sms")) == (True, "13812345621")


def test_the_page_of_a_merged_customer_leads_to_the_survivor(queued, merge, analyst, customer_manager, marketer):
    merge()
    path = f"/w/{queued.slug}/customers/"
    assert analyst.client.get(f"{path}{MERGED}/").url == f"{path}{SURVIVOR}/"


def test_a_redirect_out_of_the_scope_reads_as_404(queued, customer_manager):
    Redirect.objects.create(workspace_id=queued.id, number=MERGED, survivor=5, since=MERGED_AT)
    assert customer_manager.client.get(f"/w/{queued.slug}/customers/{MERGED}/").status_code == 404


def test_the_list_hints_at_likely_duplicates(queued, customer_manager, pair_of):
    page = customer_manager.client.get(f"/w/{queued.slug}/customers/").content.decode()
    assert f"/identity/pairs/{pair_of(4, 8).pk}/" in page
    assert "可能重复" in page
