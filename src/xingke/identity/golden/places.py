"""The address of a customer, part by part: one record has the town, another one the number."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from xingke.identity.chinese import Address, written
from xingke.identity.golden.claims import Claims, Floats, Ints, claims_of
from xingke.identity.golden.voting import survivors

_PARTS: Mapping[str, tuple[str, ...]] = {
    "front": ("province", "city"),
    "county": ("county",),
    "town": ("town",),
    "road": ("road", "village_group"),
    "number": ("number", "annex"),
    "building": ("building",),
}
"""Parts that are decided together."""
_BETWEEN = "\x1f"
_MOSTLY = 0.5


@dataclass(frozen=True, slots=True)
class Places:
    """One row a customer: the address as it is written from its parts (None without a road), and the least sure of its parts."""

    text: list[str | None]
    confidence: Floats


def places_of(records: pa.Table, customer: Ints, system: Ints, customers: int, *, trust: Ints, day: Ints) -> Places:
    """Put the addresses together.

    Province and city stand in front where most addresses of the whole table have them: the house style is what most systems write.

    Parameters
    ----------
    records
        Normalised records.
    """
    has_number = pc.is_valid(records["number"]).to_numpy(zero_copy_only=False)
    has_road = pc.is_valid(records["road"]).to_numpy(zero_copy_only=False)
    found: dict[str, list[tuple[str, ...] | None]] = {}
    confidence = np.ones(customers)
    for part, columns in _PARTS.items():
        joined = _joined(records, columns)
        needed = {"building": has_number, "number": has_number}.get(part, has_road)
        first = pc.is_valid(records[columns[0]]).to_numpy(zero_copy_only=False)
        says = needed if part == "building" else (first & needed)
        claims = claims_of(customer, system, pc.if_else(pa.array(says), joined, pa.scalar(None, pa.string())))
        if part == "road":
            claims = _without_town(claims, found["town"])
        survivor = survivors(claims, customers, trust=trust, day=day)
        found[part] = [_values(claims, claim) for claim in survivor.claim.tolist()]
        if part in ("road", "number", "town"):
            confidence = np.minimum(confidence, np.where(survivor.claim >= 0, survivor.confidence, confidence))
    from_city = float(np.mean(pc.is_valid(records["city"]).to_numpy(zero_copy_only=False)[has_road])) > _MOSTLY if has_road.any() else False
    text = [_written({part: values[row] for part, values in found.items()}, from_city=from_city) for row in range(customers)]
    return Places(text, confidence)


def _joined(records: pa.Table, columns: tuple[str, ...]) -> pa.ChunkedArray:
    return pc.binary_join_element_wise(*(pc.fill_null(records[name], "") for name in columns), _BETWEEN)


def _values(claims: Claims, claim: int) -> tuple[str, ...] | None:
    return tuple(claims.values[claims.value[claim]].split(_BETWEEN)) if claim >= 0 else None


def _without_town(claims: Claims, town: list[tuple[str, ...] | None]) -> Claims:
    """A road that one record writes with the town in front, and others without, is one road."""
    from dataclasses import replace

    at = {text: place for place, text in enumerate(claims.values)}
    values = list(claims.values)
    value = claims.value.copy()
    for row, (customer, code) in enumerate(zip(claims.customer.tolist(), claims.value.tolist(), strict=True)):
        stem = (town[customer] or ("",))[0].removesuffix("街道").removesuffix("镇").removesuffix("乡")
        text = values[code]
        if stem and text.startswith(stem) and len(text.split(_BETWEEN)[0]) > len(stem) + 1:
            shorter = text[len(stem) :]
            if shorter not in at:
                at[shorter] = len(values)
                values.append(shorter)
            value[row] = at[shorter]
    return replace(claims, value=value, values=values, form=value, forms=values)


def _written(parts: Mapping[str, tuple[str, ...] | None], *, from_city: bool) -> str | None:
    if parts["road"] is None:
        return None
    province, city = parts["front"] or ("", "")
    road, group = parts["road"]
    number, annex = parts["number"] or ("", "")
    county, town, building = ((parts[name] or ("",))[0] for name in ("county", "town", "building"))
    return written(Address(province, city, county, town, road, group, number, annex, building, ""), from_city=from_city)
