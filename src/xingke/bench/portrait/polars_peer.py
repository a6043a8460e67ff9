"""The same portrait in Polars: lazy scans, the streaming engine, the same two-level plan (orders and products, then customers).

Money travels as whole cents in 64-bit integers from the first aggregation on, which is both exact and the quickest form here.
"""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from xingke.engine import Snapshot

YEAR = 365
Frame = pl.LazyFrame


def build(snapshot: Snapshot, as_of: date, target: Path) -> None:
    """Compute every tag but those of touches and store them; money in cents."""
    orders, products = pl.collect_all(_grouped_lines(snapshot.files("order_line"), as_of), engine="streaming")
    product_rows = _with_product(products.lazy(), snapshot.files("product"), as_of)
    parts = [
        _order_tags(orders.lazy().with_columns(age=_days(as_of, pl.col("ordered_on")))),
        _gap_tags(orders.lazy(), as_of),
        _product_tags(product_rows),
        _class_tags(product_rows),
        _dimension_tags(product_rows, "category"),
        _dimension_tags(product_rows, "brand"),
    ]
    frame: Frame = pl.scan_parquet(snapshot.files("customer")).select("customer_id")
    for part in pl.collect_all(parts, engine="streaming"):
        frame = frame.join(part.lazy(), on="customer_id", how="left")
    _formulas(frame.with_columns(_zero_columns(frame))).collect().write_parquet(target)


def _days(later: date, earlier: pl.Expr) -> pl.Expr:
    return (pl.lit(later) - earlier).dt.total_days()


def _cents(column: str) -> pl.Expr:
    """A money column as whole cents."""
    return pl.col(column).sum().mul(100).cast(pl.Int64)


def _grouped_lines(files: list[str], as_of: date) -> list[Frame]:
    """The two scans of the lines: by order, and by product over the last year."""
    lines = pl.scan_parquet(files).filter(pl.col("ordered_on") < as_of)
    orders = lines.group_by("customer_id", "ordered_on", "order_id").agg(
        line_count=pl.len(),
        quantity=pl.col("quantity_units").sum(),
        amount=_cents("amount_yuan"),
        discount=_cents("discount_yuan"),
        returned=-pl.col("amount_yuan").clip(upper_bound=0).sum().mul(100).cast(pl.Int64),
    )
    recent = pl.col("ordered_on") >= as_of - timedelta(days=90)
    products = (
        lines.filter(pl.col("ordered_on") >= as_of - timedelta(days=YEAR))
        .group_by("customer_id", "product_id")
        .agg(
            first_on=pl.col("ordered_on").min(),
            last_on=pl.col("ordered_on").max(),
            amount_90d=pl.when(recent).then(pl.col("amount_yuan")).sum().mul(100).cast(pl.Int64),
            amount_365d=_cents("amount_yuan"),
        )
    )
    return [orders, products]


def _with_product(products: Frame, files: list[str], as_of: date) -> Frame:
    known = pl.scan_parquet(files).select(
        "product_id",
        "price_class",
        category=pl.col("category").cast(pl.Categorical),
        brand=pl.col("brand").cast(pl.Categorical),
    )
    ages = {"first_age": _days(as_of, pl.col("first_on")), "last_age": _days(as_of, pl.col("last_on"))}
    return products.join(known, on="product_id", how="left").with_columns(**ages)


def _ratio(numerator: pl.Expr, denominator: pl.Expr) -> pl.Expr:
    """Missing where the denominator is 0."""
    return pl.when(denominator != 0).then(numerator.cast(pl.Float64) / denominator.cast(pl.Float64))


