from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.xingke_web.channels.conftest import EARLIER
from xingke_web.channels.delivery import deliver_due
from xingke_web.channels.models import InboxMessage, OutboxMessage, Touch
from xingke_web.compliance.models import Verdict
from xingke_web.customers.facade import consent_record
from xingke_web.customers.models import Customer

State = OutboxMessage.State


def states():
    return dict(OutboxMessage.objects.order_by("customer_number").values_list("customer_number", "state"))


def test_the_database_refuses_a_message_without_a_verdict(workspace, outlets, plan):
    plan(outlets(1))
    message = OutboxMessage.objects.get()
    message.pk, message.verdict_id, message.occurrence = None, None, "2"
    with pytest.raises(IntegrityError), transaction.atomic():
        message.save(force_insert=True)


def test_the_database_refuses_a_sent_message_without_a_fresh_verdict(workspace, outlets, plan):
    plan(outlets(1))
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxMessage.objects.update(state=State.CONFIRMED, sent_at=EARLIER)


def test_planning_twice_plans_once_and_delivering_twice_sends_once(workspace, outlets, plan):
    numbers = outlets(5)
    assert (plan(numbers), plan(numbers)) == (5, 0)
    assert deliver_due(workspace=workspace).confirmed == 5
    assert deliver_due(workspace=workspace).confirmed == 0
    assert sorted(InboxMessage.objects.values_list("customer_number", "subject", "body")) == [
        (number, "问候", f"网点{number}，您好。") for number in numbers
    ]


def test_each_send_has_a_verdict_of_its_own_moment(workspace, outlets, plan):
    plan(outlets(3))
    deliver_due(workspace=workspace)
    for message in OutboxMessage.objects.select_related("verdict", "send_verdict"):
        assert message.send_verdict_id > message.verdict_id
        assert message.send_verdict.customer_number == message.customer_number
        assert message.send_verdict.subject == "campaign:1/send"


def test_consent_withdrawn_between_launch_and_send_withholds_the_message(workspace, outlets, plan):
    plan(outlets(2))
    consent_record(
        workspace_id=workspace.id, number=1, purpose="marketing", channel="inbox", state="withdrawn", basis="consent", evidence="call",
        at=EARLIER + timedelta(days=1),
    )  # fmt: skip
    count = deliver_due(workspace=workspace)
    assert (count.confirmed, count.withheld) == (1, 1)
    assert OutboxMessage.objects.get(customer_number=1).reason == "general.consent"
    assert Touch.objects.get(customer_number=1).kind == Touch.Kind.WITHHELD


def test_a_licence_that_ended_withholds_the_message(workspace, outlets, plan):
    plan(outlets(2))
    Customer.objects.filter(number=2).update(licence_status="expired")
    deliver_due(workspace=workspace)
    assert states() == {1: State.CONFIRMED, 2: State.WITHHELD}


def test_an_unknown_age_is_blocked(workspace, outlets, plan):
    numbers = outlets(1)
    Customer.objects.update(age_state="unknown")
    plan(numbers)
    assert Verdict.objects.latest("id").outcome == "block"
    assert deliver_due(workspace=workspace).withheld == 1
    assert not InboxMessage.objects.exists()


def test_quiet_hours_put_a_message_off_to_the_morning(workspace, outlets, plan):
    plan(outlets(1, channel="email"), channel="email")
    night = datetime(2024, 7, 1, 15, 0, tzinfo=UTC)
    assert deliver_due(workspace=workspace, now=night).deferred == 1
    message = OutboxMessage.objects.get()
    assert (message.state, message.due_at, message.attempts) == (State.PLANNED, datetime(2024, 7, 2, 1, 0, tzinfo=UTC), 0)
    assert deliver_due(workspace=workspace, now=night).deferred == 0


def test_the_third_message_of_a_week_waits(workspace, outlets, plan):
    numbers = outlets(1)
    for at in (1, 2, 3):
        plan(numbers, what=f"campaign:{at}", body=f"{{name}}，第 {at} 封。")
        deliver_due(workspace=workspace)
    assert InboxMessage.objects.count() == 2
    waiting = OutboxMessage.objects.get(state=State.PLANNED)
    assert (waiting.what, waiting.reason) == ("campaign:3", "general.weekly_cap")


def test_caps_hold_within_one_round(workspace, outlets, plan):
    numbers = outlets(2)
    for at in (1, 2, 3, 4):
        plan(numbers, what=f"campaign:{at}", body=f"{{name}}，第 {at} 封。")
    count = deliver_due(workspace=workspace)
    assert (count.confirmed, count.deferred) == (4, 4)


def test_the_same_text_reaches_a_customer_once_a_day(workspace, outlets, plan):
    numbers = outlets(1)
    plan(numbers, what="campaign:1")
    plan(numbers, what="campaign:2")
    count = deliver_due(workspace=workspace)
    assert (count.confirmed, count.withheld) == (1, 1)
    assert OutboxMessage.objects.get(what="campaign:2").reason == "general.same_text"


def test_a_verdict_cannot_be_changed_not_even_by_sql(workspace, outlets, plan):
    from django.db import connection
    from django.db.utils import DatabaseError

    plan(outlets(1))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE compliance_verdict SET outcome = 'allow'")


def test_delivering_takes_the_same_number_of_queries_for_more_recipients(workspace, outlets, plan, django_assert_max_num_queries):
    plan(outlets(300))
    with django_assert_max_num_queries(48):
        assert deliver_due(workspace=workspace).confirmed == 300
