"""People made up for the tests of linkage: every fifth is written down twice, the second time with one slip."""

import numpy as np
import pyarrow as pa

from xingke.identity.linkage import person_records

SYLLABLES = ("ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "za", "fe", "gu", "ho", "ja", "pi", "du")


def people(count: int, *, seed: int = 3) -> tuple[pa.Table, np.ndarray]:
    """Records of people in normal form, and who each one is."""
    draw = np.random.default_rng(seed)
    word = lambda: "".join(draw.choice(SYLLABLES, 3))  # noqa: E731
    streets, suburbs = [word() + " street" for _ in range(60)], [word() for _ in range(25)]
    rows, who = [], []
    for person in range(count):
        suburb = int(draw.integers(25))
        row = {
            "given_name": word(),
            "surname": word(),
            "born_on": f"{draw.integers(1940, 2005)}{draw.integers(1, 13):02d}{draw.integers(1, 29):02d}",
            "id_number": str(draw.integers(1_000_000, 9_999_999)),
            "street": streets[int(draw.integers(60))],
            "house": str(draw.integers(1, 200)),
            "suburb": suburbs[suburb],
            "postcode": str(2000 + suburb),
        }
        rows.append(row)
        who.append(person)
        if person % 5 == 0:
            rows.append({**row, **slip(row, draw)})
            who.append(person)
    fields = {name: pa.array([row[name] for row in rows]) for name in rows[0]}
    return person_records(fields, len(rows)), np.array(who)


def slip(row: dict[str, str], draw: np.random.Generator) -> dict[str, str]:
    """One field of a record as somebody in a hurry writes it."""
    kind = int(draw.integers(4))
    if kind == 0:
        return {"given_name": row["surname"], "surname": row["given_name"]}
    name = ("surname", "id_number", "street")[kind - 1]
    place = int(draw.integers(1, len(row[name]) - 1))
    return {name: row[name][:place] + row[name][place + 1 :]}
