"""From a stored text to what one customer reads."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime

from xingke.compliance import Action, Content
from xingke.words import Language, Words, both
from xingke_web.channels.models import MessageText
from xingke_web.channels.registry import transports

VARIABLES: Mapping[str, Words] = {"name": both("客户名称", "name of the customer"), "sender": both("发送单位", "name of the sender")}
_OPEN = re.compile(r"\{([^{}\s]*)\}")
FOOTER: Words = both(zh="如不愿再收到此类消息，可退订：{link}", en="To stop these messages, unsubscribe here: {link}")


def unknown_variables(text: str) -> list[str]:
    """Names in braces that nothing fills, in order of appearance."""
    return list(dict.fromkeys(name for name in _OPEN.findall(text) if name not in VARIABLES))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables; whatever else stands in braces stays as it is."""
    return _OPEN.sub(lambda found: values.get(found.group(1), found.group(0)), text)


def body_as_sent(channel: str, body: str, language: Language, link: str = "") -> str:
    """The body with what the channel adds to it: where it has to say how to refuse, it says so."""
    transport = transports().get(channel)
    if transport is None or not transport.capabilities.opt_out_in_text or not body.strip():
        return body
    return f"{body.rstrip()}\n\n{FOOTER[language].replace('{link}', link or '{link}')}"


def action_of(text: MessageText, *, pack: str, at: datetime) -> Action:
    """The stored text as the action that is judged."""
    return action_for(
        actor=text.actor,
        purpose=text.purpose,
        channel=text.channel,
        subject=text.subject,
        body=text.body,
        language=text.tongue,
        template_key=text.template_key,
        pack=pack,
        at=at,
    )


def action_for(
    *,
    actor: str,
    purpose: str,
    channel: str,
    subject: str,
    body: str,
    language: Language,
    template_key: str,
    pack: str,
    at: datetime,
) -> Action:
    """A text as the action that is judged: as it would be sent, its variables open."""
    content = Content(subject=subject, body=body_as_sent(channel, body, language), language=language, template_key=template_key)
    return Action(actor=actor, purpose=purpose, channel=channel, content=content, offer=None, at=at, pack=pack)  # type: ignore[arg-type]  # an unknown purpose is what the rules refuse


def text_fingerprint(subject: str, body: str) -> str:
    """A name for what is said, whichever action says it."""
    return hashlib.sha256(f"{subject}\0{body}".encode()).hexdigest()[:32]
