"""The general tags once more, written down plainly for one customer at a time: no SQL, no shared code, exact until the last division."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import floor, sqrt
from statistics import median
from typing import Any

from tests.facts import Facts, Row

Value = Any
ANSWERS = {"opened", "clicked", "replied", "redeemed"}


def portrait_of(facts: Facts, customer_id: int, as_of: date) -> dict[str, Value]:
    """Every general tag of one customer."""
    lines = [line for line in facts.lines if line["customer_id"] == customer_id and line["ordered_on"] < as_of]
    touches = [touch for touch in facts.touches if touch["customer_id"] == customer_id and touch["touched_on"] < as_of]
    events = [event for event in facts.events if event["customer_id"] == customer_id and event["happened_on"] < as_of]
    products = {product["product_id"]: product for product in facts.products}
    year = [line for line in lines if (as_of - line["ordered_on"]).days <= 365]
    tags: dict[str, Value] = {}
    tags |= _value(_orders(lines, as_of), tags)
    tags |= _rhythm(_orders(lines, as_of), as_of)
    tags |= _recency(_orders(lines, as_of), tags)
    tags |= _mix(year, products, as_of)
    tags |= _breadth(year, products, as_of)
    tags |= _loyalty(_orders(lines, as_of), year, tags)
    tags |= _growth(_orders(lines, as_of), tags)
    tags |= _response(touches, as_of)
    tags |= _behaviour(events, as_of)
    tags |= _signals(tags)
    return tags


def _divided(above: Any, below: Any) -> float | None:
    if above is None or below is None or below == 0:
        return None
    return float(Fraction(above) / Fraction(below))


def _orders(lines: Sequence[Row], as_of: date) -> list[Row]:
    """Lines put together to orders: one a day and order number."""
    found: dict[tuple[date, int], Row] = {}
    for line in lines:
        order = found.setdefault(
            (line["ordered_on"], line["order_id"]),
            {"on": line["ordered_on"], "lines": 0, "units": 0, "amount": Decimal(0), "discount": Decimal(0), "returned": Decimal(0)},
        )
        order["age"] = (as_of - line["ordered_on"]).days
        order["lines"] += 1
        order["units"] += line["quantity_units"]
        order["amount"] += line["amount_yuan"]
        order["discount"] += line["discount_yuan"]
        order["returned"] += max(-line["amount_yuan"], Decimal(0))
    return list(found.values())


def _sum(orders: Sequence[Row], what: str, start: int, end: int) -> Any:
    return sum((order[what] for order in orders if start <= order["age"] <= end), Decimal(0))


def _number(orders: Sequence[Row], start: int, end: int) -> int:
    return sum(1 for order in orders if start <= order["age"] <= end)


def _value(orders: Sequence[Row], tags: dict[str, Value]) -> dict[str, Value]:
    found: dict[str, Value] = {f"amount_yuan_{days}d": _sum(orders, "amount", 1, days) for days in (30, 90, 180, 365)}
    found |= {f"quantity_units_{days}d": int(_sum(orders, "units", 1, days)) for days in (30, 90, 365)}
    found |= {f"discount_yuan_{days}d": _sum(orders, "discount", 1, days) for days in (90, 365)}
    found["amount_yuan_all"] = sum((order["amount"] for order in orders), Decimal(0))
    for days in (90, 365):
        amount, discount = found[f"amount_yuan_{days}d"], found[f"discount_yuan_{days}d"]
        found[f"order_value_yuan_{days}d"] = _divided(amount, _number(orders, 1, days))
        found[f"unit_price_yuan_{days}d"] = _divided(amount, found[f"quantity_units_{days}d"])
        found[f"discount_share_{days}d"] = _divided(discount, amount + discount)
    found["largest_order_yuan_365d"] = max((order["amount"] for order in orders if order["age"] <= 365), default=None)
    tenure = max((order["age"] for order in orders), default=None)
    found["amount_per_month_yuan"] = None if tenure is None else _divided(found["amount_yuan_365d"] * 30, min(tenure, 365))
    return found


def _rhythm(orders: Sequence[Row], as_of: date) -> dict[str, Value]:
    found: dict[str, Value] = {f"order_count_{days}d": _number(orders, 1, days) for days in (30, 90, 180, 365)}
    found["order_count_all"] = len(orders)
    days_with = sorted({order["on"] for order in orders})
    ages = [(as_of - day).days for day in days_with]
    gaps = [(later - day).days for day, later in pairwise(days_with) if (as_of - later).days <= 365]
    found["gap_days_median"] = float(median(gaps)) if gaps else None
    found["gap_days_mean"] = _divided(sum(gaps), len(gaps))
    found["gap_days_largest"] = float(max(gaps)) if gaps else None
    mean = Fraction(sum(gaps), len(gaps)) if gaps else Fraction(0)
    spread = sum((gap - mean) ** 2 for gap in gaps)
    found["gap_days_deviation"] = sqrt(spread / (len(gaps) - 1)) if len(gaps) > 1 else None
    found["gap_irregularity"] = _divided(found["gap_days_deviation"], found["gap_days_mean"])
    for days in (90, 365):
        found[f"order_days_{days}d"] = sum(1 for age in ages if age <= days)
        found[f"active_weeks_{days}d"] = len({(age - 1) // 7 for age in ages if age <= days})
        found[f"lines_per_order_{days}d"] = _divided(_sum(orders, "lines", 1, days), _number(orders, 1, days))
    year = [order["on"] for order in orders if order["age"] <= 365]
    found["weekend_order_share_365d"] = _divided(sum(1 for day in year if day.weekday() in (4, 5, 6)), len(year))
    found["month_end_order_share_365d"] = _divided(sum(1 for day in year if day.day >= 25), len(year))
    found["orders_per_week_90d"] = _divided(found["order_count_90d"] * 7, 90)
    return found


def _recency(orders: Sequence[Row], tags: dict[str, Value]) -> dict[str, Value]:
    ages, days = [order["age"] for order in orders], [order["on"] for order in orders]
    since = min(ages, default=None)
    cycle = _divided(since, tags["gap_days_median"])
    largest = tags["gap_days_largest"]
    return {
        "days_since_last_order": since,
        "tenure_days": max(ages, default=None),
        "last_order_on": max(days, default=None),
        "first_order_on": min(days, default=None),
        "cycle_ratio": cycle,
        "missed_cycles": None if cycle is None else max(floor(cycle) - 1, 0),
        "days_beyond_longest_gap": None if since is None or largest is None else float(max(since - largest, 0)),
    }


def _mix(year: Sequence[Row], products: dict[int, Row], as_of: date) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for days in (90, 365):
        lines = [line for line in year if (as_of - line["ordered_on"]).days <= days]
        total = _amount(lines)
        classes = {number: Decimal(0) for number in range(1, 6)}
        for line in lines:
            if line["product_id"] in products:
                classes[products[line["product_id"]]["price_class"]] += line["amount_yuan"]
        for number, amount in classes.items():
            found[f"price_class_{number}_share_{days}d"] = _divided(amount, total)
        weighted = sum(number * amount for number, amount in classes.items())
        found[f"mean_price_class_{days}d"] = _divided(weighted, sum(classes.values()))
    now, whole = found["price_class_1_share_90d"], found["price_class_1_share_365d"]
    found["price_class_1_shift"] = None if now is None or whole is None else now - whole
    for column in ("category", "brand"):
        amounts = _amounts(year, lambda line, column=column: products.get(line["product_id"], {}).get(column))
        amounts.pop(None, None)
        ranked = sorted(amounts.items(), key=lambda item: (-item[1], item[0]))
        total = sum(amounts.values(), Decimal(0))
        found[f"favourite_{column}"] = ranked[0][0] if ranked else None
        found[f"favourite_{column}_share_365d"] = _divided(ranked[0][1], total) if ranked else None
        found[f"{column}_concentration_365d"] = _divided(sum(amount**2 for amount in amounts.values()), total**2)
    amounts = _amounts(year, lambda line: line["product_id"])
    total = _amount(year)
    found["top_product_share_365d"] = _divided(max(amounts.values(), default=None), total)
    found["product_concentration_365d"] = _divided(sum(amount**2 for amount in amounts.values()), total**2)
    return found


def _amount(lines: Sequence[Row]) -> Decimal:
    return sum((line["amount_yuan"] for line in lines), Decimal(0))


def _amounts(lines: Sequence[Row], key: Any) -> dict[Any, Decimal]:
    found: dict[Any, Decimal] = {}
    for line in lines:
        found[key(line)] = found.get(key(line), Decimal(0)) + line["amount_yuan"]
    return found


def _breadth(year: Sequence[Row], products: dict[int, Row], as_of: date) -> dict[str, Value]:
    ages: dict[int, list[int]] = {}
    for line in year:
        ages.setdefault(line["product_id"], []).append((as_of - line["ordered_on"]).days)
    found: dict[str, Value] = {f"product_count_{days}d": sum(1 for found in ages.values() if min(found) <= days) for days in (30, 90, 365)}
    for column in ("category", "brand"):
        for days in (90, 365):
            recent = [number for number, of_product in ages.items() if min(of_product) <= days and number in products]
            found[f"{column}_count_{days}d"] = len({products[number][column] for number in recent})
    new = {number for number, of_product in ages.items() if max(of_product) <= 90}
    found["new_product_count_90d"] = len(new)
    found["lost_product_count_90d"] = sum(1 for of_product in ages.values() if 91 <= min(of_product) <= 180)
    recent_lines = [line for line in year if line["ordered_on"] >= as_of - timedelta(days=90)]
    found["new_product_share_90d"] = _divided(_amount([line for line in recent_lines if line["product_id"] in new]), _amount(recent_lines))
    return found


def _loyalty(orders: Sequence[Row], year: Sequence[Row], tags: dict[str, Value]) -> dict[str, Value]:
    bought = [line["product_id"] for line in year]
    days_of = {number: {line["ordered_on"] for line in year if line["product_id"] == number} for number in bought}
    again = {number for number, days in days_of.items() if len(days) >= 2}
    returned = _sum(orders, "returned", 1, 365)
    return {
        "repeat_product_count_365d": len(again),
        "repeat_product_rate_365d": _divided(len(again), tags["product_count_365d"]),
        "repeat_amount_share_365d": _divided(_amount([line for line in year if line["product_id"] in again]), _amount(year)),
        "active_months_365d": len({(order["age"] - 1) // 30 for order in orders if order["age"] <= 360}),
        "return_yuan_365d": returned,
        "return_share_365d": _divided(returned, tags["amount_yuan_365d"] + returned),
        "recent_order_share_365d": _divided(tags["order_count_90d"], tags["order_count_365d"]),
    }


def _growth(orders: Sequence[Row], tags: dict[str, Value]) -> dict[str, Value]:
    windows = {"prior_30d": (31, 60), "prior_60d": (61, 90), "prior_90d": (91, 180), "year_ago_90d": (365, 454), "prior_365d": (366, 730)}
    found: dict[str, Value] = {f"amount_yuan_{name}": _sum(orders, "amount", *ages) for name, ages in windows.items()}
    found["order_count_prior_90d"] = _number(orders, 91, 180)

    def change(now: Any, before: Any) -> float | None:
        return _divided(now - before, before) if before > 0 else None

    found["amount_growth_30d"] = change(tags["amount_yuan_30d"], found["amount_yuan_prior_30d"])
    found["amount_growth_90d"] = change(tags["amount_yuan_90d"], found["amount_yuan_prior_90d"])
    found["amount_growth_year_90d"] = change(tags["amount_yuan_90d"], found["amount_yuan_year_ago_90d"])
    found["amount_growth_365d"] = change(tags["amount_yuan_365d"], found["amount_yuan_prior_365d"])
    found["order_growth_90d"] = change(tags["order_count_90d"], found["order_count_prior_90d"])
    falling = tags["amount_yuan_30d"] < found["amount_yuan_prior_30d"]
    fell_before = found["amount_yuan_prior_30d"] < found["amount_yuan_prior_60d"]
    found["months_declining"] = 0 if not falling else 2 if fell_before else 1
    found["recent_amount_share_365d"] = _divided(tags["amount_yuan_90d"], tags["amount_yuan_365d"])
    return found


def _response(touches: Sequence[Row], as_of: date) -> dict[str, Value]:
    found: dict[str, Value] = {}
    aged = [((as_of - touch["touched_on"]).days, touch["kind"], touch["campaign_key"]) for touch in touches]
    for days in (90, 365):
        sent = {campaign for age, kind, campaign in aged if age <= days and kind == "sent"}
        answered = {campaign for age, kind, campaign in aged if age <= days and kind in ANSWERS}
        found[f"touch_count_{days}d"], found[f"response_count_{days}d"] = len(sent), len(answered)
        found[f"interaction_rate_{days}d"] = _divided(min(len(answered), len(sent)), len(sent))
    found["redemption_count_365d"] = sum(1 for age, kind, _ in aged if age <= 365 and kind == "redeemed")
    found["days_since_last_touch"] = min((age for age, kind, _ in aged if kind == "sent"), default=None)
    found["has_opted_out"] = any(kind == "opted_out" for _, kind, _ in aged)
    return found


def _behaviour(events: Sequence[Row], as_of: date) -> dict[str, Value]:
    aged = [((as_of - event["happened_on"]).days, event["kind"], (event["name"] or "").lower()) for event in events]
    actions = [(age, kind, name) for age, kind, name in aged if kind in ("track", "page", "screen")]
    found: dict[str, Value] = {f"event_count_{days}d": sum(age <= days for age, _, _ in actions) for days in (7, 30, 90)}
    found |= {f"active_days_{days}d": len({age for age, _, _ in actions if age <= days}) for days in (7, 30)}
    found["view_count_30d"] = sum(age <= 30 and kind in ("page", "screen") for age, kind, _ in aged)
    found["search_count_30d"] = sum(age <= 30 and name == "products searched" for age, _, name in aged)
    found["cart_count_7d"] = sum(age <= 7 and name == "product added" for age, _, name in aged)
    found["online_order_count_7d"] = sum(age <= 7 and name == "order completed" for age, _, name in aged)
    found["days_since_last_event"] = min((age for age, _, _ in actions), default=None)
    found["is_active_online"] = bool(found["active_days_7d"] >= 2 or found["event_count_7d"] >= 5)
    found["has_open_cart"] = bool(found["cart_count_7d"] and not found["online_order_count_7d"])
    return found


def _signals(tags: dict[str, Value]) -> dict[str, Value]:
    def at_least(name: str, limit: float) -> bool:
        return tags[name] is not None and tags[name] >= limit

    def above(name: str, limit: float) -> bool:
        return tags[name] is not None and tags[name] > limit

    def at_most(name: str, limit: float) -> bool:
        return tags[name] is not None and tags[name] <= limit

    growth = tags["amount_growth_90d"]
    return {
        "is_active_30d": tags["order_count_30d"] > 0,
        "is_new_90d": at_most("tenure_days", 90),
        "is_late": at_least("cycle_ratio", 2) and tags["order_count_365d"] >= 4,
        "is_silent": above("days_since_last_order", 180),
        "is_declining": tags["months_declining"] >= 2 and growth is not None and growth < -0.2,
        "is_growing": above("amount_growth_90d", 0.2) and above("amount_growth_30d", 0),
        "is_weekend_stockist": at_least("weekend_order_share_365d", 0.5),
        "is_steady": at_most("gap_irregularity", 0.5) and tags["order_count_365d"] >= 12,
        "is_premium_led": at_least("price_class_1_share_365d", 0.4),
        "is_deal_seeker": at_least("discount_share_365d", 0.25),
        "is_explorer": at_least("new_product_share_90d", 0.3) and tags["product_count_90d"] >= 5,
        "is_narrow": at_least("category_concentration_365d", 0.6),
    }
