"""Cells in another form than the standard one, and whether a mapping brings them into it."""

import csv
import tempfile
from pathlib import Path

import pyarrow as pa

from xingke.engine import DuckEngine
from xingke.sources.files import read_raw
from xingke.sources.mapping import ColumnMap, InMemory, Mapping, TableMap, Transform, apply

_WIDE = "[０-９]"
_PLAIN = "translate({0}, '０１２３４５６７８９', '0123456789')"


def format_faults(dirty: pa.Table, clean: pa.Table) -> dict[str, float]:
    """Share of ill-formed cells that come out in the standard form.

    Ill-formed are days that are not written as ISO days (the truth is the day of the clean city), and phones, licence numbers and addresses
    with full-width digits (the truth is the same text with plain digits: other faults of the value are not of its form).
    """
    with tempfile.TemporaryDirectory(prefix="xingke-evaluate-") as directory:
        rows = _mapped(dirty, Path(directory) / "records.csv")
    with DuckEngine() as engine:
        engine.load("dirty", dirty)
        engine.load("clean", clean)
        engine.load("mapped", rows)
        wide = " union all ".join(
            f"select regexp_matches(dirty.{name}, '{_WIDE}') as ill, "
            f"mapped.{name} = {_PLAIN.format(f'dirty.{name}')} as mended, 'digits' as kind "
            "from dirty left join mapped using (system, source_id)"
            for name in ("phone", "licence_no", "address")
        )
        counted = engine.query(f"""
            select kind, count(*)::double as faults, count(*) filter (mended)::double as repaired from (
                {wide}
                union all
                select not regexp_full_match(dirty.registered_on, '\\d{{4}}-\\d{{2}}-\\d{{2}}') as ill,
                       mapped.updated_on::varchar = clean.registered_on as mended, 'days' as kind
                from dirty join clean using (system, source_id) left join mapped using (system, source_id)
            ) where ill group by kind order by kind
        """).to_pylist()
    kinds = {row["kind"]: row for row in counted}
    faults, repaired = sum(row["faults"] for row in counted), sum(row["repaired"] for row in counted)
    each = {f"format_repaired_{kind}": row["repaired"] / row["faults"] for kind, row in kinds.items()}
    return {"format_repaired": repaired / faults if faults else float("nan"), **each, "format_faults": faults}


def _mapped(records: pa.Table, path: Path) -> pa.Table:
    """The records by way of a file and a mapping, as a user brings them; the day is read as a day."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(records.column_names)
        writer.writerows(zip(*(column.to_pylist() for column in records.columns), strict=True))
    plain = ("system", "source_id", "name", "owner_name", "address", "county")
    columns = (
        *(ColumnMap(name, (name,)) for name in plain),
        ColumnMap("licence_no", ("licence_no",), (Transform("code"),)),
        ColumnMap("phone", ("phone",), (Transform("phone"),)),
        ColumnMap("updated_on", ("registered_on",), (Transform("date", {"form": "dmy"}),)),
    )
    _, sink = apply(Mapping((TableMap("source_record", columns),)), read_raw(path))
    assert isinstance(sink, InMemory)  # noqa: S101 - no other sink was given
    return sink.whole("source_record")
