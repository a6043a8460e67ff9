"""Samples of a system's tables: made up from a seed, the same bytes for the same one, and of no real person or shop.

A recipe names how a column is filled. Columns of a row that speak of an outlet, a member or a product speak of the same one.
"""

import hashlib
import random
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from xingke.sources.systems.registry import SystemColumn, SystemTable

FIRST_DAY = date(2026, 3, 2)
"""A Monday."""
OUTLETS, MEMBERS, PRODUCTS, FEW = 40, 30, 20, 3
ROWS = {"outlets": OUTLETS, "members": MEMBERS, "products": PRODUCTS, "few": FEW}
ZONE = "+08:00"

SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈", ("一明", "小红", "建国", "秀英", "海", "丽", "志强", "芳")
ROADS, COUNTIES = ("和平路", "解放街", "新华路", "幸福巷", "滨河路"), ("东城县", "西山区", "南湖区")
WORDS, KINDS = ("顺达", "好邻居", "福来", "新风", "万家", "向阳", "平安"), ("便利店", "烟酒店", "食杂店", "超市")
BRANDS, FORMS = ("云岭", "江畔", "松涛", "朝晖"), ("（硬）", "（软）", "（细支）", "（中支）", "（金）")


def sample(table: SystemTable, *, seed: int, rows: int = 200) -> pa.Table:
    """A sample of a table as its system would hand it out: text columns.

    Parameters
    ----------
    rows
        How many, for a table whose own number is not fixed by what it lists.
    """
    maker = _Maker(table, seed)
    records = [maker.record(number) for number in range(ROWS.get(table.rows, rows))]
    return pa.table({name: pa.array([record[name] for record in records], pa.string()) for name in table.column_names})


