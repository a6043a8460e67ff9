"""Reading the lakes: one reader a lake and process, and what its data may be asked."""

from functools import lru_cache
from pathlib import Path

from xingke.engine import Lake, LakeReader
from xingke.expr import Catalogue, scope_sql
from xingke.extensions import pack
from xingke.loop import workspace_catalogue
from xingke.loop.pieces import PieceStore
from xingke.tags import PORTRAIT, TagLibrary, general_tags
from xingke.tags.units import YUAN
from xingke.tiers import TierScheme
from xingke.words import both
from xingke_web.accounts.facade import ROOT, WorkspaceInfo
from xingke_web.config.vault import vault_of

MOST_CHOICES = 200
"""A text column with more values than this is asked by text, not by a list."""

LISTED = ("format", "market_type", "city", "district", "age_band", "income_band", "household_size")


@lru_cache(maxsize=32)
def _reader(path: Path) -> LakeReader:
    return LakeReader(Lake(path), live=(PORTRAIT,))


def lake_of(workspace: WorkspaceInfo) -> Lake:
    """The lake of a workspace, for those who write it."""
    return Lake(workspace.lake_path)


def pieces_of(workspace: WorkspaceInfo) -> PieceStore:
    """The pieces of a workspace's loads; identifying columns are sealed under its keys."""
    return PieceStore(workspace.lake_path, vault_of(workspace.id))


def lake_reader(workspace: WorkspaceInfo) -> LakeReader:
    """The reader of a workspace's lake, shared by all threads of this process."""
    return _reader(workspace.lake_path)


@lru_cache(maxsize=16)
def tag_library(pack_name: str) -> TagLibrary:
    """The general tags and those of the pack."""
    return TagLibrary(general_tags()).extended(pack(pack_name).tags)


@lru_cache(maxsize=16)
def tier_scheme(pack_name: str) -> TierScheme:
    """The pack's tier scheme: the last one declared (its own rather than an inherited one), or the general one."""
    schemes = pack(pack_name).tier_schemes
    return schemes[-1] if schemes else TierScheme("general", both("通用分层", "General tiers"))


def catalogue_of(workspace: WorkspaceInfo, scope_path: str = ROOT) -> Catalogue:
    """What conditions of this workspace may speak of, with the values that occur at or below a unit."""
    reader = lake_reader(workspace)
    return _catalogue(workspace.lake_path, workspace.pack, workspace.currency, reader.snapshot.tables["customer"].directory, scope_path)


MONEY_UNITS = {"CNY": YUAN, "USD": both("美元", "USD")}


@lru_cache(maxsize=128)
def _catalogue(path: Path, pack_name: str, currency: str, customer_version: str, scope_path: str) -> Catalogue:
    """Cached by the version of the customer table and the unit: the values that occur change only with them."""
    return workspace_catalogue(
        tag_library(pack_name), choices=_choices(_reader(path), scope_path), money=MONEY_UNITS.get(currency, both(currency, currency))
    )


def _choices(reader: LakeReader, scope_path: str) -> dict[str, list[str]]:
    found = {}
    inside = scope_sql(scope_path)
    for column in LISTED:
        query = (
            f"select distinct {column} as value from customer where {column} is not null and {inside} order by 1 limit {MOST_CHOICES + 1}"  # noqa: S608 - a name above
        )
        values = [row["value"] for row in reader.rows(query)]
        if values and len(values) <= MOST_CHOICES:
            found[column] = values
    return found
