"""One pass of the loop on the lake: facts in, portrait and tiers out, and what may be asked of them."""

from xingke.loop.catalogue import workspace_catalogue
from xingke.loop.derive import DERIVED, TIER_BEFORE_DAYS, derive
from xingke.loop.load import LoadedTable, load_source, store_empty
from xingke.loop.profile import PROFILE

__all__ = ["DERIVED", "PROFILE", "TIER_BEFORE_DAYS", "LoadedTable", "derive", "load_source", "store_empty", "workspace_catalogue"]