class _Maker:
    """Makes one row after the other."""

    def __init__(self, table: SystemTable, seed: int) -> None:
        self._table, self._seed = table, seed

    def record(self, number: int) -> dict[str, str | None]:
        """The row of that number, counted from 0."""
        made: dict[str, str | None] = {}
        days: dict[str, datetime] = {}
        rest = number  # columns that count through their values share the number like the digits of a counter
        for column in self._table.columns:
            recipe = column.recipe
            size = _counts(recipe)
            place = rest % size if size else None
            rest = rest // size if size else rest
            made[column.name] = self._value(column, number, place, made, days)
        return made

    def _value(
        self, column: SystemColumn, number: int, place: int | None, made: Mapping[str, str | None], days: dict[str, datetime]
    ) -> str | None:
        recipe = column.recipe
        chance = self._chance(column.name, number // recipe.get("repeat", 1))
        kind = next(name for name in RECIPES if name in recipe)
        if kind in {"outlet", "member", "product"}:
            return self._thing(kind, recipe, number, place)
        value = RECIPES[kind](recipe, chance, number, place, made, days, column.name)
        return None if chance.random() < recipe.get("empty", 0) else value

    def _thing(self, kind: str, recipe: Mapping[str, Any], number: int, place: int | None) -> str | None:
        size = _SIZES[kind]
        drawn = self._chance(kind, number // recipe.get("repeat", 1))
        if place is None:
            place = number % size if self._table.rows == f"{kind}s" else drawn.randrange(size)
        fact = _FACTS[kind](place)[recipe[kind]]
        return None if self._chance(f"{kind}.{recipe[kind]}", number).random() < recipe.get("empty", 0) else fact

    def _chance(self, name: str, number: int) -> random.Random:
        return random.Random(f"{self._seed}/{self._table.name}/{name}/{number}")  # noqa: S311 - samples, not secrets


def _counts(recipe: Mapping[str, Any]) -> int:
    """How many values a column counts through; 0 where it does not count."""
    if "cycle" in recipe:
        return int(recipe["cycle"])
    if not recipe.get("each"):
        return 0
    return next((_SIZES[kind] for kind in _SIZES if kind in recipe), 0) or int(recipe.get("monday", 0) or recipe.get("sunday", 0))


def _day(days: dict[str, datetime], name: str, at: date, form: str) -> str:
    days[name] = datetime.combine(at, datetime.min.time())
    return at.strftime(form)


def _from_day(recipe: Any, chance: random.Random, _n: int, _p: int | None, _m: Any, days: dict[str, datetime], name: str) -> str:
    start, span = recipe["day"]
    return _day(days, name, FIRST_DAY + timedelta(days=start + chance.randrange(span)), recipe.get("form", "%Y-%m-%d"))


def _weekday(first: int) -> Callable[..., str]:
    def made(recipe: Any, chance: random.Random, _n: int, place: int | None, _m: Any, days: dict[str, datetime], name: str) -> str:
        weeks = recipe.get("monday") or recipe["sunday"]
        week = chance.randrange(weeks) if place is None else place
        return _day(days, name, FIRST_DAY + timedelta(days=first + 7 * week), "%Y-%m-%d")

    return made


def _after(recipe: Any, chance: random.Random, _n: int, _p: int | None, _m: Any, days: dict[str, datetime], name: str) -> str:
    low, high = recipe["days"]
    at = days[recipe["after"]].date() + timedelta(days=chance.randint(low, high))
    return _day(days, name, at, recipe.get("form", "%Y-%m-%d"))


def _moment(recipe: Any, chance: random.Random, _n: int, _p: int | None, _m: Any, days: dict[str, datetime], name: str) -> str:
    start, span = recipe["moment"]
    at = datetime.combine(FIRST_DAY, datetime.min.time()) + timedelta(
        days=start + chance.randrange(span), hours=7 + chance.randrange(15), seconds=chance.randrange(3_600)
    )
    days[name] = at
    return at.isoformat() + ZONE if recipe.get("zone") else at.isoformat(sep=" ")


def _later(recipe: Any, chance: random.Random, _n: int, _p: int | None, _m: Any, days: dict[str, datetime], name: str) -> str:
    low, high = recipe["seconds"]
    days[name] = days[recipe["later"]] + timedelta(seconds=chance.randint(low, high))
    return days[name].isoformat(sep=" ")


def _between(recipe: Any, chance: random.Random, *_: Any) -> str:
    low, high = recipe["between"]
    decimals = recipe.get("decimals", 0)
    return f"{chance.uniform(low, high):.{decimals}f}" if decimals else str(chance.randint(low, high))


def _number(recipe: Any, _chance: random.Random, number: int, *_: Any) -> str:
    return f"{recipe['number']}{number // recipe.get('repeat', 1) + 1:0{recipe['width']}d}"


def _one_of(recipe: Any, chance: random.Random, *_: Any) -> str:
    return str(chance.choices(recipe["one_of"], recipe.get("weights"))[0])


def _times(recipe: Any, chance: random.Random, _n: int, _p: int | None, made: Mapping[str, str | None], *_: Any) -> str:
    price = Decimal(chance.randrange(5_000, 90_000)) / 100
    return f"{price * int(made[recipe['times']] or 0):.2f}"


def _cycle(_recipe: Any, _chance: random.Random, _n: int, place: int | None, *_: Any) -> str:
    return str((place or 0) + 1)


RECIPES: Mapping[str, Callable[..., str]] = {
    "outlet": _cycle,  # these three are made by `_thing`
    "member": _cycle,
    "product": _cycle,
    "number": _number,
    "one_of": _one_of,
    "between": _between,
    "times": _times,
    "cycle": _cycle,
    "day": _from_day,
    "monday": _weekday(0),
    "sunday": _weekday(6),
    "after": _after,
    "moment": _moment,
    "later": _later,
}


def _outlet(number: int) -> dict[str, str]:
    pick = random.Random(f"outlet/{number}")  # noqa: S311
    county = COUNTIES[number % len(COUNTIES)]
    return {
        "key": f"K{number + 1:05d}",
        "name": f"{county}{WORDS[number % len(WORDS)]}{KINDS[number // len(WORDS) % len(KINDS)]}",
        "owner": pick.choice(SURNAMES) + pick.choice(GIVEN),
        "phone": f"1990000{number:04d}",
        "address": f"{county}{pick.choice(ROADS)}{number + 1}号",
        "licence": f"330100{number + 1:06d}",
        "county": county,
    }


def _member(number: int) -> dict[str, str]:
    pick = random.Random(f"member/{number}")  # noqa: S311
    return {
        "key": f"M{number + 1:06d}",
        "name": pick.choice(SURNAMES) + pick.choice(GIVEN),
        "phone": f"1990001{number:04d}",
        "open_id": "o" + hashlib.sha256(f"member {number}".encode()).hexdigest()[:27],
        "nickname": f"{pick.choice(WORDS)}{number}",
    }


def _product(number: int) -> dict[str, str]:
    pick = random.Random(f"product/{number}")  # noqa: S311
    brand = BRANDS[number % len(BRANDS)]
    return {
        "key": f"P{number + 1:04d}",
        "brand": brand,
        "name": f"{brand}{FORMS[number // len(BRANDS) % len(FORMS)]}",
        "price": f"{pick.randrange(50, 900)}.00",
    }


_FACTS: Mapping[str, Callable[[int], dict[str, str]]] = {"outlet": _outlet, "member": _member, "product": _product}
_SIZES: Mapping[str, int] = {"outlet": OUTLETS, "member": MEMBERS, "product": PRODUCTS}
