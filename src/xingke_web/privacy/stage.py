"""The stage that keeps erased people erased: a bulk source that is loaded again still holds them."""

import pyarrow.compute as pc
import pyarrow.parquet as pq

from xingke.loop.personal import Person, erase_in_lake, erase_in_pieces, person_of
from xingke.words import both
from xingke_web.accounts.facade import workspace_info
from xingke_web.config.vault import vault_of
from xingke_web.loop.facade import RunContext, Stage, When, pieces_of, stage_register
from xingke_web.privacy.erasing import record_hash
from xingke_web.privacy.models import Erased

ORDER = 9
"""After the tables are put together, before anything is derived from them."""


def register() -> None:
    """Take part in each pass of the loop; called once when the application is ready."""
    label = both("不恢复已删除的个人", "Keep erased people erased")
    stage_register(Stage("erased", label, When.BEFORE_DERIVING, erased_again, order=ORDER))


def erased_again(context: RunContext) -> dict[str, int]:
    """Erase whoever was erased before and is back; returns how many values that were."""
    remembered = list(Erased.objects.filter(workspace_id=context.workspace_id).values_list("customer_number", "record_hashes"))
    if not remembered:
        return {"erased": 0}
    records = _records(context, frozenset(each for _, hashes in remembered for each in hashes))
    found = [person_of(context.writer.view, number) for number, _ in remembered]
    person = Person(
        frozenset(number for number, _ in remembered),
        frozenset().union(*(each.owners for each in found)),
        records.union(*(each.records for each in found)),
    )
    erased = erase_in_lake(context.writer, person, now=context.now)
    pieces = erase_in_pieces(pieces_of(workspace_info(context.workspace_slug)), person)
    return {"erased": sum(erased.values()) + sum(pieces.values())}


def _records(context: RunContext, hashes: frozenset[str]) -> frozenset[tuple[str, str]]:
    """The records of this pass that belong to somebody erased."""
    if not hashes or "source_record" not in context.writer.tables:
        return frozenset()
    vault = vault_of(context.workspace_id)
    found = set()
    for path in context.writer.view.files("source_record"):
        rows = pq.read_table(path, columns=["system", "source_id"], partitioning=None)
        rows = rows.filter(pc.is_valid(rows["source_id"]))
        for system, key in zip(rows["system"].to_pylist(), rows["source_id"].to_pylist(), strict=True):
            if record_hash(vault, system, key) in hashes:
                found.add((system, key))
    return frozenset(found)
