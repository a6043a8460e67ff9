"""The answers of the tracking API: always JSON, always with words in both languages."""

from typing import Any, Final

import orjson
from starlette.responses import Response

from xingke.events.event import Rejected
from xingke.events.reasons import REASONS
from xingke.events.store import Receipt
from xingke.words import Words, both

MOST_REASONS: Final = 20


class Refused(Exception):
    """A request that is not taken as a whole."""

    def __init__(self, status: int, code: str, words: Words, *, retry_after: int | None = None, **more: Any) -> None:
        super().__init__(code)
        self.status, self.code, self.words, self.retry_after, self.more = status, code, words, retry_after, more

    def response(self) -> Response:
        """The answer; `code` and `message` are what the clients' libraries read."""
        headers = {"Retry-After": str(self.retry_after)} if self.retry_after is not None else {}
        content = {"success": False, "code": self.code, "message": self.words["en"], "words": self.words, **self.more}
        return json_response(content, self.status, headers)


def json_response(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer."""
    return Response(orjson.dumps(content), status, headers, "application/json")


def taken(receipt: Receipt, rejected: list[tuple[int, Rejected]]) -> Response:
    """The answer to events that are on disk."""
    content: dict[str, Any] = {
        "success": True,
        "accepted": receipt.counted,
        "repeated": receipt.repeated,
        "rejected": receipt.rejected,
    }
    if rejected:
        content["reasons"] = reasons(rejected)
    return json_response(content)


def reasons(rejected: list[tuple[int, Rejected]]) -> list[dict[str, Any]]:
    """The first rejected events by their place in the request, with words; never with their values."""
    return [
        {
            "index": index,
            "reason": one.reason,
            "field": one.field,
            "words": REASONS[one.reason].label,
            "accepts": REASONS[one.reason].accepts,
        }
        for index, one in rejected[:MOST_REASONS]
    ]


def unknown_key() -> Refused:
    """No key, or one that is not known or disabled."""
    return Refused(
        401,
        "unknown_key",
        both(
            "写入密钥缺失、不存在或已停用；请在「数据 → 埋点」中查看密钥",
            "the write key is missing, unknown or disabled; see Data > Tracking for the keys",
        ),
    )


def origin_refused() -> Refused:
    """A browser page that the key does not name."""
    return Refused(
        403,
        "origin_not_allowed",
        both("该写入密钥不允许此网页来源，请在密钥中加入来源", "the write key does not allow this origin; add it to the key"),
    )


def too_large(most: int) -> Refused:
    """A body beyond the key's limit."""
    words = both(f"请求体过大，上限 {most // 1024} KB（解压后）", f"the body is too large; {most // 1024} KB at most after decompression")
    return Refused(413, "too_large", words)


def bad_body(zh: str, en: str) -> Refused:
    """A body that cannot be read."""
    return Refused(400, "bad_body", both(zh, en))


def too_fast(seconds: int) -> Refused:
    """More events a second than the key may send."""
    words = both(f"超过该密钥的速率限制，请 {seconds} 秒后重试", f"over the rate limit of this key; try again in {seconds} s")
    return Refused(429, "rate_limited", words, retry_after=seconds)


def overloaded() -> Refused:
    """The disk does not keep up, or refuses."""
    return Refused(
        503,
        "not_stored",
        both("事件暂时无法落盘，未保留任何内容，请稍后重发", "the events could not be stored; nothing was kept, send them again soon"),
        retry_after=2,
    )


def held_elsewhere() -> Refused:
    """The process that writes this workspace's events is not there, and no other could take its place yet."""
    return Refused(
        503,
        "held_elsewhere",
        both(
            "接收该工作区事件的进程没有应答，请稍后重发",
            "the process that takes the events of this workspace does not answer; send them again soon",
        ),
        retry_after=1,
    )
