"""What Chinese names, addresses and numbers say once spelling, width and fashion are taken away."""

from xingke.identity.chinese.addresses import Address, Towns, address, written
from xingke.identity.chinese.characters import folded, half_width
from xingke.identity.chinese.days import day
from xingke.identity.chinese.numbers import id_is_valid, licence, uscc_is_valid
from xingke.identity.chinese.people import person
from xingke.identity.chinese.phones import phone
from xingke.identity.chinese.records import normalise_records, towns_of
from xingke.identity.chinese.shops import shop

__all__ = [
    "Address", "Towns", "address", "day", "folded", "half_width", "id_is_valid", "licence", "normalise_records", "person", "phone", "shop",
    "towns_of", "uscc_is_valid", "written",
]  # fmt: skip
