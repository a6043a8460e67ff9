"""What the city looks like in its systems: records that do not agree, feeds that come late, twice or not at all."""
