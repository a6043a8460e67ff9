"""Tobacco wholesale in China, on top of wholesale: grades, price classes, the words and the law of the trade."""

from xingke.extensions import Pack
from xingke_packs.tobacco.checks import CHECKS
from xingke_packs.tobacco.rules import RULES
from xingke_packs.tobacco.segments import SEGMENTS
from xingke_packs.tobacco.tags import TAGS
from xingke_packs.tobacco.tiers import TIER_SCHEMES
from xingke_packs.tobacco.words import DESCRIPTION, FORMAT_SYNONYMS, FORMATS, GRADES, LABEL, MARKET_TYPES, PRICE_CLASSES, STRATEGIES, WORDS

PACK = Pack(
    name="tobacco",
    label=LABEL,
    description=DESCRIPTION,
    extends=("wholesale",),
    customer_kinds=("outlet",),
    grades=GRADES,
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
    checks=CHECKS,
)
