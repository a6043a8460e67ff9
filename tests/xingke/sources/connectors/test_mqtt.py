"""Against a broker in this process."""

import asyncio
import json
import socket
import threading
import warnings

import pytest

from tests.pulled import given, rows_of
from xingke.sources.connectors.errors import SourceRefused, SourceUnreachable
from xingke.sources.connectors.mqtt import CONNECTOR
from xingke.sources.connectors.spool import Spool

pytest.importorskip("paho.mqtt.client", reason="needs the extra mqtt")
amqtt_broker = pytest.importorskip("amqtt.broker", reason="needs the test extra amqtt")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


class Site:
    """A broker in a thread of its own."""

    def __init__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.do(self._start())

    async def _start(self):
        config = {
            "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{self.port}"}},
            "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": False}},
        }
        self.broker = amqtt_broker.Broker(config)
        await self.broker.start()

    def do(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)

    def end(self):
        self.do(self.broker.shutdown())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()


@pytest.fixture(scope="module")
def site():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = Site()
    yield found
    found.end()


def send(site, *readings):
    from paho.mqtt.client import Client
    from paho.mqtt.enums import CallbackAPIVersion

    client = Client(CallbackAPIVersion.VERSION2)
    client.username_pw_set("sensors", "x")
    client.connect("127.0.0.1", site.port)
    client.loop_start()
    for topic, payload in readings:
        client.publish(topic, payload, qos=1).wait_for_publish(10)
    client.disconnect()
    client.loop_stop()


def reading(number, stock):
    return f"shelf/{number}/stock", json.dumps({"device": number, "sku": "S1", "at": f"2026-03-01T08:{stock:02d}:00Z", "stock": stock})


def settings_of(site, spool, client_id, **more):
    where = {"host": "127.0.0.1", "port": str(site.port), "topic": "shelf/+/stock", "client_id": client_id, "idle_seconds": "1"}
    # The broker keeps messages only for those who say who they are.
    return given(CONNECTOR, **where, **({"user": "xingke", "password": "x"} | more)) | {"spool": spool}


def test_readings_that_came_while_nobody_listened_are_read_once(site, tmp_path):
    settings = settings_of(site, Spool(tmp_path / "m.spool"), "first")
    assert list(CONNECTOR.read(settings, "", None)) == []  # the session begins here
    send(site, reading(1, 5), reading(2, 4), reading(2, 4), ("shelf/3/stock", "broken"))
    batches = list(CONNECTOR.read(settings, "", None))
    assert [(row["topic"], row["stock"]) for row in rows_of(batches)] == [("shelf/1/stock", "5"), ("shelf/2/stock", "4")]
    assert [one.reason for batch in batches for one in batch.rejected] == ["not_json"]
    send(site, reading(1, 0))
    after = list(CONNECTOR.read(settings, "", batches[-1].cursor))
    assert [row["stock"] for row in rows_of(after)] == ["0"]


def test_a_reading_that_could_not_be_stored_is_not_acknowledged(site, tmp_path, caplog):
    class Full(Spool):
        def append(self, messages, *, now):
            raise OSError("no space left on the disk")

    path = tmp_path / "m.spool"
    settings = settings_of(site, Spool(path), "second")
    list(CONNECTOR.read(settings, "", None))
    send(site, reading(7, 7))
    with pytest.raises(OSError, match="no space"):
        list(CONNECTOR.read(settings | {"spool": Full(path)}, "", None))
    # This broker gives an unacknowledged message up, where others send it again; what counts is that it waited in vain.
    assert "Timeout waiting for PUBACK" in caplog.text


def test_a_look_begins_the_session_and_keeps_what_comes(site, tmp_path):
    settings = settings_of(site, Spool(tmp_path / "m.spool"), "looked")
    CONNECTOR.look(settings)
    send(site, reading(5, 5))  # before the first pull
    CONNECTOR.look(settings)
    assert [message.reason for message in settings["spool"].after(0, most=9)] == [""]
    assert [row["stock"] for row in rows_of(CONNECTOR.read(settings, "", None))] == ["5"]


def test_a_check_takes_no_message_away(site, tmp_path):
    settings = settings_of(site, Spool(tmp_path / "m.spool"), "third")
    list(CONNECTOR.read(settings, "", None))
    send(site, reading(8, 8))
    assert "shelf/+/stock" in CONNECTOR.check(settings).words["en"]
    assert len(rows_of(CONNECTOR.read(settings, "", None))) == 1


def test_a_broker_that_refuses_us_is_said_as_such(site, tmp_path):
    with pytest.raises(SourceRefused, match="did not take the subscription"):
        CONNECTOR.check(settings_of(site, Spool(tmp_path / "m.spool"), "fourth", user=""))


def test_no_broker_is_said_as_such(tmp_path):
    settings = given(CONNECTOR, host="127.0.0.1", port="1", topic="a")
    with pytest.raises((SourceUnreachable, SourceRefused), match="does not answer"):
        CONNECTOR.check(settings)
