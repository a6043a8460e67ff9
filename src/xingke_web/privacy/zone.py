"""The analysis zone: tables without anybody in them, for uses that were approved; pseudonyms of one file are of no use in another."""

import secrets
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from xingke.errors import UnknownName
from xingke.privacy.groups import PSEUDONYM, Grouped, k_anonymous, pseudonymised
from xingke.schema import TABLES
from xingke.words import both
from xingke_web.accounts.contracts import Viewer
from xingke_web.audit.facade import record
from xingke_web.config.vault import vault_of
from xingke_web.loop.facade import lake_of
from xingke_web.privacy.incidents import export_allowed
from xingke_web.privacy.models import DataUse
from xingke_web.privacy.uses import use_permits

QUASI: Final = ("city", "district", "county", "postcode", "age_band", "income_band", "household_size", "gender", "birth_year", "opened_on")
"""By which somebody could be told apart: place, age, income, household and when they came."""


def zone_table(*, viewer: Viewer, use: DataUse, table: str) -> Grouped:
    """A table of the lake for analysis under an approved use: pseudonyms in place of persons, groups of ten or more, approved fields only.

    Raises
    ------
    xingke_web.privacy.uses.UseRefused
        The use is not approved.
    xingke.privacy.groups.GroupsTooSmall
        There are fewer persons than a group needs.
    """
    declared = TABLES.get(table)
    snapshot = lake_of(viewer.workspace).current()
    if declared is None or table not in snapshot.tables:
        raise UnknownName(kind=both("表", "table"), name=table, known=[name for name in snapshot.tables if name in TABLES])
    use_permits(use, ())
    export_allowed(viewer=viewer, what=table, count=snapshot.tables[table].rows, persons=False)
    wanted = [name for name in declared.column_names if name in use.fields or name in ("customer_id", "outlet_id", "owner_id")]
    rows = pa.concat_tables([pq.read_table(path, columns=wanted, partitioning=None) for path in snapshot.files(table)])
    zone = pseudonymised(rows, declared, vault_of(viewer.workspace.id), salt=secrets.token_hex(16))
    use_permits(use, [name for name in zone.column_names if name != PSEUDONYM])
    grouped = k_anonymous(zone, QUASI)
    record("zone.exported", viewer=viewer, subject=use, what=table, count=grouped.rows.num_rows, hidden=grouped.hidden)
    return grouped
