"""What the golden record would say if two customers were one, field by field with the reason."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from xingke.extensions import Pack
from xingke.schema.intake import RECORD
from xingke.words import Language
from xingke_web.identity.origins import golden_rows
from xingke_web.identity.plans import plan_name
from xingke_web.identity.records import Golden, Record, origins_of, unlisted_words


def merged_values(records: Sequence[Record], *, kind: str, pack: Pack, language: Language, clear: bool) -> list[tuple[str, str, str]]:
    """Field, value as it may be shown, and where it would come from.

    The records at hand are all that is looked at: how far a system is to be trusted is learned from everybody in a pass, so that a close
    call may go the other way there.
    """
    if not records:
        return []
    from xingke.identity.chinese import normalise_records
    from xingke.identity.golden import golden_records, records_of

    plan = plan_name(kind)
    rows = [{name: record.values.get(name) for name in RECORD.column_names} for record in records]
    raw = pa.Table.from_pylist(rows, schema=RECORD.arrow_schema)
    together = records_of(raw, normalise_records(raw, kind=plan), np.zeros(raw.num_rows, dtype=np.int64), 1, pack.format_words)
    row = golden_records(together, np.zeros(1, dtype=np.int64), kind=plan).to_pylist()[0]
    origins = origins_of(row["provenance"])
    golden = Golden(0, kind, row, origins, unlisted_words(origins, {record.key: record for record in records}))
    return [(one.field, one.value, one.origin) for one in golden_rows(golden, kind=kind, pack=pack, language=language, clear=clear)]
