"""A mail server that closes, breaks, stalls or answers nonsense at any command: what that means for each message."""

import socketserver
import threading
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from xingke_web.channels.delivery import deliver_due
from xingke_web.channels.models import OutboxMessage

State = OutboxMessage.State
COMMANDS = ("connect", "ehlo", "mail", "rcpt", "data")


@dataclass
class Server:
    """An SMTP server that does `trouble` at a command, `times` times, each time the `nth` message of a connection is there."""

    port: int = 0
    at: str = ""
    trouble: str = "421"
    times: int = 0
    nth: int = 0
    taken: list[str] = field(default_factory=list)


class Talk(socketserver.StreamRequestHandler):
    """One connection."""

    server: "Listener"

    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())

    def trouble(self, command, done):
        """What is amiss at this command: True ends the connection, False means that the trouble was the answer, None is no trouble."""
        plan = self.server.plan
        if command != plan.at or plan.times <= 0 or done < plan.nth:
            return None
        plan.times -= 1
        if plan.trouble != "drop":
            self.say({"421": "421 closing", "garbage": "???"}.get(plan.trouble, plan.trouble))
        return plan.trouble in {"421", "drop", "garbage"}

    def handle(self):
        done, to = 0, ""
        if self.trouble("connect", done):
            return
        self.say("220 here")
        while line := self.rfile.readline():
            command = line.decode().split()[0].rstrip(":").lower()
            to = line.decode().partition("<")[2].partition(">")[0] if command == "rcpt" else to
            amiss = self.trouble(command, done)
            if command == "data" and amiss is None:
                self.say("354 go")
                if not self.content(done):
                    return
                amiss = self.trouble("end", done)
                if amiss:
                    return
                self.server.plan.taken.append(to)
                done += 1
                amiss = self.trouble("taken", done) if amiss is None else amiss
            if amiss:
                return
            if amiss is None:
                self.say("221 bye" if command == "quit" else "250 ok")

    def content(self, done):
        """Read the content up to its end; False where the line broke before."""
        if self.trouble("content", done):
            return False
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            if self.trouble("amid", done):
                return False
        return bool(line)


class Listener(socketserver.ThreadingTCPServer):
    """The server on a free port of the loopback."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, plan):
        super().__init__(("127.0.0.1", 0), Talk)
        self.plan = plan


@pytest.fixture
def server(settings):
    plan = Server()
    with Listener(plan) as listener:
        plan.port = listener.server_address[1]
        threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", plan.port, 5
        yield plan
        listener.shutdown()


@pytest.fixture
def planned(outlets, plan):
    """Four mails that are due."""
    numbers = outlets(4, channel="email")
    plan(numbers, channel="email")
    return [f"shop{number}@example.com" for number in numbers]


def delivered(workspace):
    """Rounds until nothing is planned, with what they counted."""
    total = deliver_due(workspace=workspace)
    while OutboxMessage.objects.filter(state=State.PLANNED).exists():
        OutboxMessage.objects.update(retry_at=None)
        total += deliver_due(workspace=workspace)
    return total


@pytest.mark.parametrize("trouble", ["421", "drop", "garbage"])
@pytest.mark.parametrize("at", COMMANDS)
@pytest.mark.parametrize(("nth", "times"), [(2, 1), (0, 3)])
def test_a_line_that_closes_before_the_content_costs_nobody_a_message(workspace, planned, server, at, trouble, nth, times):
    server.at, server.trouble, server.nth, server.times = at, trouble, 0 if at in {"connect", "ehlo"} else nth, times
    count = delivered(workspace)
    assert (count.confirmed, count.unknown, count.failed) == (4, 0, 0)
    assert sorted(server.taken) == planned


@pytest.mark.parametrize("trouble", ["drop", "garbage", "299 hm", "354 go on"])
@pytest.mark.parametrize("at", ["end", "taken"])
def test_a_line_that_breaks_at_the_end_of_the_content_leaves_one_message_unknown(workspace, planned, server, at, trouble):
    server.at, server.trouble, server.times = at, trouble, 1
    count = delivered(workspace)
    if trouble == "299 hm":  # an answer of success, if an odd one
        assert (count.confirmed, count.unknown) == (4, 0)
    else:
        assert (count.confirmed, count.unknown, count.retried) == (3, 1, 0)
    assert len(server.taken) == len(set(server.taken))


@pytest.mark.parametrize("at", ["content", "amid"])
def test_a_line_that_breaks_amid_the_content_leaves_one_message_unknown(workspace, planned, server, at):
    server.at, server.trouble, server.times = at, "drop", 1
    count = delivered(workspace)
    assert (count.confirmed, count.unknown) == (3, 1)
    assert sorted(server.taken) == planned[1:]


def test_a_421_in_answer_to_the_content_is_no_mail_and_a_fresh_line_takes_it(workspace, planned, server):
    server.at, server.trouble, server.times = "end", "421", 1
    count = delivered(workspace)
    assert (count.confirmed, count.unknown) == (4, 0)
    assert sorted(server.taken) == planned


def test_a_line_that_was_idle_is_tried_before_a_message_is_handed_over(workspace, planned, server, monkeypatch):
    monkeypatch.setattr("xingke_web.channels.email.transport.IDLE_SECONDS", -1.0)
    server.at, server.trouble, server.times, server.nth = "noop", "drop", 2, 1
    assert delivered(workspace).confirmed == 4
    assert set(OutboxMessage.objects.values_list("attempts", flat=True)) == {1}


@pytest.mark.parametrize(("answer", "state"), [("550 no", State.FAILED), ("452 full", State.PLANNED)])
@pytest.mark.parametrize("at", ["rcpt", "data"])
def test_a_server_that_closes_at_the_reset_after_a_refusal_harms_nobody_else(workspace, planned, server, at, answer, state):
    server.at, server.trouble, server.times = at, answer, 1
    deliver_due(workspace=workspace)
    assert sorted(OutboxMessage.objects.values_list("state", flat=True)) == sorted([state, *[State.CONFIRMED] * 3])


def test_a_server_that_says_nothing_is_away_and_nothing_is_unknown(workspace, planned, settings):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", silent.getsockname()[1], 0.2
        count = deliver_due(workspace=workspace)
    assert (count.retried, count.unknown) == (4, 0)
    pause = OutboxMessage.objects.first().retry_at
    assert pause is not None
    assert pause > OutboxMessage.objects.first().due_at + timedelta(seconds=1)
