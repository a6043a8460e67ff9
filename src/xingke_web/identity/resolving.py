"""Who a new record is, asked while somebody waits: an index of everybody in this process, which follows the snapshots.

The index is built when first asked for; after a pass the old one goes on answering while the new one is built beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from xingke.engine import LakeEmpty, LakeReader
from xingke.privacy import Vault
from xingke.schema.intake import RECORD
from xingke_web.accounts.facade import WorkspaceInfo
from xingke_web.config.vault import vault_of
from xingke_web.identity.contracts import Candidate, RecordKey
from xingke_web.identity.plans import PLAN_OF, plan_name
from xingke_web.identity.records import LINKS, RECORDS, has_identity
from xingke_web.identity.weights import weights_of
from xingke_web.loop.facade import lake_reader

if TYPE_CHECKING:
    from xingke.identity import Resolver

Version = tuple[str, str, str]


@dataclass(frozen=True)
class _Everybody:
    """The index of one kind of plan, and what it was made of."""

    version: Version
    resolver: "Resolver"
    towns: Any
    keys: tuple[RecordKey, ...]
    lock: Lock


_indexes: Final[dict[tuple[Path, str], _Everybody]] = {}
_building: Final[set[tuple[Path, str]]] = set()
_lock: Final = Lock()


def resolve_now(
    workspace: WorkspaceInfo, record: Mapping[str, object], *, kind: str = "outlet", least: float | None = None
) -> list[Candidate]:
    """The customers that a new record may be, likeliest first; nothing is stored.

    Parameters
    ----------
    record
        Columns of `xingke.schema.intake.RECORD` in the clear, as the source writes them; what is not there is unknown.
    kind
        The kind of customer that it describes.
    least
        Probability from which a customer is named; by default where a person should look.

    Returns
    -------
    list of Candidate
        Empty where nobody is like it, and before the first pass.
    """
    from xingke.identity.chinese import normalise_records

    plan = plan_name(kind)
    everybody = _everybody(workspace, plan)
    if everybody is None:
        return []
    values = {field.name: pa.array([record.get(field.name)], field.type) for field in RECORD.arrow_schema}
    row = normalise_records(pa.table(values), kind=plan, towns=everybody.towns).to_pylist()[0]
    with everybody.lock:  # one connection answers one question at a time
        found = everybody.resolver.resolve(row, least=least)
    return [
        Candidate(one.customer_id, one.probability, "" if one.rule == "model" else one.rule, everybody.keys[one.record_id]) for one in found
    ]


def _everybody(workspace: WorkspaceInfo, plan: str) -> _Everybody | None:
    """The index as it stands; a newer one is built beside it where the snapshot moved."""
    reader = lake_reader(workspace)
    try:
        if not has_identity(reader):
            return None
        snapshot = reader.snapshot
    except LakeEmpty:
        return None
    model = weights_of(workspace.id, plan)
    if model is None:
        return None
    version = (snapshot.tables[RECORDS].directory, snapshot.tables[LINKS].directory, model)
    key, vault = (workspace.lake_path, plan), vault_of(workspace.id)
    with _lock:
        held = _indexes.get(key)
        if held is None:
            held = _indexes[key] = _built(reader, plan, model, version, vault)
        elif held.version != version and key not in _building:
            _building.add(key)
            Thread(target=_rebuild, args=(key, reader, plan, model, version, vault), daemon=True).start()
    return held


def _rebuild(key: tuple[Path, str], reader: LakeReader, plan: str, model: str, version: Version, vault: Vault) -> None:
    try:
        made = _built(reader, plan, model, version, vault)
        with _lock:
            _indexes[key] = made
    finally:
        _building.discard(key)


def _built(reader: LakeReader, plan: str, model: str, version: Version, vault: Vault) -> _Everybody:
    from xingke.identity import Model, Resolver
    from xingke.identity.chinese import normalise_records
    from xingke.identity.chinese.records import towns_of
    from xingke.identity.plans import PLANS

    kinds = tuple(kind for kind, of in PLAN_OF.items() if of == plan)
    stored = reader.query(
        f"""
        select record.*, link.customer_id from {RECORDS} as record join {LINKS} as link using (system, source_id)
        join golden_record as golden on golden.customer_id = link.customer_id
        where golden.kind in (select unnest($kinds::varchar[])) order by system, source_id
        """,  # noqa: S608 - names above
        {"kinds": list(kinds)},
    )
    opened = vault.open_table(stored, RECORD)
    normal = normalise_records(opened, kind=plan)
    numbered = normal.append_column("record_id", pa.array(range(normal.num_rows), pa.int64()))
    resolver = Resolver(numbered.append_column("customer_id", opened["customer_id"]), PLANS[plan], Model.from_json(model))
    keys = zip(opened["system"].to_pylist(), opened["source_id"].to_pylist(), strict=True)
    return _Everybody(version, resolver, towns_of(normal), tuple(RecordKey(*key) for key in keys), Lock())


def indexes_forget() -> None:
    """Build them anew at the next question: for tests, and where memory is short."""
    with _lock:
        _indexes.clear()