def _order_tags(orders: Frame) -> Frame:
    age = pl.col("age")

    def total(column: str, start: int, end: int) -> pl.Expr:
        return pl.when(age.is_between(start, end)).then(pl.col(column)).otherwise(0).sum()

    def count(start: int, end: int) -> pl.Expr:
        return age.is_between(start, end).sum().cast(pl.Int64)

    in_year = age.is_between(1, YEAR)
    tags: dict[str, pl.Expr] = {f"amount_yuan_{days}d": total("amount", 1, days) for days in (30, 90, 180, YEAR)}
    tags |= {f"quantity_units_{days}d": total("quantity", 1, days) for days in (30, 90, YEAR)}
    tags |= {f"discount_yuan_{days}d": total("discount", 1, days) for days in (90, YEAR)}
    tags |= {f"order_count_{days}d": count(1, days) for days in (30, 90, 180, YEAR)}
    tags |= {f"lines_per_order_{days}d": _ratio(total("line_count", 1, days), count(1, days)) for days in (90, YEAR)}
    earlier = {"prior_30d": (31, 60), "prior_60d": (61, 90), "prior_90d": (91, 180), "year_ago_90d": (365, 454), "prior_365d": (366, 730)}
    tags |= {f"amount_yuan_{name}": total("amount", start, end) for name, (start, end) in earlier.items()}
    return orders.group_by("customer_id").agg(
        **tags,
        amount_yuan_all=pl.col("amount").sum(),
        largest_order_yuan_365d=pl.when(in_year).then(pl.col("amount")).max(),
        order_count_all=pl.len().cast(pl.Int64),
        order_count_prior_90d=count(91, 180),
        weekend_order_share_365d=_ratio((in_year & (pl.col("ordered_on").dt.weekday() >= 5)).sum(), in_year.sum()),
        month_end_order_share_365d=_ratio((in_year & (pl.col("ordered_on").dt.day() > 24)).sum(), in_year.sum()),
        days_since_last_order=age.min(),
        tenure_days=age.max(),
        last_order_on=pl.col("ordered_on").max(),
        first_order_on=pl.col("ordered_on").min(),
        return_yuan_365d=total("returned", 1, YEAR),
    )


