"""Anonymous ids that turned out to be users: remembered for later events, and put into pieces that are closed already."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from django.utils import timezone

from xingke.events.compact import Person
from xingke.events.event import Event
from xingke.events.personal import blinded_key
from xingke.events.seen import digest
from xingke.loop.pieces import PieceStore
from xingke.privacy import Vault
from xingke.schema.events import TRACKED_EVENT
from xingke_web.tracking.models import AnonymousLink, EventLoad
from xingke_web.tracking.sealing import LINK_PLACE

_AT_ONCE: Final = 500
LOOK_BACK: Final = timedelta(days=90)
"""How long before the first log-in anonymous events are given to the user."""


def person_digest(person: Person, vault: Vault) -> str:
    """The digest of an anonymous id as tables hold it."""
    system, anonymous = person
    return digest(system, blinded_key(anonymous, vault)).hex()


def links_store(workspace_id: int, links: Mapping[Person, str], vault: Vault) -> None:
    """Remember links; a later one about the same anonymous id holds."""
    wanted = {person_digest(person, vault): user for person, user in links.items()}
    known = {digest_: link for part in _parts(list(wanted)) for digest_, link in _rows(workspace_id, part).items()}
    fresh = [
        AnonymousLink(workspace_id=workspace_id, digest=one, user_sealed=vault.seal(user, place=LINK_PLACE))
        for one, user in wanted.items()
        if one not in known
    ]
    changed = [link for one, link in known.items() if vault.open(link.user_sealed, place=LINK_PLACE) != wanted[one]]
    for link in changed:
        link.user_sealed, link.is_new = vault.seal(wanted[link.digest], place=LINK_PLACE), True
    AnonymousLink.objects.bulk_create(fresh, ignore_conflicts=True)
    AnonymousLink.objects.bulk_update(changed, ["user_sealed", "is_new"])


def users_of(workspace_id: int, events: Iterable[Event], vault: Vault) -> dict[Person, str]:
    """The users behind the anonymous ids of events that name no user."""
    people = {(event.system, event.anonymous_id) for event in events if not event.user_id}
    by_digest = {person_digest(person, vault): person for person in people}
    found = {one: link for part in _parts(list(by_digest)) for one, link in _rows(workspace_id, part).items()}
    return {by_digest[one]: vault.open(link.user_sealed, place=LINK_PLACE) for one, link in found.items()}


def closed_pieces_stitch(workspace_id: int, store: PieceStore, vault: Vault) -> int:
    """Put users in place of anonymous ids in pieces that were closed before the link was known; returns the rows that changed."""
    links = {link.digest: link for link in AnonymousLink.objects.filter(workspace_id=workspace_id, is_new=True)}
    if not links:
        return 0
    users = {one: blinded_key(vault.open(link.user_sealed, place=LINK_PLACE), vault) for one, link in links.items()}
    since = timezone.now() - LOOK_BACK
    loads = EventLoad.objects.filter(workspace_id=workspace_id, is_open=False, opened_at__gte=since)
    changed = sum(_stitch(store, load.load_id, users) for load in loads)
    AnonymousLink.objects.filter(pk__in=[link.pk for link in links.values()]).update(is_new=False)
    return changed


def _stitch(store: PieceStore, load_id: str, users: Mapping[str, str]) -> int:
    table = store.read(load_id, TRACKED_EVENT.name)
    if not table.num_rows:
        return 0
    pairs = table.select(["system", "customer_key"]).group_by(["system", "customer_key"]).aggregate([]).to_pylist()
    named = {(pair["system"], pair["customer_key"]): users.get(digest(pair["system"], pair["customer_key"]).hex()) for pair in pairs}
    if not any(named.values()):
        return 0
    before = table["customer_key"]
    keys = [named[system, key] or key for system, key in zip(table["system"].to_pylist(), before.to_pylist(), strict=True)]
    after = pa.chunked_array([pa.array(keys, pa.string())])
    store.put(load_id, TRACKED_EVENT.name, table.set_column(table.schema.get_field_index("customer_key"), "customer_key", after))
    return int(pc.sum(pc.not_equal(before.combine_chunks(), after.combine_chunks())).as_py() or 0)


def _rows(workspace_id: int, digests: Sequence[str]) -> dict[str, AnonymousLink]:
    return {link.digest: link for link in AnonymousLink.objects.filter(workspace_id=workspace_id, digest__in=digests)}


def _parts(values: list[str]) -> Iterable[list[str]]:
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))
