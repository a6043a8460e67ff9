"""Anonymous ids that turned out to be users: remembered for later events, and put into pieces that are closed already."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
from django.utils import timezone

from xingke.events.compact import Logins, Person, user_at
from xingke.events.event import Event
from xingke.events.personal import blinded_key
from xingke.events.seen import digest
from xingke.loop.pieces import PieceStore
from xingke.privacy import Vault
from xingke.schema.events import TRACKED_EVENT
from xingke_web.tracking.models import AnonymousLink, EventLoad
from xingke_web.tracking.sealing import LINK_PLACE

Part = TypeVar("Part", int, str)

_AT_ONCE: Final = 500
LOOK_BACK: Final = timedelta(days=90)
"""How long before the first log-in anonymous events are given to the user."""


def person_digest(person: Person, vault: Vault) -> str:
    """The digest of an anonymous id as tables hold it."""
    system, anonymous = person
    return digest(system, blinded_key(anonymous, vault)).hex()


def links_store(workspace_id: int, links: Mapping[Person, Logins], vault: Vault) -> None:
    """Remember who logged in on which device, and from when on: one row each time that the user changes."""
    wanted = {person_digest(person, vault): logins for person, logins in links.items()}
    rows = _rows(workspace_id, list(wanted))
    gone: list[int] = []
    fresh: list[AnonymousLink] = []
    for one, logins in wanted.items():
        known = {(link.since_ms, _user(link, vault)): link for link in rows.get(one, ())}
        kept = _changes([*known, *logins])
        gone += [link.pk for login, link in known.items() if login not in kept]
        fresh += [
            AnonymousLink(workspace_id=workspace_id, digest=one, since_ms=since, user_sealed=vault.seal(user, place=LINK_PLACE))
            for since, user in kept
            if (since, user) not in known
        ]
    for part in _parts(gone):
        AnonymousLink.objects.filter(pk__in=part).delete()
    AnonymousLink.objects.bulk_create(fresh, batch_size=_AT_ONCE)


def _changes(logins: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """Log-ins in the order of time, without those of the user who had logged in before."""
    kept: list[tuple[int, str]] = []
    for since, user in sorted(dict(sorted(logins)).items()):
        if not kept or kept[-1][1] != user:
            kept.append((since, user))
    return kept


def users_of(workspace_id: int, events: Iterable[Event], vault: Vault) -> dict[Person, Logins]:
    """The log-ins on the devices of events that name no user."""
    people = {(event.system, event.anonymous_id) for event in events if event.anonymous_id and not event.user_id}
    by_digest = {person_digest(person, vault): person for person in people}
    return {by_digest[one]: _logins(links, vault) for one, links in _rows(workspace_id, list(by_digest)).items()}


def closed_pieces_stitch(workspace_id: int, store: PieceStore, vault: Vault) -> int:
    """Put users in place of anonymous ids in pieces that were closed before the link was known; returns the rows that changed."""
    new = dict(AnonymousLink.objects.filter(workspace_id=workspace_id, is_new=True).values_list("pk", "digest"))
    if not new:
        return 0
    rows = _rows(workspace_id, sorted(set(new.values())))
    users = {one: [(since, blinded_key(user, vault)) for since, user in _logins(links, vault)] for one, links in rows.items()}
    since = timezone.now() - LOOK_BACK
    loads = EventLoad.objects.filter(workspace_id=workspace_id, is_open=False, opened_at__gte=since)
    changed = sum(_stitch(store, load.load_id, users) for load in loads)
    for part in _parts(list(new)):
        AnonymousLink.objects.filter(pk__in=part).update(is_new=False)
    return changed


def _stitch(store: PieceStore, load_id: str, users: Mapping[str, Logins]) -> int:
    table = store.read(load_id, TRACKED_EVENT.name)
    if not table.num_rows:
        return 0
    pairs = table.select(["system", "customer_key"]).group_by(["system", "customer_key"]).aggregate([]).to_pylist()
    named = {(pair["system"], pair["customer_key"]): users.get(digest(pair["system"], pair["customer_key"]).hex()) for pair in pairs}
    if not any(named.values()):
        return 0
    before = table["customer_key"]
    rows = zip(table["system"].to_pylist(), before.to_pylist(), table["happened_at"].cast(pa.int64()).to_pylist(), strict=True)
    keys = [user_at(logins, at) if (logins := named[system, key]) else key for system, key, at in rows]
    after = pa.chunked_array([pa.array(keys, pa.string())])
    store.put(load_id, TRACKED_EVENT.name, table.set_column(table.schema.get_field_index("customer_key"), "customer_key", after))
    return int(pc.sum(pc.not_equal(before.combine_chunks(), after.combine_chunks())).as_py() or 0)


def _rows(workspace_id: int, digests: Sequence[str]) -> dict[str, list[AnonymousLink]]:
    """Links by digest, each digest's in the order of time."""
    found: dict[str, list[AnonymousLink]] = {}
    for part in _parts(digests):
        for link in AnonymousLink.objects.filter(workspace_id=workspace_id, digest__in=part).order_by("since_ms"):
            found.setdefault(link.digest, []).append(link)
    return found


def _logins(links: Iterable[AnonymousLink], vault: Vault) -> Logins:
    return [(link.since_ms, _user(link, vault)) for link in links]


def _user(link: AnonymousLink, vault: Vault) -> str:
    return vault.open(link.user_sealed, place=LINK_PLACE)


def _parts(values: Sequence[Part]) -> Iterable[Sequence[Part]]:
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))
