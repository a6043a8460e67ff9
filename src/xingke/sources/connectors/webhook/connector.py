"""A door for messages of another system: signed or with a shared token, stored before they are acknowledged, once each."""

import hashlib
import hmac
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xingke.errors import PermanentError, UserFacingError
from xingke.sources.connectors.contract import Batch, Checked, Cursor, Mode, Stream
from xingke.sources.connectors.payload import BadPayload, records_of, spooled
from xingke.sources.connectors.settings import BadSetting, Setting, SettingKind
from xingke.sources.connectors.spool import Spool
from xingke.sources.connectors.webhook.signature import is_signed, key_of
from xingke.words import both

SETTINGS = (
    Setting(
        name="signing",
        label=both("验证方式", "How messages are verified"),
        kind=SettingKind.CHOICE,
        default="standard",
        choices=(
            ("standard", both("Standard Webhooks 签名", "Standard Webhooks signature")),
            ("token", both("共享令牌（Authorization: Bearer）", "shared token (Authorization: Bearer)")),
        ),
    ),
    Setting(
        name="secret",
        label=both("密钥或令牌", "Secret or token"),
        kind=SettingKind.SECRET,
        required=True,
        note=both(
            "签名密钥形如 whsec_…；更换时可并列写两个，以空格隔开",
            "a secret for signatures reads whsec_...; while it is changed two may stand here with a space between them",
        ),
    ),
    Setting(name="rows_path", label=both("行所在位置", "Where the rows are"), note=both("留空为整个内容", "empty for the whole content")),
    Setting(name="most_kilobytes", label=both("最多 KB", "Most KB"), kind=SettingKind.NUMBER, default=1_024, minimum=1, maximum=4_096),
)
SHORTEST_TOKEN = 24


class NotSigned(UserFacingError, PermanentError):
    """The message is not from whom it says, or too old."""


class TooLarge(UserFacingError, PermanentError):
    """The message is larger than the settings allow."""


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a message: how many rows it holds, and whether it is new."""

    rows: int
    is_new: bool


class WebhookConnector:
    """Reads the spool that `receive` fills; the keeper of the connection hands it in as the setting `spool`."""

    kind = "webhook"
    label = both("Webhook 推送", "Webhook")
    note = both("对方系统把 JSON 推送到一个带签名的地址", "another system sends JSON to a signed address")
    settings = SETTINGS
    modes = (Mode.STREAM,)

    def target(self, settings: Mapping[str, Any]) -> tuple[str, ...]:
        """Ourselves: the secret verifies what others send."""
        return ("inbound",)

    def check(self, settings: Mapping[str, Any]) -> Checked:
        """Whether the secret is strong enough and in the right form."""
        known = {setting.name: setting for setting in SETTINGS}
        for secret in settings["secret"].split() or [""]:
            if settings["signing"] == "standard" and key_of(secret) is None:
                raise BadSetting(known["secret"], zh="签名密钥应为 whsec_ 加 base64", en="must read whsec_ and base64 behind it")
            if len(secret) < SHORTEST_TOKEN:
                raise BadSetting(known["secret"], zh=f"至少 {SHORTEST_TOKEN} 个字符", en=f"needs {SHORTEST_TOKEN} characters at least")
        return Checked(both("可以接收推送", "messages can be received"))

    def streams(self, settings: Mapping[str, Any]) -> tuple[Stream, ...]:
        """The messages."""
        return (Stream("messages"),)

    def read(self, settings: Mapping[str, Any], stream: str, cursor: Cursor | None) -> Iterator[Batch]:
        """The messages that came since the cursor."""
        yield from spooled(settings["spool"], cursor, settings["rows_path"])


def receive(settings: Mapping[str, Any], headers: Mapping[str, str], body: bytes, *, spool: Spool, now: datetime) -> Received:
    """Verify a message and store it; it is on disk when this returns.

    Parameters
    ----------
    headers
        By names in small letters.

    Raises
    ------
    TooLarge
        The body is larger than permitted; nothing is stored.
    NotSigned
        The signature or the token is wrong; nothing is stored.
    BadPayload
        It is from the right sender and holds no records: it is stored with its reason, for quarantine.
    """
    if len(body) > settings["most_kilobytes"] * 1_024:
        most = settings["most_kilobytes"]
        raise TooLarge(zh=f"内容超过 {most} KB；请分批推送", en=f"the content is larger than {most} KB; send it in parts")
    _verify(settings, headers, body, now)
    # Without an id of the sender's, each message is one of its own.
    name = headers.get("webhook-id", "").strip() or f"{now.isoformat()} {uuid.uuid4()}"
    try:
        records = records_of(body, settings["rows_path"])
    except BadPayload as bad:
        # Under its content, so that the sender may put it right and send it again under the same id.
        spool.append([(f"bad {hashlib.sha256(body).hexdigest()}", body, bad.reason)], now=now)
        raise
    return Received(len(records), bool(spool.append([(f"id {name}", body, "")], now=now)))


def _verify(settings: Mapping[str, Any], headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    if settings["signing"] == "token":
        sent = headers.get("authorization", "").removeprefix("Bearer ").strip().encode()
        if not any(hmac.compare_digest(token.encode(), sent) for token in settings["secret"].split()):
            raise NotSigned(zh="令牌不符；请以 Authorization: Bearer 发送", en="the token is wrong; send it as Authorization: Bearer")
        return
    signed = is_signed(
        settings["secret"],
        message_id=headers.get("webhook-id", ""),
        timestamp=headers.get("webhook-timestamp", ""),
        signatures=headers.get("webhook-signature", ""),
        body=body,
        now=int(now.timestamp()),
    )
    if not signed:
        raise NotSigned(
            zh="签名不符，或时间戳与现在相差超过五分钟；请检查密钥、时钟和 webhook-id、webhook-timestamp、webhook-signature 请求头",
            en="the signature is wrong, or the timestamp is more than five minutes away; check the secret, the clock and the headers "
            "webhook-id, webhook-timestamp and webhook-signature",
        )


CONNECTOR = WebhookConnector()
