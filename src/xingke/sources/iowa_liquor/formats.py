"""What kind of shop a name speaks of, and which brand a product: rules as data, the first that fits wins."""

import re

OTHER = "other"

FORMAT_RULES: tuple[tuple[str, str], ...] = (
    ("wholesale_club", r"COSTCO|SAM'?S CLUB|\bCLUB\b.*WHOLESALE"),
    ("producer", r"DISTILL|\bRNDC\b|SOUTHERN GLAZER|JOHNSON BROTHERS|BREWING|WINERY|VINEYARD"),
    ("drug_store", r"WALGREEN|\bCVS\b|PHARMAC|\bDRUG|RITE ?AID|OSCO"),
    (
        "convenience",
        r"CASEY'?S|KUM ?& ?GO|KUM AND GO|KWIK|QUIK|QUICK|YESWAY|FAST ?(BREAK|MART|TRAK|TRACK|& FRESH|AND FRESH)|FASTTRAK|CONVENI",
    ),
    ("convenience", r"\bBP\b|\d+BP\b|SHELL|EXXON|\bMOBIL|SINCLAIR|CENEX|CONOCO|PHILLIPS 66|AMOCO|TEXACO|\bGAS\b|\bFUEL|PETRO|\bOIL\b"),
    (
        "convenience",
        r"TRUCK ?STOP|TRAVEL (PLAZA|CENTER)|\bSTOP\b|\bPUMP|7-ELEVEN|CIRCLE K|GET ?N ?GO|\bC-?STORE\b|GIT ?N|TOBACCO HUT|DEPOT",
    ),
    ("department_store", r"\bK ?MART\b|SHOPKO|PAMIDA|DOLLAR|TARGET"),
    (
        "supermarket",
        r"HY-?VEE|FAREWAY|WAL-?MART|\bALDI\b|HARTIG|CUB FOODS|SUPER ?(MARKET|CENTER|VALU|FOODS)|FOOD (PRIDE|CENTER|LAND)|FOODLAND",
    ),
    ("liquor_store", r"LIQUOR|SPIRITS|\bWINE|BEVERAGE|BOTTLE|\bBEER\b|CELLAR|\bBOOZE|LIQ\b"),
    ("tobacco_shop", r"TOBACCO|SMOK|CIGAR|VAPE"),
    ("grocery", r"FOOD|GROCER|MARKET|\bMART\b|\bIGA\b|PANTRY|\bSTORE\b|MINI ?MART"),
)
_COMPILED = tuple((format_, re.compile(pattern)) for format_, pattern in FORMAT_RULES)

GENERIC_WORDS = frozenset(
    {"VODKA", "GIN", "RUM", "WHISKEY", "WHISKY", "TEQUILA", "BRANDY", "BOURBON", "SCOTCH", "LIQUEUR", "SCHNAPPS", "CORDIAL", "RYE"}
    | {"CREAM", "MINI", "MINIS", "DLX", "PET", "TRIPLE", "IMPORTED"}
)


def shop_format(name: str) -> str:
    """The format that a shop's name speaks of, `other` where it says nothing."""
    upper = name.upper()
    return next((format_ for format_, pattern in _COMPILED if pattern.search(upper)), OTHER)


def brand_of(description: str) -> str:
    """The first two words of a description without words for kinds of drink; the lists have no column for the brand."""
    words = [word for word in re.split(r"[\s/,]+", description.upper()) if word]
    kept = [word for word in words[:2] if word not in GENERIC_WORDS]
    return " ".join(kept or words[:1]) or "UNKNOWN"
