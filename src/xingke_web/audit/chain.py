"""Sealing and checking: each entry's hash covers its content and the hash before it, under a key of the installation."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC
from typing import Final

from xingke_web.audit.models import AuditEntry, AuditHead
from xingke_web.config.keys import blind_key

PLATFORM: Final = "platform"
START: Final = "0" * 64


@dataclass(frozen=True)
class ChainProblem:
    """The first thing wrong at one place of a chain."""

    sequence: int
    kind: str  # changed, missing, cut


@dataclass(frozen=True)
class ChainReport:
    """What checking a chain found."""

    chain: str
    count: int
    problems: tuple[ChainProblem, ...]

    @property
    def intact(self) -> bool:
        """Whether nothing was changed, removed or cut off."""
        return not self.problems


def chain_of(workspace_id: int | None) -> str:
    """The chain a workspace's entries are in; that of the installation for None."""
    return PLATFORM if workspace_id is None else f"w{workspace_id}"


def seal(entry: AuditEntry) -> str:
    """The hash of an entry. Keyed, so that whoever can write to the database still cannot forge a chain."""
    content = [
        entry.chain,
        entry.sequence,
        entry.workspace_id,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor_id,
        entry.name,
        entry.subject_kind,
        entry.subject_id,
        entry.facts,
        entry.prev_hash,
    ]
    if entry.org_path is not None:  # entries of before units were kept have none, and keep their seal
        content.append(entry.org_path)
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(blind_key("audit chain"), text.encode("utf-8"), hashlib.sha256).hexdigest()


def verify_chain(workspace_id: int | None) -> ChainReport:
    """Walk a chain from its start and compare every seal, and its end with the head."""
    chain = chain_of(workspace_id)
    head = AuditHead.objects.filter(chain=chain).first()
    problems: list[ChainProblem] = []
    count, expected, previous = 0, 1, START
    for entry in AuditEntry.objects.filter(chain=chain).order_by("sequence").iterator(chunk_size=2000):
        if entry.sequence != expected:
            problems.append(ChainProblem(expected, "missing"))
        elif entry.prev_hash != previous or not hmac.compare_digest(entry.hash, seal(entry)):
            problems.append(ChainProblem(entry.sequence, "changed"))
        count, expected, previous = count + 1, entry.sequence + 1, entry.hash
    if (head is None and count) or (head is not None and (head.sequence, head.hash) != (expected - 1, previous if count else head.hash)):
        problems.append(ChainProblem(expected, "cut"))
    return ChainReport(chain=chain, count=count, problems=tuple(problems))
