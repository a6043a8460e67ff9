"""The general tag library: families of metric x window x dimension over orders, touches and responses.

A window of n days holds the n business days before `as_of`; `as_of` itself is not seen. Sums are exact (integers and
decimals) and only divided at the end, so that the order in which an engine adds them cannot show.
"""

from xingke.tags.families.behaviour import behaviour_tags
from xingke.tags.families.breadth import breadth_tags
from xingke.tags.families.growth import growth_tags
from xingke.tags.families.loyalty import loyalty_tags
from xingke.tags.families.mix import mix_tags
from xingke.tags.families.recency import recency_tags
from xingke.tags.families.response import response_tags
from xingke.tags.families.rhythm import rhythm_tags
from xingke.tags.families.signal import signal_tags
from xingke.tags.families.value import value_tags
from xingke.tags.tag import Tag


def general_tags() -> tuple[Tag, ...]:
    """The whole general library, in catalogue order."""
    return (
        *value_tags(),
        *rhythm_tags(),
        *recency_tags(),
        *mix_tags(),
        *breadth_tags(),
        *loyalty_tags(),
        *growth_tags(),
        *response_tags(),
        *behaviour_tags(),
        *signal_tags(),
    )
