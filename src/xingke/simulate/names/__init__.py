"""Words of an invented prefecture, 星城. Its places and brands exist nowhere; its people are combinations by chance."""

from xingke.simulate.names.people import people, phones
from xingke.simulate.names.places import AREA_CODES, CITY, COUNTIES, addresses, market_departments, places_of, streets
from xingke.simulate.names.products import IN_PROVINCE_MAKERS, skus
from xingke.simulate.names.shops import shops

__all__ = [
    "AREA_CODES",
    "CITY",
    "COUNTIES",
    "IN_PROVINCE_MAKERS",
    "addresses",
    "market_departments",
    "people",
    "phones",
    "places_of",
    "shops",
    "skus",
    "streets",
]
