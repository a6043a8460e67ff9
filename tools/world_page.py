"""The tables of `docs/reference/world.md` that say what the code says; a test holds the page to them.

`python -m tools.world_page` prints them.
"""

import sys
from collections.abc import Iterable, Mapping
from datetime import timedelta

from xingke.schema import TABLES, Table
from xingke.simulate.city.actions import (
    ADVICE_OVERSTOCK,
    ADVICE_STOCKOUT,
    AMOUNT_SHARES,
    HAZARD_FACTORS,
    MANAGER_SATISFACTION,
    MIX_SHARE,
    REMINDED_SHARE,
    WIN_BACK,
)
from xingke.simulate.city.care import RECOVERED_HOURS, VISIT_BUMP
from xingke.simulate.city.growth import PROMOTED
from xingke.simulate.city.make import STORED
from xingke.simulate.firms.truth_tables import FIRM_TRUTH_TABLES
from xingke.simulate.scenarios import SCENARIOS
from xingke.simulate.sizes import SIZES, Size
from xingke.simulate.truth import TRUTH_TABLES
from xingke.simulate.wording import scenario_words

FIRMS = ("fresh", "cafe", "gym", "leads")
SHOPS = ("fresh", "cafe")
MEMBERS = ("fresh", "cafe", "gym")
FIRM_TABLES: Mapping[str, tuple[str, ...]] = {
    "org_unit": FIRMS, "customer": FIRMS, "product": FIRMS, "order_line": FIRMS, "calendar_day": FIRMS, "weather_day": SHOPS,
    "touch": MEMBERS, "source_record": MEMBERS, "member": MEMBERS, "member_visit": MEMBERS, "ticket": MEMBERS, "push": MEMBERS,
    "renewal": ("gym",), "shelf_day": ("fresh",), "lead": ("leads",), "lead_cost": ("leads",), "ad_spend": ("leads",),
    "ad_touch": ("leads",), "new_customer_week": ("leads",),
}  # fmt: skip
"""Which firms have which observed tables."""
SHARED = ("org_unit", "product", "order_line", "calendar_day", "weather_day", "source_record")
CITY_TABLES = tuple(name for name in STORED if name not in FIRM_TABLES or name in SHARED)


def blocks() -> dict[str, str]:
    """The tables by name."""
    return {
        "sizes": _table(
            ("size", "outlets", "weeks", "planned behind", "SKUs", "cities", "from", "to", "route fails", "managers leave"), _sizes()
        ),
        "scenarios": _table(("scenario", "", "what is different"), _scenarios()),
        "city": _table(("table", "one row is", "columns, the key in bold"), (_columns(STORED[name]) for name in CITY_TABLES)),
        "firms": _table(("table", "one row is", *FIRMS, "columns, the key in bold"), _firms()),
        "truth": _table(("table", "one row is", "columns, the key in bold"), map(_columns, TRUTH_TABLES.values())),
        "firm truth": _table(("table", "one row is", "columns, the key in bold"), map(_columns, FIRM_TRUTH_TABLES.values())),
        "actions": _table(("action", "what it changes, on average and at full strength"), _actions()),
    }


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = list(head)
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _sizes() -> Iterable[tuple[str, ...]]:
    for size in SIZES.values():
        yield (
            f"`{size.name}`", f"{size.outlets:,}", str(size.history_weeks), str(size.forward_weeks), str(size.skus), str(size.cities),
            size.starts_on.isoformat(), _last_day(size), "{} to {}".format(*size.bad_route_weeks), "{} and {}".format(*size.leaving_weeks),
        )  # fmt: skip


def _last_day(size: Size) -> str:
    return (size.history_ends_on - timedelta(days=1)).isoformat()


def _scenarios() -> Iterable[tuple[str, ...]]:
    return ((f"`{one.name}`", one.label["zh"], scenario_words(one)["en"]) for one in SCENARIOS.values())


def _columns(table: Table) -> tuple[str, str, str]:
    names = (f"**`{name}`**" if name in table.key else f"`{name}`" for name in table.column_names)
    return f"`{table.name}`", table.grain["en"].removeprefix("one row ").removeprefix("the "), ", ".join(names)


def _firms() -> Iterable[tuple[str, ...]]:
    for name, firms in FIRM_TABLES.items():
        title, grain, columns = _columns(TABLES[name])
        yield (
            title,
            grain,
            *("x" if firm in firms else "" for firm in FIRMS),
            "as in the city" if STORED.get(name) == TABLES[name] and name in SHARED else columns,
        )


def _actions() -> Iterable[tuple[str, str]]:
    for name, (cause, for_cause, for_others) in HAZARD_FACTORS.items():
        whom = f"x{for_cause:.2f}" if cause is None else f"x{for_cause:.2f} where the cause is {cause}, x{for_others:.2f} elsewhere"
        yield f"`{name}`", "; ".join([f"hazard of leaving {whom}", *_more(name)])
    yield "`training`", f"share of classes 1 and 2 +{MIX_SHARE:.0%}; amount +{AMOUNT_SHARES['training']:.1%}"
    yield "`festival_advice`", f"stock-outs -{ADVICE_STOCKOUT:.0%} before Spring Festival; what a hoarder puts by -{ADVICE_OVERSTOCK:.0%}"
    yield "`visit`", f"satisfaction +{VISIT_BUMP:.2f}, fading by a factor e in 6 weeks; the weeks without a visit begin anew"
    yield "`reminder`", f"of those who would have missed their order and open it, {REMINDED_SHARE:.0%} order"
    ways = ", ".join(
        f"{words} {WIN_BACK[name]:.0%}" for name, words in (("generic", "a generic offer"), ("matched", "one that answers the cause"))
    )
    yield "`win_back`", f"comes back: {WIN_BACK['untreated']:.0%} by itself, {ways}"
    yield "`message`", "chance to convert within the outcome window: see Messages"


def _more(name: str) -> Iterable[str]:
    if name == "service_recovery":
        yield f"complaints answered within {RECOVERED_HOURS:.0f} hours"
    if name == "dedicated_manager":
        yield f"satisfaction +{MANAGER_SATISFACTION:.2f}"
        yield f"amount +{AMOUNT_SHARES[name]:.0%} in the value tier"
    if name == "growth_programme":
        (low, high), (others, others_high) = PROMOTED["likely"], PROMOTED["others"]
        yield f"amount +{AMOUNT_SHARES[name]:.0%} where engagement is above 0.5"
        yield f"into the value tier within a year: {low:.0%} to {high:.0%} of the likely 15 %, {others:.0%} to {others_high:.0%} of others"


if __name__ == "__main__":
    for title, block in blocks().items():
        sys.stdout.write(f"{title}\n\n{block}\n\n")
