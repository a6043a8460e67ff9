"""The analysis zone: tables without anybody in them, for uses that were approved; pseudonyms of one file are of no use in another."""

import secrets
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from xingke.errors import UnknownName, UserFacingError
from xingke.expr import scope_sql
from xingke.privacy.groups import PSEUDONYM, Grouped, k_anonymous, pseudonymised
from xingke.schema import TABLES
from xingke.words import both
from xingke_web.accounts.facade import ROOT, Viewer, in_scope
from xingke_web.audit.facade import record
from xingke_web.config.vault import vault_of
from xingke_web.loop.facade import lake_of, lake_reader
from xingke_web.privacy.incidents import export_allowed
from xingke_web.privacy.models import DataUse
from xingke_web.privacy.uses import use_permits

QUASI: Final = ("city", "district", "county", "postcode", "age_band", "income_band", "household_size", "gender", "birth_year", "opened_on")
"""By which somebody could be told apart: place, age, income, household and when they came."""


class ZoneOfAll(UserFacingError):
    """A table whose rows belong to no unit, for somebody of a part of the organisation."""

    def __init__(self, table: str) -> None:
        super().__init__(
            zh=f"表 {table} 的行不属于某个单位，仅全组织人员可以导出；可选择含客户或组织路径的表",
            en=f"rows of {table} belong to no unit; people of the whole organisation export it. Choose a table with customers or units",
            table=table,
        )


def zone_table(*, viewer: Viewer, use: DataUse, table: str) -> Grouped:
    """A table of the lake for analysis under an approved use: pseudonyms in place of persons, groups of ten or more, approved fields only.

    Raises
    ------
    xingke_web.privacy.uses.UseRefused
        The use is not approved.
    xingke.privacy.groups.GroupsTooSmall
        There are fewer persons in the viewer's scope than a group needs.
    ZoneOfAll
        The rows of the table cannot be told by unit, and the viewer sees a part of the organisation only.
    """
    declared = TABLES.get(table)
    snapshot = lake_of(viewer.workspace).current()
    if declared is None or table not in snapshot.tables:
        raise UnknownName(kind=both("表", "table"), name=table, known=[name for name in snapshot.tables if name in TABLES])
    use_permits(use, ())
    wanted = [name for name in declared.column_names if name in use.fields or name in ("customer_id", "outlet_id", "owner_id", "org_path")]
    stored = pa.concat_tables([pq.read_table(path, columns=wanted, partitioning=None) for path in snapshot.files(table)])
    rows = _in_scope(viewer, table, stored)
    rows = rows if "org_path" in use.fields or "org_path" not in rows.column_names else rows.drop_columns(["org_path"])
    export_allowed(viewer=viewer, what=table, count=rows.num_rows, persons=False)
    zone = pseudonymised(rows, declared, vault_of(viewer.workspace.id), salt=secrets.token_hex(16))
    use_permits(use, [name for name in zone.column_names if name != PSEUDONYM])
    grouped = k_anonymous(zone, QUASI)
    record("zone.exported", viewer=viewer, subject=use, what=table, count=grouped.rows.num_rows, hidden=grouped.hidden)
    return grouped


def _in_scope(viewer: Viewer, table: str, rows: pa.Table) -> pa.Table:
    """The rows of the viewer's units: by their own path, or by that of their customer."""
    if viewer.scope_path == ROOT:
        return rows
    if "org_path" in rows.column_names:
        paths = rows["org_path"].combine_chunks().dictionary_encode()
        inside = pa.array([path is not None and in_scope(path, viewer.scope_path) for path in paths.dictionary.to_pylist()], pa.bool_())
        return rows.filter(pc.fill_null(inside.take(paths.indices), False))
    key = next((name for name in ("customer_id", "outlet_id") if name in rows.column_names), None)
    if key is None:
        raise ZoneOfAll(table)
    numbers = lake_reader(viewer.workspace).query(f"select customer_id from customer where {scope_sql(viewer.scope_path)}")  # noqa: S608 - made by sqlglot
    return rows.filter(pc.is_in(rows[key], numbers["customer_id"].combine_chunks()))
