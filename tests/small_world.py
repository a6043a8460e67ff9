"""A world of a few shops, written by hand in the form of the real ones, with rows that a load has to refuse."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from xingke.schema import ORG_UNIT, TABLES, Table
from xingke.schema.trade.supply import CITY_ORDER_LINE, SKU
from xingke.simulate.store import ObservedWriter, WorldInfo, table_of
from xingke.simulate.truth.files import TruthFolder

STARTS_ON, ENDS_ON = date(2023, 12, 4), date(2024, 7, 1)
OUTLETS = 40
COUNTIES = ("东湖区", "西山县")
Row = dict[str, Any]


def world_write(world: Path, tables: dict[str, list[Row]] | None = None, *, kind: str = "city") -> Path:
    """Write a world of these rows by table; those of `city_rows` where none are given."""
    info = WorldInfo(kind, "xs", "baseline", 1, True, STARTS_ON, ENDS_ON, ENDS_ON, 30)
    world.mkdir(parents=True, exist_ok=True)
    info.write(world)
    TruthFolder(world).make()
    writer = ObservedWriter(world)
    for name, rows in (tables or city_rows()).items():
        # Two files a table, so that a key may repeat across files.
        half = (len(rows) + 1) // 2
        for part in (rows[:half], rows[half:]):
            form = form_of(name)
            writer.put(form, table_of(form, {column: [row.get(column) for row in part] for column in form.column_names if part}))
    writer.close_block()
    return world


def form_of(name: str) -> Table:
    return {"order_line": CITY_ORDER_LINE, "product": SKU}.get(name, TABLES[name])


def at(day: date, hour: int = 2) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def city_rows() -> dict[str, list[Row]]:
    units = [{"org_path": "/xc", "parent_path": None, "level": "city", "name": "星城"}]
    units += [{"org_path": f"/xc/c{n}", "parent_path": "/xc", "level": "county", "name": COUNTIES[n]} for n in range(2)]
    assert set(units[0]) == set(ORG_UNIT.column_names)
    days = [STARTS_ON + timedelta(days=7 * week) for week in range(30)]
    return {
        "org_unit": units,
        "product": [sku(number) for number in range(4)],
        "outlet": [outlet(number) for number in range(OUTLETS)],
        "licence": [licence(number) for number in range(OUTLETS)],
        "grade_history": [{"outlet_id": 1, "from_on": STARTS_ON, "grade": 5}, {"outlet_id": 1, "from_on": days[10], "grade": 12}],
        "staff": [
            {"staff_id": n, "name": f"员工{n}", "role": "customer_manager", "org_path": f"/xc/c{n % 2}", "joined_on": STARTS_ON}
            for n in range(3)
        ],
        "assignment": [{"outlet_id": n, "staff_id": n % 3, "from_on": STARTS_ON} for n in range(OUTLETS)],
        "order_line": [order_line(number, day) for day in days for number in range(OUTLETS)],
        "delivery": [delivery(number, day) for day in days for number in range(OUTLETS)],
        "complaint": [complaint(number, day, "late_delivery") for number in range(0, OUTLETS, 4) for day in days[18:20]],
        "campaign": [campaign()],
        "message": [message(number, days[5]) for number in range(OUTLETS)],
        "response": [response(number, days[5] + timedelta(days=1), kind) for number in range(5) for kind in ("opened", "converted")],
    }


def sku(number: int) -> Row:
    return {
        "product_id": number,
        "source_key": f"69{number:011d}",
        "name": f"星城牌{number}",
        "category": "卷烟",
        "brand": "星城牌",
        "maker": "星城工业",
        "price_class": 1 + number,
        "wholesale_yuan": Decimal(100),
        "guide_yuan": Decimal(115),
        "price_band": "100-150",
        "in_province": True,
        "form": "standard",
        "tar_mg": 10,
        "supply_class": "full",
    }


def outlet(number: int) -> Row:
    return {
        "outlet_id": number,
        "owner_id": number,
        "name": f"{COUNTIES[number % 2]}便利店{number}号",
        "address": f"人民路{number}号",
        "org_path": f"/xc/c{number % 2}",
        "county": COUNTIES[number % 2],
        "format": "convenience",
        "market_type": "urban",
        "settlement_class": "town",
        "district_type": "residential",
        "terminal_type": "ordinary",
        "uses_pos": False,
        "has_sensor": False,
        "is_sample": False,
        "grade": 8,
        "route_id": number % 4,
        "opened_on": date(2020, 1, 1),
        "closed_on": date(2024, 5, 1) if number == 3 else None,
    }


def licence(number: int) -> Row:
    return {
        "licence_no": f"36010{number:07d}",
        "outlet_id": number,
        "holder_kind": "individual",
        "issued_on": date(2020, 1, 1),
        "valid_until": date(2024, 6, 1) if number == 2 else date(2026, 1, 1),
        "status": "paused" if number == 4 else "valid",
        "status_since": date(2020, 1, 1),
    }


def order_line(number: int, day: date, *, line_no: int = 1, quantity: int = 10, product: int = 1) -> Row:
    return {
        "customer_id": number,
        "ordered_on": day,
        "order_id": (day - STARTS_ON).days * 1000 + number,
        "line_no": line_no,
        "product_id": product,
        "price_class": 1 + product,
        "quantity_units": quantity,
        "amount_yuan": Decimal(100 * quantity),
        "discount_yuan": Decimal(0),
        "channel": "app",
        "asked_cartons": quantity,
        "cap_cartons": quantity,
        "delivered_cartons": quantity,
    }


def delivery(number: int, day: date, *, late: bool = False) -> Row:
    return {
        "customer_id": number,
        "order_id": (day - STARTS_ON).days * 1000 + number,
        "route_id": number % 4,
        "promised_on": day + timedelta(days=2),
        "delivered_on": day + timedelta(days=4 if late else 2),
        "is_on_time": not late,
    }


def complaint(number: int, day: date, kind: str) -> Row:
    return {
        "customer_id": number,
        "complaint_id": (day - STARTS_ON).days * 1000 + number,
        "kind": kind,
        "opened_on": day,
        "opened_at": at(day),
    }


def campaign() -> Row:
    return {
        "campaign_key": "past-01",
        "name": "货源通知",
        "channel": "sms",
        "content": "supply_notice",
        "is_randomised": True,
        "started_on": STARTS_ON,
        "outcome_days": 28,
    }


def message(number: int, day: date) -> Row:
    return {
        "customer_id": number,
        "message_id": 100 + number,
        "campaign_key": "past-01",
        "channel": "sms",
        "content": "supply_notice",
        "sent_on": day,
        "sent_at": at(day),
        "is_delivered": number % 10 != 0,
    }


def response(number: int, day: date, kind: str) -> Row:
    return {"customer_id": number, "message_id": 100 + number, "kind": kind, "responded_on": day, "responded_at": at(day)}
