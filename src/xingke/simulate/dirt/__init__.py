"""What the city looks like in its systems: records that do not agree, feeds that come late, twice or not at all."""

from xingke.simulate.dirt.facts import dirty_week
from xingke.simulate.dirt.records import source_records

__all__ = ["dirty_week", "source_records"]
