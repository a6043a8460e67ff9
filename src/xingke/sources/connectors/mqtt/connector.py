"""Messages of an MQTT broker at least once from it and exactly once from here on.

The session is persistent and the quality of service 1: the broker keeps what comes while we are away. A message is acknowledged after it
lies in the spool, and known there by its id or its content, so one that the broker repeats counts once.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from threading import Event
from typing import TYPE_CHECKING, Any

from xingke.errors import MissingExtra, UserFacingError
from xingke.network import certificate_refused, is_certificate, seconds_left, tls_context
from xingke.sources.connectors.contract import Batch, Checked, Cursor, Mode, Stream
from xingke.sources.connectors.errors import SourceRefused, SourceUnreachable
from xingke.sources.connectors.http_json.paths import at_path
from xingke.sources.connectors.payload import BadPayload, records_of, spooled
from xingke.sources.connectors.settings import CA, Setting, SettingKind
from xingke.sources.connectors.spool import Spool
from xingke.words import both

if TYPE_CHECKING:
    from paho.mqtt.client import Client, MQTTMessage

K = SettingKind
CONNECT_SECONDS = 10
LOOK_SECONDS = 3
"""How long a preview waits for messages; those that the broker has kept come at once."""

SETTINGS = (
    Setting(name="host", label=both("主机", "Host"), required=True),
    Setting(name="port", label=both("端口", "Port"), kind=K.NUMBER, default=1883, minimum=1, maximum=65_535),
    Setting(name="tls", label=both("加密连接（TLS）", "Encrypted (TLS)"), kind=K.FLAG),
    CA,
    Setting(name="user", label=both("用户名", "User name")),
    Setting(name="password", label=both("密码", "Password"), kind=K.SECRET),
    Setting(
        name="topic", label=both("主题", "Topic"), required=True,
        note=both("可含 + 与 #，如 shelf/+/stock", "may hold + and #, such as shelf/+/stock"),
    ),
    Setting(
        name="client_id", label=both("客户端编号", "Client id"), required=True, default="xingke",
        note=both("代理按它保留未取的消息；每个连接用不同的编号", "the broker keeps messages under it; each connection needs its own"),
    ),
    Setting(
        name="id_field", label=both("消息编号字段", "Field of the message id"),
        note=both("重复的消息按它认出；留空按内容认", "a repeated message is known by it; by its content where this is empty"),
    ),
    Setting(name="idle_seconds", label=both("空闲几秒后结束", "Ends after idle seconds"), kind=K.NUMBER, default=3, minimum=1, maximum=60),
    Setting(name="most_seconds", label=both("每次最多几秒", "Most seconds at a time"), kind=K.NUMBER, default=50, minimum=1, maximum=3_600),
)  # fmt: skip


class MqttConnector:
    """Collects what the broker has for us, then reads it from the spool, which the keeper hands in as the setting `spool`."""

    kind = "mqtt"
    label = both("MQTT 设备消息", "MQTT")
    note = both("货架传感器等设备经 MQTT 代理发来的消息", "messages of shelf sensors and other devices by way of a broker")
    settings = SETTINGS
    modes = (Mode.STREAM,)

    def target(self, settings: Mapping[str, Any]) -> tuple[str, ...]:
        """Host, port, user, and how the connection is secured."""
        return (settings["host"], str(settings["port"]), settings["user"], str(settings["tls"]), settings["ca"])

    def check(self, settings: Mapping[str, Any]) -> Checked:
        """Connect and subscribe without taking anything, under a client id of its own, so that no waiting message is used up."""
        with_own_id = {**settings, "client_id": f"{settings['client_id'][:15]}-check"}
        visit = _Visit(with_own_id, None)
        visit.run(0.0, 0.0)
        return Checked(both(f"已连接并订阅 {settings['topic']}", f"connected, and subscribed to {settings['topic']}"))

    def streams(self, settings: Mapping[str, Any]) -> tuple[Stream, ...]:
        """The topic."""
        return (Stream(settings["topic"]),)

    def look(self, settings: Mapping[str, Any]) -> None:
        """Begin the session, so that the broker keeps messages from now on, and collect what comes within a moment."""
        _Visit(settings, settings["spool"]).run(1.0, min(LOOK_SECONDS, seconds_left(LOOK_SECONDS)))

    def read(self, settings: Mapping[str, Any], stream: str, cursor: Cursor | None) -> Iterator[Batch]:
        """What waits at the broker goes into the spool, then everything in the spool behind the cursor is read."""
        spool: Spool = settings["spool"]
        _Visit(settings, spool).run(settings["idle_seconds"], settings["most_seconds"])
        yield from spooled(spool, cursor, "")


class _Visit:
    """One visit at the broker; without a spool nothing is taken."""

    def __init__(self, settings: Mapping[str, Any], spool: Spool | None) -> None:
        self._settings, self._spool = settings, spool
        self._subscribed, self._refused = Event(), ""
        self._last = time.monotonic()
        self._failed: Exception | None = None

    def run(self, idle_seconds: float, most_seconds: float) -> None:
        """Stay until nothing came for a while, or the time is over."""
        client = self._client()
        host, port = self._settings["host"], self._settings["port"]
        try:
            client.connect(host, port, keepalive=30)
        except (OSError, ValueError) as error:
            if (found := is_certificate(error)) is not None:
                raise certificate_refused(found, host) from None
            if isinstance(error.__cause__, UserFacingError):
                raise error.__cause__ from None
            raise SourceUnreachable(
                zh=f"无法连接 MQTT 代理 {host}:{port}（{type(error).__name__}）；请检查主机、端口和网络",
                en=f"the MQTT broker {host}:{port} does not answer ({type(error).__name__}); check host, port and network",
            ) from None
        client.loop_start()
        try:
            self._wait(idle_seconds, most_seconds)
        finally:
            client.disconnect()
            client.loop_stop()
        if self._failed:
            raise self._failed

    def _client(self) -> Client:
        try:
            from paho.mqtt.client import MQTTv311
            from paho.mqtt.enums import CallbackAPIVersion

            from xingke.sources.connectors.mqtt.client import CheckedClient
        except ImportError as error:
            raise MissingExtra(feature="MQTT", extra="mqtt") from error
        settings = self._settings
        keeps = self._spool is not None
        client = CheckedClient(
            CallbackAPIVersion.VERSION2, client_id=settings["client_id"], clean_session=not keeps, protocol=MQTTv311, manual_ack=True
        )
        if settings["user"]:
            client.username_pw_set(settings["user"], settings["password"] or None)
        if settings["tls"]:
            client.tls_set_context(tls_context(settings["ca"]))
        client.on_connect = self._connected
        client.on_subscribe = lambda *_: self._subscribed.set()
        client.on_message = self._taken
        return client

    def _connected(self, client: Client, _data: Any, _flags: Any, code: Any, _properties: Any) -> None:
        if code.is_failure:
            self._refused = str(code)
            self._subscribed.set()
        else:
            client.subscribe(self._settings["topic"], qos=1)

    def _taken(self, client: Client, _data: Any, message: MQTTMessage) -> None:
        if self._spool is None or self._failed:
            return
        try:
            self._spool.append([_spoolable(message.topic, bytes(message.payload), self._settings["id_field"])], now=datetime.now(UTC))
        except Exception as error:  # noqa: BLE001 - this runs in the thread of the client; the visit raises it
            self._failed = error
            return
        self._last = time.monotonic()
        client.ack(message.mid, message.qos)

    def _wait(self, idle_seconds: float, most_seconds: float) -> None:
        if not self._subscribed.wait(seconds_left(CONNECT_SECONDS)) or self._refused:
            host, said = self._settings["host"], self._refused or "no answer"
            raise SourceRefused(
                zh=f"MQTT 代理 {host} 没有接受订阅（{said}）；请检查用户名、密码和主题",
                en=f"the MQTT broker {host} did not take the subscription ({said}); check name, password and topic",
            )
        until = time.monotonic() + most_seconds
        self._last = time.monotonic()
        while time.monotonic() < until and time.monotonic() - self._last < idle_seconds and not self._failed:
            time.sleep(0.05)


def _spoolable(topic: str, payload: bytes, id_field: str) -> tuple[str, bytes, str]:
    """The id, the body and the reason under which a message is kept; its topic becomes a field of each record."""
    digest = hashlib.sha256(topic.encode() + b"\n" + payload).hexdigest()
    try:
        records = records_of(payload)
    except BadPayload as bad:
        return f"mqtt {digest}", payload, bad.reason
    own = at_path(records[0], id_field) if id_field and len(records) == 1 else None
    body = json.dumps([{**record, "topic": topic} for record in records], ensure_ascii=False).encode()
    return f"mqtt {topic} {own}" if own is not None else f"mqtt {digest}", body, ""


CONNECTOR = MqttConnector()
