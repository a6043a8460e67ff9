"""The same portrait in pandas, every step vectorised: cents as integers, dates as day numbers, masked columns summed in one group-by."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from xingke.engine import Snapshot
from xingke.tags import general_tags

YEAR = 365
COLUMNS = ["customer_id", "ordered_on", "order_id", "product_id", "quantity_units", "amount_yuan", "discount_yuan"]
EPOCH = date(1970, 1, 1)
MONDAY = 4  # 5 January 1970 was a Monday: the fifth day of the epoch


def build(snapshot: Snapshot, as_of: date, target: Path) -> None:
    """Compute every tag but those of touches and store them; money in cents."""
    today = (as_of - EPOCH).days
    lines = _lines(snapshot.files("order_line"))
    lines = lines[lines["day"] < today]
    orders, products = _orders(lines, today), _products(lines, snapshot.files("product"), today)
    del lines
    customers = pq.ParquetDataset(snapshot.files("customer"), partitioning=None).read(columns=["customer_id"]).to_pandas()
    frame = customers.set_index("customer_id")
    parts = [
        _order_tags(orders),
        _gap_tags(orders),
        _product_tags(products),
        _class_tags(products),
        _dimension_tags(products, "category"),
        _dimension_tags(products, "brand"),
    ]
    frame = frame.join(parts)
    zero = [tag.name for tag in general_tags() if tag.empty_is_zero and tag.name in frame]
    frame[zero] = frame[zero].fillna(0)
    frame = frame.assign(**_formulas(frame))
    frame = frame.assign(**_signals(frame), missed_cycles=(np.floor(frame["cycle_ratio"]) - 1).clip(lower=0))
    for name in ("last_order_on", "first_order_on"):
        frame[name] = pd.to_datetime(frame[name], unit="D").dt.date
    frame.reset_index().to_parquet(target, index=False)


def _lines(files: list[str]) -> pd.DataFrame:
    """The lines with money in cents and the day as a number; decimals as Python objects would take minutes."""
    table = pq.ParquetDataset(files, partitioning=None).read(columns=COLUMNS)
    hundred = pa.scalar(100, pa.int16())
    for name in ("amount_yuan", "discount_yuan"):
        place = table.schema.get_field_index(name)
        table = table.set_column(place, name, pc.multiply(table[name], hundred).cast(pa.int64()))
    table = table.set_column(1, "day", table["ordered_on"].cast(pa.int32()))
    return table.to_pandas(split_blocks=True, self_destruct=True)


def _orders(lines: pd.DataFrame, today: int) -> pd.DataFrame:
    extended = lines.assign(returned=-lines["amount_yuan"].clip(upper=0), line_count=1)
    columns = ["line_count", "quantity_units", "amount_yuan", "discount_yuan", "returned"]
    orders = extended.groupby(["customer_id", "day", "order_id"], sort=False)[columns].sum().reset_index()
    return orders.assign(age=today - orders["day"].astype("int64"))


def _products(lines: pd.DataFrame, files: list[str], today: int) -> pd.DataFrame:
    recent = lines.loc[lines["day"] >= today - YEAR, ["customer_id", "product_id", "day", "amount_yuan"]]
    recent = recent.assign(amount_90d=recent["amount_yuan"].where(recent["day"] >= today - 90, 0))
    products = (
        recent.groupby(["customer_id", "product_id"], sort=False)
        .agg(
            first=("day", "min"),
            last=("day", "max"),
            amount_90d=("amount_90d", "sum"),
            amount_365d=("amount_yuan", "sum"),
        )
        .reset_index()
    )
    known = pq.ParquetDataset(files, partitioning=None).read(columns=["product_id", "price_class", "category", "brand"]).to_pandas()
    known = known.astype({"category": "category", "brand": "category"})
    products = products.merge(known, on="product_id", how="left")
    return products.assign(first_age=today - products["first"], last_age=today - products["last"])


def _summed(rows: pd.DataFrame, columns: Mapping[str, "pd.Series[int]"]) -> pd.DataFrame:
    """Sums by customer of computed columns, in one group-by."""
    return pd.DataFrame({"customer_id": rows["customer_id"], **columns}).groupby("customer_id", sort=False).sum()


def _ratio(numerator: "pd.Series[float]", denominator: "pd.Series[float]") -> "pd.Series[float]":
    """Missing where the denominator is 0."""
    below = denominator.astype("float64")
    return numerator.astype("float64") / below.where(below != 0)


def _order_tags(orders: pd.DataFrame) -> pd.DataFrame:
    age, day = orders["age"], orders["day"]
    within = {days: (age <= days).astype("int64") for days in (30, 90, 180, YEAR)}
    columns = {f"amount_yuan_{days}d": orders["amount_yuan"] * mask for days, mask in within.items()}
    columns |= {f"quantity_units_{days}d": orders["quantity_units"] * within[days] for days in (30, 90, YEAR)}
    columns |= {f"discount_yuan_{days}d": orders["discount_yuan"] * within[days] for days in (90, YEAR)}
    columns |= {f"order_count_{days}d": mask for days, mask in within.items()}
    columns |= {f"lines_{days}d": orders["line_count"] * within[days] for days in (90, YEAR)}
    earlier = {"prior_30d": (31, 60), "prior_60d": (61, 90), "prior_90d": (91, 180), "year_ago_90d": (365, 454), "prior_365d": (366, 730)}
    columns |= {f"amount_yuan_{name}": orders["amount_yuan"] * age.between(*ends) for name, ends in earlier.items()}
    month_day = pd.to_datetime(day, unit="D").dt.day
    columns |= {
        "amount_yuan_all": orders["amount_yuan"],
        "order_count_all": orders["line_count"] * 0 + 1,
        "order_count_prior_90d": age.between(91, 180).astype("int64"),
        "weekend": within[YEAR] * ((day - MONDAY) % 7 >= 4),
        "month_end": within[YEAR] * (month_day > 24),
        "return_yuan_365d": orders["returned"] * within[YEAR],
    }
    tags = _summed(orders, columns)
    grouped = orders.groupby("customer_id", sort=False)
    largest = orders[age <= YEAR].groupby("customer_id", sort=False)["amount_yuan"].max()
    tags = tags.assign(
        largest_order_yuan_365d=largest.astype("Int64"),
        days_since_last_order=grouped["age"].min(),
        tenure_days=grouped["age"].max(),
        last_order_on=grouped["day"].max(),
        first_order_on=grouped["day"].min(),
        lines_per_order_90d=_ratio(tags["lines_90d"], tags["order_count_90d"]),
        lines_per_order_365d=_ratio(tags["lines_365d"], tags["order_count_365d"]),
        weekend_order_share_365d=_ratio(tags["weekend"], tags["order_count_365d"]),
        month_end_order_share_365d=_ratio(tags["month_end"], tags["order_count_365d"]),
    )
    return tags.drop(columns=["lines_90d", "lines_365d", "weekend", "month_end"])


def _gap_tags(orders: pd.DataFrame) -> pd.DataFrame:
    days = orders[["customer_id", "day", "age"]].drop_duplicates().sort_values(["customer_id", "day"])
    gaps = days.groupby("customer_id", sort=False)["day"].diff().where(days["age"] <= YEAR)
    days = days.assign(gap=gaps)
    grouped = days.groupby("customer_id", sort=False)["gap"]
    tags = _summed(days, {f"order_days_{length}d": (days["age"] <= length).astype("int64") for length in (90, YEAR)})
    stretches = {"active_weeks_90d": (90, 7), "active_weeks_365d": (YEAR, 7), "active_months_365d": (360, 30)}
    counted = {}
    for name, (within, length) in stretches.items():
        rows = days[days["age"] <= within]
        counted[name] = ((rows["age"] - 1) // length).groupby(rows["customer_id"], sort=False).nunique()
    return tags.assign(
        gap_days_median=grouped.median(),
        gap_days_mean=grouped.mean(),
        gap_days_largest=grouped.max(),
        gap_days_deviation=grouped.std(),
        **counted,
    )


def _concentration(rows: pd.DataFrame) -> "pd.Series[float]":
    amount = rows["amount_365d"].astype("float64")
    sums = _summed(rows, {"amount": amount, "squares": amount * amount})
    return _ratio(sums["squares"], sums["amount"] ** 2)


def _product_tags(products: pd.DataFrame) -> pd.DataFrame:
    first, last, again = products["first_age"], products["last_age"], products["first_age"] > products["last_age"]
    recent, year = products["amount_90d"], products["amount_365d"]
    columns = {f"product_count_{days}d": (last <= days).astype("int64") for days in (30, 90, YEAR)}
    columns |= {
        "new_product_count_90d": (first <= 90).astype("int64"),
        "lost_product_count_90d": last.between(91, 180).astype("int64"),
        "repeat_product_count_365d": again.astype("int64"),
        "new": recent * (first <= 90),
        "recent": recent,
        "again": year * again,
        "year": year,
    }
    sums = _summed(products, columns)
    largest = products.groupby("customer_id", sort=False)["amount_365d"].max()
    return sums.assign(
        top_product_share_365d=_ratio(largest, sums["year"]),
        product_concentration_365d=_concentration(products),
        new_product_share_90d=_ratio(sums["new"], sums["recent"]),
        repeat_amount_share_365d=_ratio(sums["again"], sums["year"]),
    ).drop(columns=["new", "recent", "again", "year"])


def _class_tags(products: pd.DataFrame) -> pd.DataFrame:
    tags = {}
    for days in (90, YEAR):
        amount = products[f"amount_{days}d"]
        columns = {str(of): amount * (products["price_class"] == of) for of in range(1, 6)}
        sums = _summed(products, {**columns, "all": amount, "weighed": amount * products["price_class"]})
        for of in range(1, 6):
            tags[f"price_class_{of}_share_{days}d"] = _ratio(sums[str(of)], sums["all"])
        tags[f"mean_price_class_{days}d"] = _ratio(sums["weighed"], sums["all"])
    return pd.DataFrame(tags)


def _dimension_tags(products: pd.DataFrame, column: str) -> pd.DataFrame:
    grouped = products.groupby(["customer_id", column], sort=False, observed=True)
    rows = grouped.agg(last_age=("last_age", "min"), amount_365d=("amount_365d", "sum")).reset_index()
    best = rows.sort_values(["customer_id", "amount_365d", column], ascending=[True, False, True]).drop_duplicates("customer_id")
    best = best.set_index("customer_id")
    sums = _summed(rows, {"amount": rows["amount_365d"], "90d": (rows["last_age"] <= 90) * 1, "365d": (rows["last_age"] <= YEAR) * 1})
    return pd.DataFrame(
        {
            f"favourite_{column}": best[column].astype("str"),
            f"favourite_{column}_share_365d": _ratio(best["amount_365d"], sums["amount"]),
            f"{column}_concentration_365d": _concentration(rows),
            f"{column}_count_90d": sums["90d"],
            f"{column}_count_365d": sums["365d"],
        }
    )


def _formulas(frame: pd.DataFrame) -> dict[str, "pd.Series[float]"]:
    def growth(now: str, before: str) -> "pd.Series[float]":
        return _ratio(frame[now] - frame[before], frame[before]).where(frame[before] > 0)

    tags = {}
    for days in ("90d", "365d"):
        amount, discount = frame[f"amount_yuan_{days}"], frame[f"discount_yuan_{days}"]
        tags[f"order_value_yuan_{days}"] = _ratio(amount, frame[f"order_count_{days}"]) / 100
        tags[f"unit_price_yuan_{days}"] = _ratio(amount, frame[f"quantity_units_{days}"]) / 100
        tags[f"discount_share_{days}"] = _ratio(discount, amount + discount)
    falling = frame["amount_yuan_30d"] < frame["amount_yuan_prior_30d"]
    fell = frame["amount_yuan_prior_30d"] < frame["amount_yuan_prior_60d"]
    return tags | {
        "amount_per_month_yuan": _ratio(frame["amount_yuan_365d"] * 30, frame["tenure_days"].clip(upper=YEAR)) / 100,
        "gap_irregularity": _ratio(frame["gap_days_deviation"], frame["gap_days_mean"]),
        "orders_per_week_90d": frame["order_count_90d"] * 7 / 90,
        "cycle_ratio": _ratio(frame["days_since_last_order"], frame["gap_days_median"]),
        "days_beyond_longest_gap": (frame["days_since_last_order"] - frame["gap_days_largest"]).clip(lower=0),
        "price_class_1_shift": frame["price_class_1_share_90d"] - frame["price_class_1_share_365d"],
        "repeat_product_rate_365d": _ratio(frame["repeat_product_count_365d"], frame["product_count_365d"]),
        "return_share_365d": _ratio(frame["return_yuan_365d"], frame["amount_yuan_365d"] + frame["return_yuan_365d"]),
        "recent_order_share_365d": _ratio(frame["order_count_90d"], frame["order_count_365d"]),
        "recent_amount_share_365d": _ratio(frame["amount_yuan_90d"], frame["amount_yuan_365d"]),
        "amount_growth_30d": growth("amount_yuan_30d", "amount_yuan_prior_30d"),
        "amount_growth_90d": growth("amount_yuan_90d", "amount_yuan_prior_90d"),
        "amount_growth_year_90d": growth("amount_yuan_90d", "amount_yuan_year_ago_90d"),
        "amount_growth_365d": growth("amount_yuan_365d", "amount_yuan_prior_365d"),
        "order_growth_90d": growth("order_count_90d", "order_count_prior_90d"),
        "months_declining": falling * (1 + (falling & fell)),
    }


def _signals(frame: pd.DataFrame) -> dict[str, "pd.Series[bool]"]:
    return {
        "is_active_30d": frame["order_count_30d"] > 0,
        "is_new_90d": frame["tenure_days"] <= 90,
        "is_late": (frame["cycle_ratio"] >= 2) & (frame["order_count_365d"] >= 4),
        "is_silent": frame["days_since_last_order"] > 180,
        "is_declining": (frame["months_declining"] >= 2) & (frame["amount_growth_90d"] < -0.2),
        "is_growing": (frame["amount_growth_90d"] > 0.2) & (frame["amount_growth_30d"] > 0),
        "is_weekend_stockist": frame["weekend_order_share_365d"] >= 0.5,
        "is_steady": (frame["gap_irregularity"] <= 0.5) & (frame["order_count_365d"] >= 12),
        "is_premium_led": frame["price_class_1_share_365d"] >= 0.4,
        "is_deal_seeker": frame["discount_share_365d"] >= 0.25,
        "is_explorer": (frame["new_product_share_90d"] >= 0.3) & (frame["product_count_90d"] >= 5),
        "is_narrow": frame["category_concentration_365d"] >= 0.6,
    }
