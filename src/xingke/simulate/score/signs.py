"""What can be seen of each outlet that speaks for or against wrongdoing: one number a sign and outlet, from the observed tables alone."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xingke.simulate.score.observed import integers, numbers, places
from xingke.simulate.score.scene import Scene

AWAY_KM = 1.2
"""Orders from farther away than this do not come from the shop: a few steps around it are exponential with a mean of 0.12 km."""
RECENT_WEEKS = 26
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_QUERIES = {
    "group": """
        with used as (select customer_id, device_key, count(*) as n from "order" group by all),
             main as (select customer_id, arg_max(device_key, (n, device_key)) as device_key from used group by 1),
             whole as (
                 select main.customer_id, device_key, owner_id, latitude, longitude, substr(owner.name, 1, 1) as surname, phone
                 from main join outlet on outlet_id = customer_id join owner using (owner_id)
             )
        select one.customer_id, count(distinct two.owner_id) + 1 as size,
               max(111.2 * sqrt((one.latitude - two.latitude) ** 2 + (0.883 * (one.longitude - two.longitude)) ** 2)) as spread_km,
               avg(case when one.surname = two.surname then 1.0 else 0.0 end) as surname,
               avg(case when one.phone = two.phone then 1.0 else 0.0 end) as phone
        from whole as one join whole as two on one.device_key = two.device_key and one.owner_id <> two.owner_id
        group by 1
    """,
    "basket": """
        with used as (select customer_id, device_key, count(*) as n from "order" group by all),
             main as (select customer_id, arg_max(device_key, (n, device_key)) as device_key from used group by 1),
             shared as (select device_key from main group by 1 having count(*) between 2 and 12),
             asked as (
                 select customer_id, device_key, product_id, sqrt(sum(asked_cartons)::double) as amount
                 from order_line join main using (customer_id) join shared using (device_key) group by all
             ),
             norm as (select customer_id, sqrt(sum(amount ** 2)) as length from asked group by 1),
             pairs as (
                 select one.customer_id, two.customer_id as other, sum(one.amount * two.amount) as product
                 from asked as one join asked as two using (device_key, product_id) where one.customer_id <> two.customer_id group by all
             )
        select pairs.customer_id, max(product / (mine.length * theirs.length)) as likeness
        from pairs join norm as mine on mine.customer_id = pairs.customer_id join norm as theirs on theirs.customer_id = other group by 1
    """,
    "away": """
        select customer_id, count(*) as orders, count(*) filter (distance_km > $away_km) as away, count(distinct device_key) as devices
        from "order" where ordered_on >= $recent_on group by 1
    """,
    "door": """
        select customer_id, count(*) as visits, count(*) filter (found_closed) as closed from visit where mode = 'door' group by 1
    """,
    "inspection": """
        select customer_id, count(*) as inspections, count(*) filter (outcome = 'found_closed') as closed,
               count(*) filter (outcome = 'licence_mismatch') as unlike
        from inspection group by 1
    """,
    "caps": """
        select customer_id, count(*) as lines, count(*) filter (quantity_units = cap_cartons) as full
        from order_line where product_id in (select product_id from product where supply_class = 'tight') group by 1
    """,
    "scanned": """
        select outlet_id as customer_id, coalesce(n, 0) as scanned
        from outlet left join (select customer_id, count(*) as n from pos_line group by 1) on customer_id = outlet_id where uses_pos
    """,
    "grade": """
        with step as (
            select outlet_id, from_on, grade - lag(grade) over (partition by outlet_id order by from_on) as up from grade_history
        ), best as (select outlet_id, max(up) as up, arg_max(from_on, up) as from_on from step where up is not null group by 1),
        sums as (
            select customer_id, sum(quantity_units) filter (ordered_on >= from_on and ordered_on < from_on + 91) as after,
                   sum(quantity_units) filter (ordered_on < from_on and ordered_on >= from_on - 91) as before
            from order_line join best on outlet_id = customer_id where up >= 4 group by 1
        )
        select outlet_id as customer_id, up, (from_on - $starts_on) // 7 as week, after / nullif(before, 0) as growth
        from best left join sums on customer_id = outlet_id
    """,
}


@dataclass(frozen=True, slots=True)
class Signs:
    """By outlet: the columns of each question, 0 where it has no row (`nan` for likeness, growth and scanned)."""

    columns: dict[tuple[str, str], Floats]

    def __getitem__(self, name: tuple[str, str]) -> Floats:
        return self.columns[name]


def signs_of(scene: Scene) -> Signs:
    """Ask all questions of a world."""
    import duckdb

    days, found = scene.days, {}
    with duckdb.connect() as connection:
        for name in ("order", "order_line", "outlet", "owner", "visit", "inspection", "product", "pos_line", "grade_history"):
            connection.read_parquet(scene.observed.files(name), hive_partitioning=False).create_view(name)
        values: dict[str, Any] = {
            "away_km": AWAY_KM, "recent_on": days.on(max(days.seen - RECENT_WEEKS, 0)), "starts_on": days.starts_on,
        }  # fmt: skip
        for question, sql in _QUERIES.items():
            given = {name: value for name, value in values.items() if f"${name}" in sql}
            rows = connection.execute(sql, given or None).to_arrow_table()
            place = places(integers(rows["customer_id"]), scene.outlets)
            for column in rows.column_names[1:]:
                missing = np.nan if column in ("likeness", "growth", "scanned") else 0.0
                whole = np.full(scene.outlets.size, missing)
                whole[place[place >= 0]] = numbers(rows[column], missing)[place >= 0]
                found[question, column] = whole
    return Signs(found)
