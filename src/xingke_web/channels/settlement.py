"""Settling many unknown messages by the provider's own log: read, looked at once more, then written down."""

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from django.core import signing
from django.db import transaction

from xingke.errors import UserFacingError
from xingke_web.accounts.facade import Viewer
from xingke_web.audit.facade import record
from xingke_web.channels.facts import touches_add
from xingke_web.channels.models import OutboxMessage, Touch
from xingke_web.loop.facade import business_now

SALT: Final = "xingke.channels.settlement"
VALID_SECONDS: Final = 3600
CHUNK: Final = 500
State = OutboxMessage.State

_KEY: Final = re.compile(r"(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])")


def _words(english: str, code: str, chinese: str) -> re.Pattern[str]:
    """Words of a result, its SMTP codes (no ports, process ids or parts of addresses and times), and the same in Chinese."""
    codes = rf"(?<![\w:.\[])({code}\d\d|{code}\.\d{{1,3}}\.\d{{1,3}})(?![\w.])"
    return re.compile(rf"\b({english})\b|{codes}|{chinese}", re.IGNORECASE)


_LATER: Final = _words(r"deferr?ed|greylist\w*|queued", "4", "延迟|排队|重试")
_REFUSED: Final = _words(
    r"bounced?|reject(ed)?|refused|fail(ed|ure)?|undeliver\w*|dropped|not[ _-](sent|delivered|accepted)",
    "5",
    "未送达|未投递|未发送|失败|拒绝|拒收|退回|退信",
)
_TAKEN: Final = _words(r"sent|delivered|accepted|success(ful)?", "2", "已送达|已投递|成功|已发送")


class SettlementExpired(UserFacingError):
    """What was looked at is too old, was made by somebody else or for another campaign."""

    def __init__(self) -> None:
        super().__init__(
            zh="核对结果已过期或不属于此活动，请重新读取日志",
            en="what was read from the log has expired or belongs elsewhere; read the log again",
        )


@dataclass(frozen=True)
class Settlement:
    """What a log says of the unknown messages of an action: taken or refused by the provider.

    `open` stay unknown; `others` are named in the log and not unknown here.
    """

    taken: tuple[int, ...]
    refused: tuple[int, ...]
    open: int
    others: int
    log: str

    def token(self, viewer: Viewer, what: str) -> str:
        """The same, signed for one person and action, to be sent back after the second look."""
        return signing.dumps([viewer.user_id, viewer.workspace.id, what, self.taken, self.refused, self.log], salt=SALT, compress=True)


def settlement_read(*, viewer: Viewer, what: str, log: str, plain: bool | None = None, complete: bool = False) -> Settlement:
    """What a provider's log says of the unknown messages of an action; nothing is written down.

    Parameters
    ----------
    log
        Lines that hold message ids (`<id@domain>` or the id alone), with the provider's word or code of the result where it has one. If
        several lines name a message, one that says it was taken decides, then one that says it was refused.
    plain
        What a line means that names a message and no result: taken, refused, or (None) nothing.
    complete
        Whether a message that the log does not name never reached the provider.
    """
    said: dict[str, bool] = {}
    named: set[str] = set()
    for line in log.splitlines():
        result = _result(line, plain)
        for key in _KEY.findall(line.lower()):
            named.add(key)
            if result is not None:
                said[key] = said.get(key, False) or result
    unknown = {each.idempotency_key: each.pk for each in _unknown(viewer, what)}
    if complete:
        said |= dict.fromkeys(unknown.keys() - named, False)
    taken = tuple(sorted(pk for key, pk in unknown.items() if said.get(key) is True))
    refused = tuple(sorted(pk for key, pk in unknown.items() if said.get(key) is False))
    fingerprint = hashlib.sha256(log.encode()).hexdigest()[:16]
    return Settlement(taken, refused, len(unknown) - len(taken) - len(refused), len(named - unknown.keys()), fingerprint)


@transaction.atomic
def settlement_apply(*, viewer: Viewer, what: str, token: str) -> tuple[int, int]:
    """Write down what was looked at: how many went out and how many did not. One that was settled meanwhile stays as it is."""
    try:
        user_id, workspace_id, about, taken, refused, log = signing.loads(token, salt=SALT, max_age=VALID_SECONDS)
    except signing.BadSignature:
        raise SettlementExpired from None
    if (user_id, workspace_id, about) != (viewer.user_id, viewer.workspace.id, what):
        raise SettlementExpired
    went = _settle(viewer, what, taken, State.CONFIRMED, Touch.Kind.SENT, reason="")
    stayed = _settle(viewer, what, refused, State.FAILED, Touch.Kind.FAILED, reason="delivery.not_found_at_provider")
    record("channels.reconciled_by_log", viewer=viewer, subject=("action", what), went=went, stayed=stayed, log=log)
    return went, stayed


def _result(line: str, plain: bool | None) -> bool | None:
    """What one line says; nothing where it speaks of a delay or of two results."""
    words = _KEY.sub(" ", line.lower())
    refused = bool(_REFUSED.search(words))
    taken = bool(_TAKEN.search(_REFUSED.sub(" ", words)))
    if taken != refused:
        return taken
    return plain if not taken and not _LATER.search(words) else None


def _unknown(viewer: Viewer, what: str) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(workspace_id=viewer.workspace.id, what=what, state=State.UNKNOWN))


def _settle(viewer: Viewer, what: str, ids: list[int], state: str, kind: str, *, reason: str) -> int:
    settled = 0
    now = business_now(viewer.workspace)
    for start in range(0, len(ids), CHUNK):
        found = OutboxMessage.objects.filter(
            pk__in=ids[start : start + CHUNK], workspace_id=viewer.workspace.id, what=what, state=State.UNKNOWN
        )
        messages = list(found.select_related("text").select_for_update(of=("self",)).order_by("pk"))
        settled += OutboxMessage.objects.filter(pk__in=[each.pk for each in messages], state=State.UNKNOWN).update(
            state=state, reason=reason
        )
        for at in {each.sent_at or now for each in messages}:
            touches_add([each for each in messages if (each.sent_at or now) == at], kind, at=at)
    return settled
