"""Industry packs: what differs between one trade and another, as declarations."""
