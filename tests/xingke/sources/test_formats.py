import pytest

from xingke.sources.iowa_liquor.formats import brand_of, shop_format
from xingke.sources.iowa_liquor.master import price_class, slug
from xingke_packs.wholesale.words import FORMATS


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("HY-VEE FOOD STORE #1 / WATERLOO", "supermarket"),
        ("CASEY'S GENERAL STORE #2527 / SHELDON", "convenience"),
        ("KUM & GO #0731 / DES MOINES", "convenience"),
        ("EAST POST RD BP", "convenience"),
        ("WALGREENS #03196 / MARSHALLTOWN", "drug_store"),
        ("SAM'S CLUB 6344 / WINDSOR HEIGHTS", "wholesale_club"),
        ("COSTCO WHOLESALE #1325 / DAVENPORT", "wholesale_club"),
        ("SMOKIN' JOE'S TOBACCO & LIQUOR OUTLET #03", "liquor_store"),
        ("DOWNTOWN LIQUOR", "liquor_store"),
        ("S&B FARMS DISTILLERY", "producer"),
        ("JOHN'S GROCERY", "grocery"),
        ("OASIS", "other"),
    ],
)
def test_format_follows_from_the_name(name, expected):
    assert shop_format(name) == expected
    assert expected in FORMATS


def test_brand_leaves_kinds_of_drink_out():
    assert brand_of("HAWKEYE VODKA") == "HAWKEYE"
    assert brand_of("CAPTAIN MORGAN ORIGINAL SPICED") == "CAPTAIN MORGAN"
    assert brand_of("") == "UNKNOWN"


@pytest.mark.parametrize(("cost", "expected"), [(30.0, 1), (29.99, 2), (18.0, 2), (12.0, 3), (7.5, 4), (7.49, 5), (0.0, 5), (None, 3)])
def test_price_class_changes_at_the_bands(cost, expected):
    assert price_class(cost) == expected


def test_slug_is_plain():
    assert slug("O'Brien") == "obrien"
    assert slug("St. Ansgar") == "st-ansgar"
