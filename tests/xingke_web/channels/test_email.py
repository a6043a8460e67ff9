"""A real SMTP server on the loopback says what arrived."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from email import message_from_bytes, policy
from urllib.parse import urlencode

import pytest
from aiosmtpd.controller import Controller
from django.db import connection
from django.utils import timezone

from xingke_web.channels.delivery import deliver_due
from xingke_web.channels.links import token_of
from xingke_web.channels.models import InboxMessage, OutboxMessage, Touch
from xingke_web.config.vault import vault_of
from xingke_web.customers.facade import contact_point_set

State = OutboxMessage.State


class Mailbox:
    """What the server took; `answers` maps an address to the reply it gets instead."""

    def __init__(self):
        self.taken, self.answers, self.pause = [], {}, 0.0

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - the server calls it by this name
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the server calls it by this name
        await asyncio.sleep(self.pause)
        self.taken.append((envelope.rcpt_tos[0], message_from_bytes(envelope.content, policy=policy.default)))
        return "250 taken"


@pytest.fixture
def mailbox(settings):
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=0)
    # The controller connects to its own port to see that it is up; with port 0 it has to learn the real one first.
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        controller.port = free.getsockname()[1]
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", controller.port, 5
    box.port = controller.port
    yield box
    controller.stop()


def test_a_message_arrives_with_text_html_and_ways_to_refuse(workspace, outlets, plan, mailbox):
    plan(outlets(1, channel="email"), channel="email")
    assert deliver_due(workspace=workspace).confirmed == 1
    message = OutboxMessage.objects.get()
    [(address, mail)] = mailbox.taken
    link = f"/r/{token_of(message.pk)}/opt-out/"
    assert address == "shop1@example.com"
    assert mail["Message-ID"].startswith(f"<{message.idempotency_key}@")
    assert link in mail["List-Unsubscribe"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert all(link in part.get_content() for part in mail.iter_parts())
    assert "网点1，您好。" in mail.get_body(("plain",)).get_content()


def test_a_name_with_a_line_break_opens_no_header(workspace, outlets, plan, mailbox):
    from xingke_web.customers.models import Customer

    numbers = outlets(1, channel="email")
    Customer.objects.update(name="店\r\nBcc: thief@example.com")
    plan(numbers, channel="email", subject="您好 {name}")
    deliver_due(workspace=workspace)
    [(_, mail)] = mailbox.taken
    assert mail["Bcc"] is None
    assert mail["Subject"] == "您好 店 Bcc: thief@example.com"


def test_one_bad_recipient_stops_nobody_else(workspace, outlets, plan, mailbox):
    numbers = outlets(5, channel="email")
    mailbox.answers = {"shop2@example.com": "550 no such user", "shop4@example.com": "451 try later"}
    plan(numbers, channel="email")
    count = deliver_due(workspace=workspace)
    assert (count.confirmed, count.failed, count.retried) == (3, 1, 1)
    later = OutboxMessage.objects.get(customer_number=4)
    assert later.state == State.PLANNED
    assert later.retry_at > timezone.now()
    assert deliver_due(workspace=workspace).confirmed == 0
    mailbox.answers = {}
    OutboxMessage.objects.filter(customer_number=4).update(retry_at=timezone.now() - timedelta(seconds=1))
    assert deliver_due(workspace=workspace).confirmed == 1
    assert Touch.objects.get(customer_number=2).kind == Touch.Kind.FAILED


def test_a_server_that_is_away_loses_nothing(workspace, outlets, plan, mailbox, settings):
    plan(outlets(3, channel="email"), channel="email")
    settings.EMAIL_PORT = 1
    assert deliver_due(workspace=workspace).retried == 3
    settings.EMAIL_PORT = mailbox.port
    OutboxMessage.objects.update(retry_at=None)
    assert deliver_due(workspace=workspace).confirmed == 3


def test_a_message_left_between_hand_over_and_confirmation_is_never_sent_again(workspace, outlets, plan, mailbox, viewer_approver):
    from xingke_web.channels.reconcile import NotUnknown, reconcile

    plan(outlets(1, channel="email"), channel="email")
    deliver_due(workspace=workspace)
    OutboxMessage.objects.update(state=State.HANDED_OVER, claimed_by="gone", lease_until=timezone.now() - timedelta(seconds=1))
    assert deliver_due(workspace=workspace).unknown == 1
    assert deliver_due(workspace=workspace).confirmed == 0
    assert len(mailbox.taken) == 1
    message = OutboxMessage.objects.get()
    assert (message.state, message.reason) == (State.UNKNOWN, "delivery.worker_lost")
    reconcile(viewer=viewer_approver, what="campaign:1", message_id=message.pk, went_out=True)
    assert OutboxMessage.objects.get().state == State.CONFIRMED
    with pytest.raises(NotUnknown):
        reconcile(viewer=viewer_approver, what="campaign:1", message_id=message.pk, went_out=False)


def _address() -> str:
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    address = urlencode({"host": values["HOST"], "port": values["PORT"] or 5432})
    return f"postgresql://{values['USER']}:{values['PASSWORD']}@/{values['NAME']}?{address}"


def _deliverer(port: int) -> subprocess.Popen[bytes]:
    variables = {
        **{name: value for name, value in os.environ.items() if not name.startswith("XINGKE_")},
        "XINGKE_HOME": os.environ["XINGKE_HOME"],
        "XINGKE_DATABASE_URL": _address(),
        "XINGKE_MAIL_URL": f"smtp://127.0.0.1:{port}",
        "XINGKE_WORKER_LEASE_SECONDS": "1",
        "DJANGO_SETTINGS_MODULE": "xingke_web.config.settings",
    }
    code = "import django; django.setup(); from xingke_web.channels.facade import deliver_due; print(dict(deliver_due()))"
    return subprocess.Popen([sys.executable, "-c", code], env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _hands(channel: str) -> set[object]:
    """What changes once a process is amid its work: messages that left one by one, or the names under which they are held."""
    if channel == "email":
        return set(OutboxMessage.objects.filter(state__in=(State.HANDED_OVER, State.CONFIRMED)).values_list("pk", flat=True))
    return set(OutboxMessage.objects.values_list("claimed_by", flat=True))


def _wait_for_work(process: "subprocess.Popen[bytes]", channel: str, before: set[object]) -> None:
    while process.poll() is None and not _hands(channel) - before - {""}:
        time.sleep(0.005)


def _settled() -> bool:
    return not OutboxMessage.objects.filter(state__in=(State.PLANNED, State.CLAIMED, State.HANDED_OVER)).exists()


@pytest.mark.parametrize("channel", ["email", "inbox"])
def test_killed_at_random_moments_nobody_gets_a_message_twice(committed, workspace, outlets, plan, mailbox, channel):
    numbers = outlets(150, channel=channel)
    plan(numbers, channel=channel)
    mailbox.pause = 0.005
    chance = random.Random(11)  # noqa: S311 - picks moments, keeps no secret
    amid = 0
    while not _settled() and amid < 3:
        before = _hands(channel)
        process = _deliverer(mailbox.port)
        _wait_for_work(process, channel, before)
        time.sleep(chance.uniform(0, 0.3))
        process.send_signal(signal.SIGKILL)
        process.wait()
        amid += not _settled()
        time.sleep(1.1)
    assert amid, "no process was killed amid its work"
    end = time.monotonic() + 60
    while not _settled() and time.monotonic() < end:
        _deliverer(mailbox.port).wait()
        time.sleep(1.1)
    assert _settled()
    count = Counter(OutboxMessage.objects.values_list("state", flat=True))
    if channel == "inbox":
        assert count == {State.CONFIRMED: 150}
        assert sorted(InboxMessage.objects.values_list("customer_number", flat=True)) == numbers
        return
    arrived = Counter(mail["Message-ID"] for _, mail in mailbox.taken)
    assert max(arrived.values()) == 1
    assert count[State.CONFIRMED] + count[State.UNKNOWN] == 150
    domain = next(iter(arrived)).partition("@")[2]
    confirmed = {f"<{each.idempotency_key}@{domain}" for each in OutboxMessage.objects.filter(state=State.CONFIRMED)}
    assert confirmed <= set(arrived)


def test_an_address_that_cannot_be_used_fails_alone(workspace, outlets, plan, mailbox):
    from xingke_web.customers.models import ContactPoint

    numbers = outlets(2, channel="email")
    plan(numbers, channel="email")
    moved = vault_of(workspace.id).seal("a@example.com", place="elsewhere")
    ContactPoint.objects.filter(customer__number=1).update(sealed=moved)
    count = deliver_due(workspace=workspace)
    assert (count.confirmed, count.failed) == (1, 1)
    contact_point_set(workspace_id=workspace.id, number=1, channel="email", address="a@example.com", at=timezone.now())
    assert OutboxMessage.objects.get(customer_number=1).reason == "delivery.no_address"
