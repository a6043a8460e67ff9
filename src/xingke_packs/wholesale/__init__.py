"""Wholesale to licensed outlets; the ground that monopoly trades such as tobacco stand on."""

from xingke.extensions import Pack
from xingke_packs.wholesale.rules import RULES
from xingke_packs.wholesale.segments import SEGMENTS
from xingke_packs.wholesale.tags import TAGS
from xingke_packs.wholesale.tiers import TIER_SCHEMES
from xingke_packs.wholesale.words import DESCRIPTION, FORMAT_SYNONYMS, FORMATS, LABEL, MARKET_TYPES, PRICE_CLASSES, STRATEGIES, WORDS

PACK = Pack(
    name="wholesale",
    label=LABEL,
    description=DESCRIPTION,
    customer_kinds=("outlet",),
    words=WORDS,
    formats=FORMATS,
    format_synonyms=FORMAT_SYNONYMS,
    market_types=MARKET_TYPES,
    price_classes=PRICE_CLASSES,
    strategies=STRATEGIES,
    tags=TAGS,
    tier_schemes=TIER_SCHEMES,
    segments=SEGMENTS,
    rules=RULES,
)
