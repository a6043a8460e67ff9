"""Retail to consumers: members, baskets, campaigns and coupons."""

from xingke.extensions import Pack
from xingke_packs.retail.rules import RULES
from xingke_packs.retail.segments import SEGMENTS
from xingke_packs.retail.tags import TAGS
from xingke_packs.retail.tiers import TIER_SCHEMES
from xingke_packs.retail.words import DESCRIPTION, FORMATS, LABEL, MARKET_TYPES, PRICE_CLASSES, STRATEGIES, WORDS

PACK = Pack(
    name="retail",
    label=LABEL,
    description=DESCRIPTION,
    customer_kinds=("consumer", "lead"),
    words=WORDS,
    formats=FORMATS,
    market_types=MARKET_TYPES,
    price_classes=PRICE_CLASSES,
    strategies=STRATEGIES,
    tags=TAGS,
    tier_schemes=TIER_SCHEMES,
    segments=SEGMENTS,
    rules=RULES,
)
