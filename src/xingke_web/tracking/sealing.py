"""The places that sealed values of tracking are bound to."""

from typing import Final

REJECTED_PLACE: Final = "rejected_event"
LINK_PLACE: Final = "anonymous_link"
