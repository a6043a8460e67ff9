"""Made-up people whose records are hard to put together: half of them lack a field, and names, places and trades change over a life.

Each person has several records, as in collections of historical documents: short forms of names, titles in place of names, a year for a
birthday, the county for the town, another occupation, another address.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Texts = NDArray[np.object_]

_MEN = "john william thomas george james henry charles robert joseph edward samuel richard alfred frederick arthur walter albert francis david peter daniel hugh percy ernest philip edmund matthew benjamin andrew harold".split()  # noqa: E501, SIM905 - a list of names
_WOMEN = "mary elizabeth sarah ann jane margaret alice emily florence ellen annie harriet eliza edith martha caroline charlotte louisa emma frances helen catherine lucy maria rose dorothy isabella agnes susan ada".split()  # noqa: E501, SIM905 - a list of names
_SHORT = {
    "john": "jack", "william": "bill", "thomas": "tom", "george": "georgie", "james": "jim", "henry": "harry", "charles": "charlie",
    "robert": "bob", "joseph": "joe", "edward": "ted", "samuel": "sam", "richard": "dick", "alfred": "alf", "frederick": "fred",
    "albert": "bert", "francis": "frank", "david": "dave", "daniel": "dan", "margaret": "maggie", "elizabeth": "betty", "mary": "polly",
    "sarah": "sally", "catherine": "kate", "susan": "sue", "harriet": "hattie", "frances": "fanny", "philip": "phil",
}  # fmt: skip
_FRONT = "ash black bram brook burn carl chester clay comp crom dun east elm fair farn gard glen hal ham hart hay hol kil lang lind mar mel mid nor oak pem pres rad raven rock rose sand shel stan sut thorn wal war west whit win wood york".split()  # noqa: E501, SIM905 - syllables
_BACK = "bank berry borough bridge brook bury by church combe dale den field ford gate ham hurst land ley man mere more ney port ridge side sley son stead stone ton ville wall ward water well wick wood worth".split()  # noqa: E501, SIM905 - syllables
_TRADES = [
    "politician",
    "painter",
    "writer",
    "soldier",
    "clergyman",
    "cricketer",
    "farmer",
    "lawyer",
    "physician",
    "engineer",
    "merchant",
    "architect",
    "teacher",
    "actor",
    "composer",
    "botanist",
    "photographer",
    "journalist",
    "banker",
    "sculptor",
    "naval officer",
    "printer",
    "chemist",
    "judge",
    "surgeon",
    "brewer",
    "miner",
    "tailor",
    "explorer",
    "geologist",
    "footballer",
    "priest",
    "poet",
    "astronomer",
    "bookseller",
    "antiquary",
    "diplomat",
    "rower",
    "engraver",
    "mathematician",
]
_COUNTIES = tuple(f"{front}shire" for front in _FRONT[:24])
FIELDS = ("first_name", "surname", "dob", "birth_place", "postcode_fake", "gender", "occupation")


def hard_people(persons: int, *, seed: int) -> pa.Table:
    """Records of so many people, in random order.

    Returns
    -------
    pa.Table
        `unique_id`, `cluster` (the person) and `FIELDS`, as text; on average eight records a person. The same seed gives the same records.
    """
    draw = np.random.default_rng(seed)
    people = [_person(draw) for _ in range(persons)]
    owner = np.repeat(np.arange(persons), 1 + draw.negative_binomial(3, 0.3, persons))
    owner = owner[draw.permutation(owner.size)]
    rows = [_record(people[number], draw) for number in owner.tolist()]
    columns = {name: pa.array([row.get(name) for row in rows], pa.string()) for name in FIELDS}
    return pa.table({"unique_id": pa.array([f"R{n}" for n in range(owner.size)]), "cluster": pa.array([f"Q{n}" for n in owner]), **columns})


def _often(choices: Sequence[str], draw: np.random.Generator) -> str:
    """The first are the most frequent ones, as names are."""
    return choices[min(int(len(choices) * draw.random() ** 2.2), len(choices) - 1)]


def _word(draw: np.random.Generator) -> str:
    return _often(_FRONT, draw) + _often(_BACK, draw)


def _person(draw: np.random.Generator) -> dict[str, list[str]]:
    """What is true of a person over a life; what changes has several values."""
    is_woman = draw.random() < 0.25
    names = [_often(_WOMEN if is_woman else _MEN, draw) for _ in range(2)]
    place, county = _word(draw), _often(_COUNTIES, draw)
    area = county[:2] + str(int(draw.integers(1, 30)))
    letters = list("abdefghjlnpqrstuwxyz")
    homes = [f"{area} {draw.integers(1, 10)}{''.join(draw.choice(letters, 2))}" for _ in range(int(draw.integers(1, 7)))]
    surnames = [_word(draw)] + ([_word(draw)] if draw.random() < (0.5 if is_woman else 0.2) else [])
    day = f"{draw.integers(1790, 1900)}-{draw.integers(1, 13):02d}-{draw.integers(1, 29):02d}"
    return {
        "given": names, "surname": surnames, "dob": [day], "place": [place, county], "postcode": homes,
        "gender": ["female" if is_woman else "male"], "trade": [_often(_TRADES, draw) for _ in range(int(draw.integers(1, 5)))],
    }  # fmt: skip


def _record(person: Mapping[str, list[str]], draw: np.random.Generator) -> dict[str, str | None]:
    chance = draw.random(12)
    given = person["given"][1] if chance[0] < 0.06 else person["given"][0]
    if 0.06 <= chance[0] < 0.16:
        given = _SHORT.get(given, given)
    elif 0.16 <= chance[0] < 0.2:
        given = given[0]
    elif 0.2 <= chance[0] < 0.32:
        given = f"{person['given'][0]} {person['given'][1]}"
    elif 0.32 <= chance[0] < 0.37:
        given = str(draw.choice(["sir", "lord", "mr", "rev", "captain"]))
    surname = person["surname"][-1] if chance[1] < 0.4 else person["surname"][0]
    day = _day(person["dob"][0], chance[2], draw)
    place = person["place"][1] if chance[3] < 0.2 else person["place"][0]
    trade = person["trade"][0] if chance[5] < 0.6 else str(draw.choice(person["trade"]))
    row = {
        "first_name": _slip(given, 0.07, draw), "surname": _slip(surname, 0.08, draw), "dob": day, "birth_place": _slip(place, 0.05, draw),
        "postcode_fake": _slip(str(draw.choice(person["postcode"])), 0.06, draw), "gender": person["gender"][0], "occupation": trade,
    }  # fmt: skip
    missing = {"first_name": 0.03, "surname": 0.01, "dob": 0.2, "birth_place": 0.3, "postcode_fake": 0.3, "gender": 0.1, "occupation": 0.35}
    return {name: None if draw.random() < missing[name] else value for name, value in row.items()}


def _day(day: str, chance: float, draw: np.random.Generator) -> str:
    year, month, number = day.split("-")
    if chance < 0.2:
        return f"{year}-01-01"
    if chance < 0.23:
        return f"{year}-{number}-{month}"
    if chance < 0.3:
        return f"{int(year) + int(draw.choice([-10, -1, 1, 10]))}-{month}-{number}"
    return day if chance > 0.35 else f"{year}-{month}-{draw.integers(1, 29):02d}"


def _slip(text: str, chance: float, draw: np.random.Generator) -> str:
    """One character changed, left out, doubled, or swapped with its neighbour."""
    if draw.random() >= chance or len(text) < 3:
        return text
    place, kind = int(draw.integers(0, len(text) - 1)), int(draw.integers(4))
    if kind == 0:
        return text[:place] + str(draw.choice(list("aeiourstln"))) + text[place + 1 :]
    if kind == 1:
        return text[:place] + text[place + 1 :]
    if kind == 2:
        return text[:place] + text[place] + text[place:]
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