def _gap_tags(orders: Frame, as_of: date) -> Frame:
    days = orders.select("customer_id", "ordered_on").unique().sort("customer_id", "ordered_on")
    previous = pl.when(pl.col("customer_id").shift() == pl.col("customer_id")).then(pl.col("ordered_on").shift())
    aged = days.with_columns(age=_days(as_of, pl.col("ordered_on")), gap=(pl.col("ordered_on") - previous).dt.total_days())
    rows = aged.with_columns(gap=pl.when(pl.col("age") <= YEAR).then(pl.col("gap")))
    age, gap = pl.col("age"), pl.col("gap")

    def stretches(days: int, length: int) -> pl.Expr:
        return ((age - 1) // length).filter(age.is_between(1, days)).n_unique().cast(pl.Int64)

    return rows.group_by("customer_id").agg(
        gap_days_median=gap.median(),
        gap_days_mean=gap.mean(),
        gap_days_largest=gap.max().cast(pl.Float64),
        gap_days_deviation=gap.std(),
        order_days_90d=age.is_between(1, 90).sum().cast(pl.Int64),
        order_days_365d=age.is_between(1, YEAR).sum().cast(pl.Int64),
        active_weeks_90d=stretches(90, 7),
        active_weeks_365d=stretches(YEAR, 7),
        active_months_365d=stretches(360, 30),
    )


def _concentration() -> pl.Expr:
    amount = pl.col("amount_365d").cast(pl.Float64)
    return _ratio((amount * amount).sum(), amount.sum() * amount.sum())


def _product_tags(products: Frame) -> Frame:
    first, last, again = pl.col("first_age"), pl.col("last_age"), pl.col("first_age") > pl.col("last_age")
    recent, year = pl.col("amount_90d"), pl.col("amount_365d")
    return products.group_by("customer_id").agg(
        **{f"product_count_{days}d": (last <= days).sum().cast(pl.Int64) for days in (30, 90, YEAR)},
        top_product_share_365d=_ratio(year.max(), year.sum()),
        product_concentration_365d=_concentration(),
        new_product_count_90d=(first <= 90).sum().cast(pl.Int64),
        lost_product_count_90d=last.is_between(91, 180).sum().cast(pl.Int64),
        new_product_share_90d=_ratio(pl.when(first <= 90).then(recent).sum(), recent.sum()),
        repeat_product_count_365d=again.sum().cast(pl.Int64),
        repeat_amount_share_365d=_ratio(pl.when(again).then(year).sum(), year.sum()),
    )


def _class_tags(products: Frame) -> Frame:
    tags: dict[str, pl.Expr] = {}
    for days in (90, YEAR):
        amount = pl.col(f"amount_{days}d")
        for price_class in range(1, 6):
            part = pl.when(pl.col("price_class") == price_class).then(amount).sum()
            tags[f"price_class_{price_class}_share_{days}d"] = _ratio(part, amount.sum())
        tags[f"mean_price_class_{days}d"] = _ratio((pl.col("price_class") * amount).sum(), amount.sum())
    return products.group_by("customer_id").agg(**tags)


def _dimension_tags(products: Frame, column: str) -> Frame:
    last, amount = pl.col("last_age"), pl.col("amount_365d")
    rows = products.group_by("customer_id", column).agg(last.min(), amount.sum())
    return rows.group_by("customer_id").agg(
        **{
            f"favourite_{column}": pl.col(column).cast(pl.String).filter(amount == amount.max()).min(),
            f"favourite_{column}_share_365d": _ratio(amount.max(), amount.sum()),
            f"{column}_concentration_365d": _concentration(),
            f"{column}_count_90d": (last <= 90).sum().cast(pl.Int64),
            f"{column}_count_365d": (last <= YEAR).sum().cast(pl.Int64),
        }
    )


def _zero_columns(frame: Frame) -> list[pl.Expr]:
    """Counts and sums of a customer without rows are 0."""
    from xingke.tags import general_tags

    zero = {tag.name for tag in general_tags() if tag.empty_is_zero}
    return [pl.col(name).fill_null(0) for name in frame.collect_schema().names() if name in zero]


def _formulas(frame: Frame) -> Frame:
    def col(name: str) -> pl.Expr:
        return pl.col(name)

    def growth(now: str, before: str) -> pl.Expr:
        return pl.when(col(before) > 0).then(_ratio(col(now) - col(before), col(before)))

    first: dict[str, pl.Expr] = {}
    for days in ("90d", "365d"):
        amount, discount = col(f"amount_yuan_{days}"), col(f"discount_yuan_{days}")
        first[f"order_value_yuan_{days}"] = _ratio(amount, col(f"order_count_{days}")) / 100
        first[f"unit_price_yuan_{days}"] = _ratio(amount, col(f"quantity_units_{days}")) / 100
        first[f"discount_share_{days}"] = _ratio(discount, amount + discount)
    first |= {
        "amount_per_month_yuan": _ratio(col("amount_yuan_365d") * 30, pl.min_horizontal(col("tenure_days"), YEAR)) / 100,
        "gap_irregularity": _ratio(col("gap_days_deviation"), col("gap_days_mean")),
        "orders_per_week_90d": col("order_count_90d") * 7 / 90,
        "cycle_ratio": _ratio(col("days_since_last_order"), col("gap_days_median")),
        "days_beyond_longest_gap": (col("days_since_last_order") - col("gap_days_largest")).clip(0),
        "price_class_1_shift": col("price_class_1_share_90d") - col("price_class_1_share_365d"),
        "repeat_product_rate_365d": _ratio(col("repeat_product_count_365d"), col("product_count_365d")),
        "return_share_365d": _ratio(col("return_yuan_365d"), col("amount_yuan_365d") + col("return_yuan_365d")),
        "recent_order_share_365d": _ratio(col("order_count_90d"), col("order_count_365d")),
        "recent_amount_share_365d": _ratio(col("amount_yuan_90d"), col("amount_yuan_365d")),
        "amount_growth_30d": growth("amount_yuan_30d", "amount_yuan_prior_30d"),
        "amount_growth_90d": growth("amount_yuan_90d", "amount_yuan_prior_90d"),
        "amount_growth_year_90d": growth("amount_yuan_90d", "amount_yuan_year_ago_90d"),
        "amount_growth_365d": growth("amount_yuan_365d", "amount_yuan_prior_365d"),
        "order_growth_90d": growth("order_count_90d", "order_count_prior_90d"),
        "months_declining": pl.when(col("amount_yuan_30d") >= col("amount_yuan_prior_30d"))
        .then(0)
        .when(col("amount_yuan_prior_30d") >= col("amount_yuan_prior_60d"))
        .then(1)
        .otherwise(2),
    }
    return frame.with_columns(**first).with_columns(**_signals(col), missed_cycles=(col("cycle_ratio").floor() - 1).clip(0))


def _signals(col: Any) -> dict[str, pl.Expr]:
    tests: dict[str, pl.Expr] = {
        "is_active_30d": col("order_count_30d") > 0,
        "is_new_90d": col("tenure_days") <= 90,
        "is_late": (col("cycle_ratio") >= 2) & (col("order_count_365d") >= 4),
        "is_silent": col("days_since_last_order") > 180,
        "is_declining": (col("months_declining") >= 2) & (col("amount_growth_90d") < -0.2),
        "is_growing": (col("amount_growth_90d") > 0.2) & (col("amount_growth_30d") > 0),
        "is_weekend_stockist": col("weekend_order_share_365d") >= 0.5,
        "is_steady": (col("gap_irregularity") <= 0.5) & (col("order_count_365d") >= 12),
        "is_premium_led": col("price_class_1_share_365d") >= 0.4,
        "is_deal_seeker": col("discount_share_365d") >= 0.25,
        "is_explorer": (col("new_product_share_90d") >= 0.3) & (col("product_count_90d") >= 5),
        "is_narrow": col("category_concentration_365d") >= 0.6,
    }
    return {name: test.fill_null(False) for name, test in tests.items()}
